#pragma once

#include "core/report/table/cell.h"
#include "core/report/write/chart.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace gamevents::report {

/// Bars of one chart; what is beyond is one bar, where its sum means something, or left out.
inline constexpr size_t kBarsMax = 12;
/// Points of one line.
inline constexpr size_t kPointsMax = 240;

/// What a grouping looks like.
enum class ChartKind : uint8_t { kBar, kLine, kFunnel };

/// The chart that suits the groups of `table`, if one does: values of time and a number are a
/// line, a column "step" and a number a funnel, one other column and a number bars.
std::optional<ChartKind> ChartFor(const Table& table);

/// The first kBarsMax rows as bars of the first column of numbers after the first column; of
/// counts the rest is added up as "other". Requires: ChartFor(table).
std::vector<Bar> BarsOf(const Table& table);

struct Course {
  std::vector<Point> points;  ///< by time, at most about kPointsMax
  int64_t step_ms = 0;        ///< counts within such a duration are one point; 0: not added up
};

/// The rows with a time as points. Counts are added up so that the points are not too many, and
/// are zero where no row is; other values are taken as they are, the first kPointsMax.
/// `unit_ms`: what the times are multiples of. Requires: ChartFor(table) is a line.
Course CourseOf(const Table& table, int64_t unit_ms);

/// The chart of `table`, with its headings' names; "" when none suits.
std::string ChartOf(const Table& table);

}  // namespace gamevents::report
