#pragma once

#include "core/base/byte_words.h"

#include <cstddef>
#include <string>
#include <string_view>

// Text whose meaning lies in its ASCII characters, whatever the locale: names of headers and of
// settings, lists in a line. Bytes above 0x7F are left as they are.

namespace gamevents {

/// A to Z as a to z.
constexpr char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// The text with each character lowered.
inline std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = Lower(c);
  return lower;
}

/// Whether the two differ in nothing but the case of letters.
inline bool EqualsIgnoringCase(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  size_t at = 0;
  for (; at + kWordBytes <= a.size(); at += kWordBytes) {
    if (LowerWord(LoadWord(&a[at])) != LowerWord(LoadWord(&b[at]))) return false;
  }
  while (at < a.size() && Lower(a[at]) == Lower(b[at])) ++at;
  return at == a.size();
}

/// Whether `text` begins with `prefix`, in any case of its letters.
inline bool StartsWithIgnoringCase(std::string_view text, std::string_view prefix) {
  return EqualsIgnoringCase(text.substr(0, prefix.size()), prefix);
}

/// The part of `text` without the blanks at both ends.
inline std::string_view Trim(std::string_view text, std::string_view blanks = " \t") {
  const size_t begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return text.substr(text.size());
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

}  // namespace gamevents
