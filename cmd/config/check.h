#pragma once

#include "core/config/load.h"

#include <string>
#include <vector>

namespace gamevents::cmd {

/// What became of a file or folder that a configuration names.
struct CheckedFile {
  std::string key;    ///< that names it: "serve.api_keys_file"
  std::string path;   ///< empty where the key names none: a named report
  std::string error;  ///< what is wrong, with where it was named; empty where nothing is
};

/// Looks at each as the commands would that use it, without making or changing any: the catalogue,
/// the API keys, the access log, the snapshot, the embedded broker's data directory where the
/// brokers are embedded, certificates, files of kafka.properties and forward.properties, and jars
/// of spark.jars on this machine. Of what is sound but names no file nothing is told.
std::vector<CheckedFile> CheckFiles(const config::Loaded& loaded);

}  // namespace gamevents::cmd
