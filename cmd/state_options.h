#pragma once

#include "core/base/result.h"
#include "core/config/settings.h"
#include "core/event/catalogue.h"

#include <string>

namespace gamevents::cmd {

/// Where the state's snapshot is: state.snapshot, or a file named after the topic in a folder
/// beside the embedded broker's. Errors: kNotFound (in a home that nobody named).
Result<std::string> SnapshotPath(const config::Settings& settings);

/// The catalogue that the configuration names, or the built-in one. Errors: of Catalogue::Load.
Result<event::Catalogue> LoadCatalogue(const config::Settings& settings);

}  // namespace gamevents::cmd
