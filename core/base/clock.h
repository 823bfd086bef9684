#pragma once

#include "core/base/result.h"
#include "core/base/strong.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace gamevents {

/// Milliseconds since 1970-01-01T00:00:00Z, as Kafka counts them; -1 means "none".
using TimestampMs = Strong<struct TimestampMsTag, int64_t>;

/// Where the time of day comes from, so that tests can set it. Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  /// Milliseconds since 1970, UTC.
  virtual TimestampMs Now() const = 0;

  /// The system's clock; lives for ever.
  static const Clock& System();
};

/// A time as people read it, without a string's memory.
using TimestampText = std::array<char, 24>;

/// "2026-11-23T10:00:00.123Z" (RFC 3339, UTC, always three decimals). Years 0 to 9999; anything
/// outside is clamped to that.
TimestampText TimestampTextOf(TimestampMs time);

/// The same as a string.
std::string FormatTimestamp(TimestampMs time);

/// The same in an own format: 'T' and 'Z' replaced as Spark's show() prints it in UTC,
/// "2026-11-23 10:00:00.123", trailing zeros of the fraction dropped.
std::string FormatTimestampLikeSpark(TimestampMs time);

/// Takes "2026-11-23", "2026-11-23T10:00", "…T10:00:00", "…T10:00:00.123", each with "Z",
/// "+02:00" or nothing (UTC) at its end, and a space for the 'T'. A leap second, 23:59:60 UTC, is
/// the last millisecond of its day. Errors: kBadInput with what is wrong.
Result<TimestampMs> ParseTimestamp(std::string_view text);

}  // namespace gamevents
