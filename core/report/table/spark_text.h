#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace gamevents::report {

// How Spark 4.0's DataFrame.show() turns a cell's text into what it prints. Lengths are counted
// in UTF-16 code units, as in the JVM: an emoji beyond U+FFFF counts two.

/// Line breaks, tabs, form feed, backspace, vertical tab and bell become "\n", "\r", "\t", "\f",
/// "\b", "\v", "\a", as in Spark, so that a cell never breaks its line. A backslash in the data
/// stays as it is.
std::string EscapeMeta(std::string_view text);

/// At most `units` UTF-16 code units of `text`, "..." included when `units` is at least 4; 0 is
/// no limit. Half of a surrogate pair at the cut becomes '?', as on Spark's way to Python.
/// Requires: valid UTF-8.
std::string Truncate(std::string_view text, size_t units);

/// How many columns Spark counts for `text`: its UTF-16 code units, and one more for each East
/// Asian full width character. Requires: valid UTF-8.
size_t DisplayWidth(std::string_view text);

/// The digits of `number` as Java's Double.toString writes them: "1.5", "1.0E20", "NaN".
std::string JavaDouble(double number);

}  // namespace gamevents::report
