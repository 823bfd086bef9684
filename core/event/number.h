#pragma once

#include "core/event/value.h"

#include <compare>
#include <cstdint>
#include <optional>
#include <string_view>

namespace gamevents::event {

/// The number that `text` is by JSON's grammar (RFC 8259 section 6): an int64_t when it has
/// neither fraction nor exponent and fits, else the nearest double, an infinity beyond a double's
/// range. Nothing when `text` is not wholly such a number.
std::optional<Value> ParseJsonNumber(std::string_view text);

/// How two numbers stand to each other, exactly: no integer is rounded to a double on the way.
/// Unordered when `b` is not a number.
std::partial_ordering CompareNumbers(int64_t a, double b);

}  // namespace gamevents::event
