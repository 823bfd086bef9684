#pragma once

#include "core/base/result.h"
#include "core/report/ask/chart_kind.h"
#include "core/report/chart/picture.h"
#include "core/report/table/cell.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
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

/// The number in `cell`, if it is one of a size that can be drawn and added up.
std::optional<double> NumberOf(const Cell& cell);

/// A cell as the name of a bar or a series; "null" for null.
std::string LabelOf(const Cell& cell);

/// Fills `picture`'s positions and series from the table. Along an axis they ascend, names come as
/// in the table. With one key each column of values is a series, else each value of the other keys
/// is. The values of one place are added up where values do, else the first counts.
void FillFrom(const Table& table, const Roles& roles, const ChartOptions& options,
              Picture& picture);

/// Fills `picture` with bars of the first kBarsMax rows; where values add up, the rest is one bar.
void FillBars(const Table& table, const Roles& roles, const ChartOptions& options,
              Picture& picture);

/// Adds a sentence to a note.
void AddNote(std::string& note, const std::string& sentence);

/// The error that a kind of chart does not suit an answer, with `why` and the kinds that do.
Error DoesNotSuit(ChartKind kind, std::string_view why, const std::vector<ChartKind>& these);

}  // namespace gamevents::report
