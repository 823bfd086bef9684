#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

// Parquet's plain encoding: numbers as little-endian bytes, texts as their length and their bytes.

namespace gamevents::parquet {

static_assert(std::endian::native == std::endian::little, "plain numbers are copied as they are");

/// What stands before a text: its length.
inline constexpr size_t kLengthBytes = sizeof(uint32_t);

/// Appends a number's bytes.
template <class T>
  requires std::integral<T> || std::floating_point<T>
void AppendPlain(std::string& out, T number) {
  char bytes[sizeof number];
  std::memcpy(bytes, &number, sizeof number);
  out.append(bytes, sizeof number);
}

/// Appends a text's length and its bytes. Requires: fewer than 4 GiB.
inline void AppendPlainText(std::string& out, std::string_view text) {
  AppendPlain(out, static_cast<uint32_t>(text.size()));
  out.append(text);
}

/// The number at the front of `plain`. Requires: as many bytes.
template <class T>
T LoadPlain(std::string_view plain) {
  T number;
  std::memcpy(&number, plain.data(), sizeof number);
  return number;
}

}  // namespace gamevents::parquet
