#pragma once

#include "core/base/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace gamevents::log {

/// Kafka's checkpoint files are text: "0", the number of entries, an entry a line. Gives the
/// entries' lines. Errors: kCorrupt; kUnsupported (a version other than 0).
Result<std::vector<std::string_view>> ParseCheckpoint(std::string_view text);

/// Such a file's text.
std::string PrintCheckpoint(const std::vector<std::string>& entries);

}  // namespace gamevents::log
