#pragma once

#include "core/report/table/cell.h"

#include <span>
#include <string>
#include <string_view>

namespace gamevents::report {

// A table as GitHub Flavored Markdown has it (github.github.com/gfm, section 4.10): a line is a
// row, always, and nothing in a cell is read as markup or HTML. Control characters are shown.

/// `text` so that Markdown shows it as it is: what could be markup has a backslash before it.
std::string MarkdownText(std::string_view text);

/// The headings, and the line below them; columns of numbers are aligned right.
void AppendMarkdownHeader(std::string& out, std::span<const Heading> headings);

/// A null is an empty cell; binary is base64, a time RFC 3339.
void AppendMarkdownRow(std::string& out, const Row& row);

}  // namespace gamevents::report
