#pragma once

#include "core/report/table/cell.h"

#include <cstddef>
#include <string>

namespace gamevents::report {

/// The narrowest that a column is made before columns are left out.
inline constexpr size_t kColumnWidthNarrow = 12;

/// The table for a terminal of `width` columns: texts on the left of their cells and numbers on the
/// right, what is too long cut with '…'. Where the columns are too many, those in the middle are
/// left out, and a line below says how many, and how to see them: `see_all`. No line is wider than
/// the terminal but for these, unless that has not even room for one column.
std::string FittedTable(const Table& table, size_t width, const std::string& see_all);

/// The table with one line for each cell, under the name of its column: nothing is cut.
/// `escape_controls`: show what a terminal would obey as "\x1B".
std::string VerticalTable(const Table& table, bool escape_controls);

}  // namespace gamevents::report
