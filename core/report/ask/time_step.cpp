#include "core/report/ask/time_step.h"

#include "core/base/ascii.h"
#include "core/base/number.h"
#include "core/base/text.h"
#include "core/base/units.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <utility>
#include <vector>

namespace gamevents::report {
namespace {

using Unit = TimeStep::Unit;
using std::chrono::milliseconds;

constexpr int64_t kDayMs = 86'400'000;
constexpr int64_t kWeekMs = 7 * kDayMs;
// 1970-01-05 was a Monday.
constexpr int64_t kMonday = 4 * kDayMs;
constexpr int64_t kMonthsAYear = 12;
constexpr int64_t kWeeksMax = 5'200;
constexpr int64_t kMonthsMax = 1'200;
// What the calendar knows, in milliseconds from 1970: the years 0 to 9999.
constexpr int64_t kFirstYear = -62'167'219'200'000;
constexpr int64_t kLastYear = 253'402'300'799'999;

struct CalendarUnit {
  std::string_view suffix;
  Unit unit;
  int64_t each;  // of the unit
  int64_t max;
};

constexpr auto kCalendarUnits =
    std::to_array<CalendarUnit>({{"mo", Unit::kMonth, 1, kMonthsMax},
                                 {"w", Unit::kWeek, 1, kWeeksMax},
                                 {"y", Unit::kMonth, kMonthsAYear, kMonthsMax}});

struct NamedStep {
  Unit unit;
  int64_t count;
  std::string_view name;
};

constexpr auto kNames = std::to_array<NamedStep>({{Unit::kMillisecond, 1'000, "second"},
                                                  {Unit::kMillisecond, 60'000, "minute"},
                                                  {Unit::kMillisecond, 3'600'000, "hour"},
                                                  {Unit::kMillisecond, kDayMs, "day"},
                                                  {Unit::kWeek, 1, "week"},
                                                  {Unit::kMonth, 1, "month"},
                                                  {Unit::kMonth, 3, "quarter"},
                                                  {Unit::kMonth, kMonthsAYear, "year"}});

int64_t FloorOf(int64_t time, int64_t width) {
  const int64_t past = time % width;
  return time - (past < 0 ? past + width : past);
}

/// The first millisecond of the months that `local` is in, `count` of them counted from year 0.
int64_t FloorToMonths(int64_t local, int64_t count) {
  using namespace std::chrono;
  const sys_time<milliseconds> time{milliseconds(local)};
  const year_month_day date(floor<days>(time));
  const int64_t months =
      static_cast<int>(date.year()) * kMonthsAYear + static_cast<unsigned>(date.month()) - 1;
  const int64_t first = FloorOf(months, count);
  const int64_t in_year = FloorOf(first, kMonthsAYear);
  const sys_days start = year(static_cast<int>(in_year / kMonthsAYear)) /
                         month(static_cast<unsigned>(first - in_year) + 1) / day(1);
  return milliseconds(start.time_since_epoch()).count();
}

/// The same on a clock that is never put forward or back.
int64_t FloorLocal(const TimeStep& step, int64_t local) {
  switch (step.unit) {
    case Unit::kMillisecond:
      return FloorOf(local, step.count);
    case Unit::kWeek:
      return FloorOf(local - kMonday, kWeekMs * step.count) + kMonday;
    case Unit::kMonth:
      return FloorToMonths(local, step.count);
  }
  return local;
}

}  // namespace

TimeStep StepsOf(milliseconds length, const TimeZone& zone) {
  return {Unit::kMillisecond, length.count(), zone};
}

TimeStep Days(const TimeZone& zone) { return StepsOf(milliseconds(kDayMs), zone); }

Result<TimeStep> ParseTimeStep(std::string_view text, const TimeZone& zone) {
  for (const CalendarUnit& unit : kCalendarUnits) {
    if (!text.ends_with(unit.suffix)) continue;
    const auto count = ParseWholeNumber<int64_t>(text.substr(0, text.size() - unit.suffix.size()));
    if (!count || *count <= 0 || *count > unit.max / unit.each) break;
    return TimeStep{unit.unit, *count * unit.each, zone};
  }
  auto span = ParseDuration(text);
  if (!span) {
    span.error().context += "; or 1w for weeks from Monday, 1mo for months, 1y for years";
    return std::move(span).error();
  }
  if (span->count() > 0) return StepsOf(*span, zone);
  return Error{Fault::kBadInput, "a duration must be positive, e.g. 1m"};
}

Result<TimeStep> TimeStepNamed(std::string_view name, const TimeZone& zone) {
  std::vector<std::string_view> names;
  for (const NamedStep& named : kNames) {
    if (EqualsIgnoringCase(named.name, name)) return TimeStep{named.unit, named.count, zone};
    names.push_back(named.name);
  }
  const auto nearest = NearestWord(name, names);
  return Error{Fault::kBadInput,
               fmt::format("'{}' is no unit of time{}: there are {}", name,
                           nearest ? fmt::format("; did you mean {}?", *nearest) : "",
                           fmt::join(names, ", "))};
}

std::string NameOf(const TimeStep& step) {
  for (const NamedStep& named : kNames) {
    if (named.unit == step.unit && named.count == step.count) return std::string(named.name);
  }
  if (step.unit == Unit::kWeek) return std::to_string(step.count) + "w";
  if (step.unit == Unit::kMonth) return std::to_string(step.count) + "mo";
  return FormatDuration(milliseconds(step.count));
}

bool AreDays(const TimeStep& step) {
  return step.unit != Unit::kMillisecond || step.count % kDayMs == 0;
}

std::optional<milliseconds> FixedLength(const TimeStep& step) {
  if (step.unit != Unit::kMillisecond || !step.zone.IsUtc()) return std::nullopt;
  return milliseconds(step.count);
}

int64_t StartOf(const TimeStep& step, int64_t time) {
  if (time < kFirstYear || time > kLastYear) {
    const bool has_start = step.unit == Unit::kMillisecond && time >= INT64_MIN + step.count;
    return has_start ? FloorOf(time, step.count) : time;
  }
  const auto offset = [&](int64_t at) {
    return milliseconds(step.zone.OffsetAt(TimestampMs(at))).count();
  };
  const int64_t ahead = offset(time);
  const int64_t local = FloorLocal(step, time + ahead);
  const int64_t start = local - ahead;
  if (start == time || offset(start) == ahead) return start;
  // The clocks were changed since the step began.
  return step.zone.TimeOf(local).value;
}

}  // namespace gamevents::report
