#include "core/report/ask/clock_part.h"

#include "core/base/ascii.h"
#include "core/base/text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <chrono>
#include <utility>
#include <vector>

namespace gamevents::report {
namespace {

constexpr auto kClockParts =
    std::to_array<std::pair<std::string_view, ClockPart>>({{"minute", ClockPart::kMinute},
                                                           {"hour", ClockPart::kHour},
                                                           {"day", ClockPart::kDay},
                                                           {"dow", ClockPart::kSundayFirst},
                                                           {"isodow", ClockPart::kMondayFirst},
                                                           {"month", ClockPart::kMonth},
                                                           {"year", ClockPart::kYear}});
// 0000-01-01 to 9999-12-31, with a day's room for what a zone is ahead of UTC.
constexpr int64_t kCalendarBegin = -62'167'219'200'000 + 86'400'000;
constexpr int64_t kCalendarEnd = 253'402'300'800'000 - 86'400'000;

}  // namespace

Result<ClockPart> ClockPartNamed(std::string_view name) {
  std::vector<std::string_view> names;
  for (const auto& [known, part] : kClockParts) {
    if (EqualsIgnoringCase(known, name)) return part;
    names.push_back(known);
  }
  const auto nearest = NearestWord(name, names);
  return Error{Fault::kBadInput,
               fmt::format("'{}' is no part of a time{}: there are {}", name,
                           nearest ? fmt::format("; did you mean {}?", *nearest) : "",
                           fmt::join(names, ", "))};
}

std::optional<int64_t> ValueOf(ClockPart part, const TimeZone& zone, TimestampMs time) {
  using namespace std::chrono;
  if (time.value < kCalendarBegin || time.value >= kCalendarEnd) return std::nullopt;
  const sys_time<milliseconds> shown{milliseconds(time.value) + zone.OffsetAt(time)};
  const auto midnight = floor<days>(shown);
  const year_month_day date(midnight);
  switch (part) {
    case ClockPart::kMinute:
      return floor<minutes>(shown - midnight).count() % 60;
    case ClockPart::kHour:
      return floor<hours>(shown - midnight).count();
    case ClockPart::kDay:
      return static_cast<unsigned>(date.day());
    case ClockPart::kSundayFirst:
      return weekday(midnight).c_encoding();
    case ClockPart::kMondayFirst:
      return weekday(midnight).iso_encoding();
    case ClockPart::kMonth:
      return static_cast<unsigned>(date.month());
    case ClockPart::kYear:
      return static_cast<int>(date.year());
  }
  return std::nullopt;
}

}  // namespace gamevents::report
