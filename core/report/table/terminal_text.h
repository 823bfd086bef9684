#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace gamevents::report {

// How much room a text takes on a terminal. DisplayWidth (spark_text.h) is how much Spark thinks.

/// The columns that `text` takes: East Asian wide characters and emoji two, combining marks none.
/// Requires: valid UTF-8 without control characters.
size_t TerminalWidth(std::string_view text);

/// `text`, or, where it takes more than `width` columns, as much of it as fits before a '…'.
/// Requires: as TerminalWidth; width > 0.
std::string CutToWidth(std::string_view text, size_t width);

}  // namespace gamevents::report
