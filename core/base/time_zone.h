#pragma once

#include "core/base/clock.h"
#include "core/base/result.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace date {
class time_zone;
}

namespace gamevents {

/// A time zone of the IANA database as the system has it, with its daylight saving of all years.
/// To be copied; its rules live for ever. Thread-safe.
class TimeZone {
 public:
  /// UTC.
  TimeZone() = default;

  /// "Europe/Berlin", "Asia/Tokyo", "UTC". Errors: kNotFound, with the nearest name; kUnavailable
  /// where the system has no time zones.
  static Result<TimeZone> Find(std::string_view name);

  /// Whether its clocks always show UTC: that of the default constructor.
  bool IsUtc() const { return zone_ == nullptr; }

  /// How far its clocks are ahead of UTC at that time.
  std::chrono::seconds OffsetAt(TimestampMs time) const;

  /// When its clocks show `local`, the milliseconds from 1970-01-01 00:00 on such a clock. Where
  /// they show it twice, as daylight saving ends, the first time; where never, as it begins, the
  /// moment at which they are put forward.
  TimestampMs TimeOf(int64_t local) const;

  friend bool operator==(const TimeZone&, const TimeZone&) = default;

 private:
  explicit TimeZone(const date::time_zone* zone) : zone_(zone) {}

  const date::time_zone* zone_ = nullptr;  // null: UTC
};

/// As ParseTimestamp, but a text that does not say how far its clock is from UTC is one of `zone`.
/// Errors: as ParseTimestamp.
Result<TimestampMs> ParseTimestampIn(const TimeZone& zone, std::string_view text);

}  // namespace gamevents
