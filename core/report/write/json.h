#pragma once

#include "core/report/table/cell.h"

#include <span>
#include <string>
#include <string_view>

namespace gamevents::report {

// JSON (RFC 8259) of rows. What a terminal would obey never stands in it: C0 is escaped as JSON
// must, DEL and C1 as \u007f to \u009f. Binary is base64, a time RFC 3339, "no time" null.

/// Appends a text in quotes. Requires: valid UTF-8.
void AppendJsonText(std::string& out, std::string_view text);

void AppendJsonCell(std::string& out, const Cell& cell);

/// Appends {"name":cell,…}, every heading each time.
void AppendJsonRow(std::string& out, std::span<const Heading> headings, const Row& row);

/// Appends an array of the rows as objects, one a line.
void AppendJsonTable(std::string& out, const Table& table);

}  // namespace gamevents::report
