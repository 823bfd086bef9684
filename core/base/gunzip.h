#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace gamevents {

/// What `gzip` holds (RFC 1952). A gzip is a series of members (section 2.2), and what they hold
/// follows each other: files that were appended to each other are one. At most `bytes_max` bytes
/// come out, and little more than twice as many are in memory on the way.
/// Errors: kBadInput (no gzip, damaged, cut off, or followed by something else); kFull (more would
/// come out, or there is no memory).
Result<std::string> Gunzip(std::string_view gzip, size_t bytes_max);

}  // namespace gamevents
