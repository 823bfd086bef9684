#pragma once

#include "core/config/settings.h"

#include <string>
#include <vector>

namespace gamevents::config {

/// The keys whose values differ, in the table's order: "serve.port", and "kafka.properties.NAME" of
/// an entry. Secrets are compared as all others; their values are not told.
std::vector<std::string> ChangedKeys(const Settings& before, const Settings& after);

}  // namespace gamevents::config
