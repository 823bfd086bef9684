#pragma once

#include "core/base/result.h"
#include "core/base/time_zone.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gamevents::report {

/// What time is cut into, by the clocks of a time zone: pieces of one length, counted from
/// 1970-01-01 00:00, weeks from Monday, or calendar months.
struct TimeStep {
  enum class Unit : uint8_t { kMillisecond, kWeek, kMonth };
  Unit unit = Unit::kMillisecond;
  int64_t count = 0;  ///< of the unit, more than 0
  TimeZone zone{};

  friend bool operator==(const TimeStep&, const TimeStep&) = default;
};

/// Days, of the zone's clocks.
TimeStep Days(const TimeZone& zone = {});
/// Steps of one length. Requires: length > 0.
TimeStep StepsOf(std::chrono::milliseconds length, const TimeZone& zone = {});

/// "1m", "6h", "1d", "1w", "1mo", "3mo", "1y", on the clocks of `zone`. Errors: kBadInput for what
/// is no length of time, for none, and for more than a hundred years.
Result<TimeStep> ParseTimeStep(std::string_view text, const TimeZone& zone);

/// "second", "minute", "hour", "day", "week", "month", "quarter", "year", whatever the case of the
/// letters. Errors: kBadInput, with the one that may have been meant.
Result<TimeStep> TimeStepNamed(std::string_view name, const TimeZone& zone);

/// "hour", "week", "month", or "10m" for steps that have no name.
std::string NameOf(const TimeStep& step);

/// Whether each step begins at midnight.
bool AreDays(const TimeStep& step);

/// Its length in milliseconds, where all of its steps have one and begin by UTC.
std::optional<std::chrono::milliseconds> FixedLength(const TimeStep& step);

/// When the step began that `time` is in, milliseconds since 1970. An hour that clocks show twice
/// has two steps; a day with it has one, which is longer.
int64_t StartOf(const TimeStep& step, int64_t time);

}  // namespace gamevents::report
