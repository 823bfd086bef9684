#pragma once

#include "core/report/ask/chart_kind.h"
#include "core/report/chart/picture.h"
#include "core/report/table/cell.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace gamevents::report {

// What a table has to be drawn: which of its columns are what, and its values by position and
// series.

/// What stands in the first column.
enum class AxisKind : uint8_t { kTimes, kNumbers, kNames };

/// What the columns of a table are.
struct Roles {
  AxisKind axis = AxisKind::kNames;
  size_t keys = 1;               ///< the columns that groups are made by, from the first
  std::vector<size_t> values{};  ///< columns of numbers, the one that is drawn first
};

/// The roles in `table`; none where nothing beside the first column is a number.
std::optional<Roles> RolesOf(const Table& table, const ChartOptions& options);

/// A time on its clock, in milliseconds: of a time, or of a text that ParseTimestamp takes.
std::optional<int64_t> ClockOf(const Cell& cell);

/// The number in `cell`, if it is one and finite.
std::optional<double> NumberOf(const Cell& cell);

/// A cell as the name of a bar or a series; "null" for null.
std::string LabelOf(const Cell& cell);

/// Fills `picture`'s positions and series from the table. Along an axis they ascend, names come as
/// in the table. With one key each column of values is a series, else each value of the other keys
/// is. The values of one place are added up where values do, else the first counts.
void FillFrom(const Table& table, const Roles& roles, const ChartOptions& options,
              Picture& picture);

/// Leaves the `most` largest series, the largest first; the others become one where values add up,
/// else the picture's note says how many are left out.
void BoundSeries(Picture& picture, bool adds_up, size_t most);

/// Gives a picture along times, of values that add up, a position for each step, zero where nothing
/// was; beyond `most` positions, longer steps. Values that do not add up stay as they are, the last
/// `most` of them.
void FillSteps(Picture& picture, const ChartOptions& options, size_t most);

/// The same of numbers: at most `most` equal steps, each by its lower end.
void FillNumbers(Picture& picture, size_t most);

}  // namespace gamevents::report
