#pragma once

#include "core/base/result.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace gamevents {

/// "100ms", "10s", "5m", "2h", "7d" (a whole number and one unit; "0" needs none).
/// Errors: kBadInput for anything else, or more than 100 years.
Result<std::chrono::milliseconds> ParseDuration(std::string_view text);

/// "128MiB", "64KiB", "1GiB", "512B" or "512" (bytes); powers of 1024 only, so that no reader
/// wonders. Errors: kBadInput for anything else, or what does not fit 63 bits.
Result<int64_t> ParseSize(std::string_view text);

/// The shortest exact text that ParseDuration takes back: 60000 ms is "1m", 1500 ms "1500ms".
std::string FormatDuration(std::chrono::milliseconds duration);

/// The shortest exact text that ParseSize takes back: 134217728 is "128MiB", 1000 "1000B".
std::string FormatSize(int64_t bytes);

}  // namespace gamevents
