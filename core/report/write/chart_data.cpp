#include "core/report/write/chart_data.h"

#include "core/base/check.h"
#include "core/report/write/scale.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <numeric>

namespace gamevents::report {
namespace {

bool IsNull(const Cell& cell) { return std::holds_alternative<std::monostate>(cell); }

/// The number in `cell`; 0 for what is none, or not finite.
double NumberOf(const Cell& cell) {
  const auto number = DoubleOf(cell);
  return number && std::isfinite(*number) ? *number : 0;
}

/// Whether `is` holds for all of the column that is not null.
bool AllOf(const Table& table, size_t column, bool (*is)(const Cell&)) {
  return std::ranges::all_of(
      table.rows, [=](const Row& row) { return IsNull(row[column]) || is(row[column]); });
}

/// The first column of numbers after the first column; 0 for none.
size_t ValueColumn(const Table& table) {
  for (size_t i = 1; i < table.headings.size(); ++i) {
    if (AllOf(table, i, IsNumber)) return i;
  }
  return 0;
}

/// Of counts, and of nothing else that we know of, the sum of groups is that of their union.
bool IsCount(const Heading& heading) { return heading.name == "count"; }

bool IsTime(const Cell& cell) { return std::holds_alternative<Time>(cell); }

/// The counts of each `step`, with zeros where there is none.
std::vector<Point> AddedUp(const std::vector<Point>& points, int64_t step) {
  std::map<int64_t, double> sums;
  for (const Point& point : points) sums[point.time_ms - point.time_ms % step] += point.value;
  std::vector<Point> added;
  for (int64_t time = sums.begin()->first; time <= sums.rbegin()->first; time += step) {
    const auto found = sums.find(time);
    added.push_back({time, found == sums.end() ? 0 : found->second});
  }
  return added;
}

std::string NameOf(const Table& table, size_t value) {
  return table.headings[value].name + " by " + table.headings[0].name;
}

}  // namespace

std::optional<ChartKind> ChartFor(const Table& table) {
  const size_t value = ValueColumn(table);
  // With a second column to group by, one bar a row would say less than the table.
  if (value != 1) return std::nullopt;
  if (table.headings[0].name == "step") return ChartKind::kFunnel;
  const bool times = !table.rows.empty() && AllOf(table, 0, IsTime);
  return times ? ChartKind::kLine : ChartKind::kBar;
}

std::vector<Bar> BarsOf(const Table& table) {
  const size_t value = ValueColumn(table);
  INVARIANT(value != 0);
  const bool count = IsCount(table.headings[value]);
  // One bar for a single other row would hide a name for nothing.
  const size_t room = table.rows.size() > kBarsMax && count ? kBarsMax - 1 : kBarsMax;
  std::vector<Bar> bars;
  double others = 0;
  for (size_t i = 0; i < table.rows.size(); ++i) {
    const Row& row = table.rows[i];
    if (i < room) {
      const bool null = IsNull(row[0]);
      bars.push_back({null ? "null" : CellText(row[0]), NumberOf(row[value]), false});
    } else {
      others += NumberOf(row[value]);
    }
  }
  if (count && table.rows.size() > room) {
    bars.push_back({fmt::format("({} other)", table.rows.size() - room), others, true});
  }
  return bars;
}

Course CourseOf(const Table& table, int64_t unit_ms) {
  const size_t value = ValueColumn(table);
  INVARIANT(value != 0);
  INVARIANT(unit_ms > 0);
  Course course;
  for (const Row& row : table.rows) {
    const auto* time = std::get_if<Time>(&row[0]);
    if (time != nullptr && time->at.value >= 0) {
      course.points.push_back({time->OnClock().value, NumberOf(row[value])});
    }
  }
  std::ranges::sort(course.points, {}, &Point::time_ms);
  if (course.points.empty()) return course;
  if (!IsCount(table.headings[value])) {
    if (course.points.size() > kPointsMax) course.points.resize(kPointsMax);
    return course;
  }
  const int64_t span = course.points.back().time_ms - course.points.front().time_ms;
  course.step_ms = NiceDuration(span, unit_ms, kPointsMax);
  course.points = AddedUp(course.points, course.step_ms);
  return course;
}

std::string ChartOf(const Table& table) {
  const auto kind = ChartFor(table);
  if (!kind) return {};
  const std::string name = NameOf(table, ValueColumn(table));
  if (*kind == ChartKind::kFunnel) return FunnelChart(name, BarsOf(table));
  if (*kind == ChartKind::kBar) return BarChart(name, BarsOf(table));
  int64_t unit = 0;  // the longest duration that all times are multiples of
  for (const Row& row : table.rows) {
    if (const auto* time = std::get_if<Time>(&row[0])) unit = std::gcd(unit, time->OnClock().value);
  }
  return LineChart(name, CourseOf(table, std::max<int64_t>(unit, 1)).points);
}

}  // namespace gamevents::report
