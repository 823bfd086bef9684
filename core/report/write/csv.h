#pragma once

#include "core/report/table/cell.h"

#include <span>
#include <string>

namespace gamevents::report {

// CSV by RFC 4180: lines end with CR LF, a field with a comma, a quote or a line break is quoted.
// A null is an empty field and an empty text is "" in quotes, so that the two stay apart.

/// The line of column names.
void AppendCsvHeader(std::string& out, std::span<const Heading> headings);

/// Binary is base64, a time RFC 3339; arrays and objects are their JSON text.
void AppendCsvRow(std::string& out, const Row& row);

// The same for a spreadsheet that opens the file at a double click. It begins with a byte order
// mark, by which Excel takes it for UTF-8. A text or a heading that begins with = + - @, a tab or a
// carriage return gets an apostrophe before it, so that no formula is made of a name that a player
// chose (OWASP, "CSV Injection"). Numbers stay as they are.

void AppendSafeCsvHeader(std::string& out, std::span<const Heading> headings);
void AppendSafeCsvRow(std::string& out, const Row& row);

}  // namespace gamevents::report
