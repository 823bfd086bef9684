#pragma once

#include "core/report/table/cell.h"

#include <span>
#include <string>

namespace gamevents::report {

// Tab-separated lines for cut, sort and awk: the text format of PostgreSQL's COPY with a line of
// headings. A null is \N; a tab, a line break or another control character in a cell is written
// as COPY reads it (\t, \n, \x1B), a backslash as two, so that a line is a row, always.

void AppendPlainHeader(std::string& out, std::span<const Heading> headings);

/// Binary is base64, a time RFC 3339; arrays and objects are their JSON text.
void AppendPlainRow(std::string& out, const Row& row);

}  // namespace gamevents::report
