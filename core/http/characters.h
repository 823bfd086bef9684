#pragma once

#include "core/base/ascii.h"
#include "core/base/byte_words.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace gamevents::http {

/// Which bytes `text` has, for a look-up of each by its value.
constexpr std::array<bool, 256> ByteSet(std::string_view text) {
  std::array<bool, 256> set = {};
  for (const char c : text) set[static_cast<unsigned char>(c)] = true;
  return set;
}

/// RFC 9110 section 5.6.2: what a method and a header's name are made of.
inline constexpr std::array<bool, 256> kTokenBytes =
    ByteSet("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

/// RFC 3986 section 3.2.2: a name or an address, and a port after a colon.
inline constexpr std::array<bool, 256> kHostBytes =
    ByteSet("-._~!$&'()*+,;=%:[]0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

/// Whether every byte of `text` is in `set`.
inline bool IsMadeOf(std::string_view text, const std::array<bool, 256>& set) {
  return std::ranges::all_of(text, [&](char c) { return set[static_cast<unsigned char>(c)]; });
}

/// Whether `text` can be a method or a header's name.
inline bool IsToken(std::string_view text) { return !text.empty() && IsMadeOf(text, kTokenBytes); }

/// Whether `c` is an ASCII control character.
inline bool IsControl(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

/// Whether `text` has an ASCII control character.
inline bool HasControl(std::string_view text) {
  size_t at = 0;
  for (; at + kWordBytes <= text.size(); at += kWordBytes) {
    const uint64_t word = LoadWord(&text[at]);
    if ((BytesBelow(word, 0x20) | BytesEqual(word, 0x7f)) != 0) return true;
  }
  return std::ranges::any_of(text.substr(at), IsControl);
}

/// Calls `visit` with each part of a comma-separated list.
template <class Visit>
void ForEachListed(std::string_view list, Visit visit) {
  while (true) {
    const size_t comma = list.find(',');
    visit(Trim(list.substr(0, comma)));
    if (comma == std::string_view::npos) return;
    list.remove_prefix(comma + 1);
  }
}

}  // namespace gamevents::http
