#pragma once

#include "core/report/table/cell.h"

#include <span>
#include <string>
#include <string_view>

namespace gamevents::report {

/// `text` as Python's repr() writes a str: single quotes, or double ones when it has single quotes
/// only; escapes for what is not printable. Characters that no Unicode version has assigned yet
/// are shown themselves (there Python's versions differ). Requires: valid UTF-8.
std::string PythonRepr(std::string_view text);

/// A row as PySpark prints it: "Row(event_type='default', user=None)".
std::string RowRepr(std::span<const Heading> headings, std::span<const Cell> row);

/// A list of rows as PySpark prints it: "[Row(event_type='default')]", "[]".
std::string RowsRepr(std::span<const Heading> headings, std::span<const Row> rows);

}  // namespace gamevents::report
