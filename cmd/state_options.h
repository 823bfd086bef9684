#pragma once

#include "core/base/result.h"
#include "core/config/settings.h"
#include "core/event/catalogue.h"

#include <string>

namespace gamevents::cmd {

/// Where the state's snapshot is.
struct SnapshotPlace {
  /// state.snapshot, or a file named after the topic in a folder within embedded.data_dir, which
  /// whoever runs the program has made writable.
  std::string path;
  std::string was;  ///< where a version before had it: beside that; empty: nowhere else
};

/// Errors: kNotFound (in a home that nobody named).
Result<SnapshotPlace> FindSnapshot(const config::Settings& settings);

/// The catalogue that the configuration names, or the built-in one. Errors: of Catalogue::Load.
Result<event::Catalogue> LoadCatalogue(const config::Settings& settings);

}  // namespace gamevents::cmd
