#pragma once

#include "core/config/load.h"

#include <string>
#include <vector>

namespace gamevents::cmd {

/// What became of the files and folders that a configuration names.
struct CheckedFiles {
  std::vector<std::string> sound;   ///< their paths
  std::vector<std::string> errors;  ///< what is wrong with the others, with where each was named
};

/// Looks at each as the commands would that use it, without making or changing any: the catalogue,
/// the API keys, the access log, the snapshot, the embedded broker's data directory where the
/// brokers are embedded, certificates of kafka.properties, and jars of spark.jars on this machine.
CheckedFiles CheckFiles(const config::Loaded& loaded);

}  // namespace gamevents::cmd
