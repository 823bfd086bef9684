#pragma once

#include "core/report/table/cell.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace gamevents::report {

// Parts of an HTML page. What comes from events, from the command line or from Kafka is not
// trusted: it goes through HtmlText, and only ever into an element's content or into a quoted
// attribute.

/// `text` as content of an element or of a quoted attribute: markup escaped, control characters
/// shown as "\x1B", characters that turn the direction of writing as "\u202E", malformed UTF-8
/// replaced.
std::string HtmlText(std::string_view text);

/// How much of a table a page holds.
struct HtmlTableLimits {
  size_t rows = 0;
  size_t cell_units = 0;  ///< UTF-16 code units of a cell; what is longer ends with "..."
  size_t bytes = 0;       ///< no row begins beyond so much text
  bool days = false;      ///< the times of the first column are days
};

/// Appends the table with its caption and, when rows are left out, how many are shown. Columns of
/// numbers are aligned right; nulls are marked as such.
void AppendHtmlTable(std::string& out, std::string_view caption, const Table& table,
                     const HtmlTableLimits& limits);

}  // namespace gamevents::report
