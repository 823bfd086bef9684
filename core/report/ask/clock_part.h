#pragma once

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/base/time_zone.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace gamevents::report {

/// What a clock and a calendar on the wall show of a time.
enum class ClockPart : uint8_t { kMinute, kHour, kDay, kSundayFirst, kMondayFirst, kMonth, kYear };

/// "minute", "hour", "day" (of the month), "dow" (0 for Sunday to 6), "isodow" (1 for Monday to 7),
/// "month", "year", as PostgreSQL and DuckDB name them, whatever the case of the letters. Errors:
/// kBadInput, with the one that may have been meant.
Result<ClockPart> ClockPartNamed(std::string_view name);

/// What the clocks of `zone` show; nothing of a time outside of the years 0 to 9999.
std::optional<int64_t> ValueOf(ClockPart part, const TimeZone& zone, TimestampMs time);

}  // namespace gamevents::report
