#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace gamevents::report {

/// One step through bytes that should be UTF-8.
struct CodePoint {
  char32_t value = 0;
  size_t bytes = 0;    ///< how many it took; at least 1
  bool valid = false;  ///< false: `bytes` bytes that a reader replaces by one U+FFFD
};

/// Reads the code point at the front of `text`, cutting malformed bytes into the same pieces as
/// Java's decoder does, so that a replaced text has as many U+FFFD as Spark shows.
/// Requires: !text.empty().
CodePoint FirstCodePoint(std::string_view text);

/// Appends `value` as UTF-8. Requires: value <= 0x10FFFF.
void AppendUtf8(std::string& out, char32_t value);

/// `bytes` with every malformed piece replaced by U+FFFD: valid UTF-8, always.
std::string ReplaceMalformed(std::string_view bytes);

}  // namespace gamevents::report
