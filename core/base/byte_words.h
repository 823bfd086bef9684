#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

// Eight bytes looked at as one word, for texts that are what most are: short and plain.

namespace gamevents {

/// Bytes in a word.
inline constexpr size_t kWordBytes = sizeof(uint64_t);
/// A word of eight bytes 1: times a byte it is that byte eight times.
inline constexpr uint64_t kEveryByte = 0x0101010101010101;
/// The high bit of each byte of a word.
inline constexpr uint64_t kHighBits = 0x80 * kEveryByte;

/// The word at `bytes`, of which the first byte is the lowest, on every machine.
inline uint64_t LoadWord(const void* bytes) {
  uint64_t word = 0;
  std::memcpy(&word, bytes, kWordBytes);
  return std::endian::native == std::endian::little ? word : __builtin_bswap64(word);
}

/// The word with A to Z as a to z.
inline uint64_t LowerWord(uint64_t word) {
  const uint64_t low_bits = word & ~kHighBits;
  const uint64_t from_a = low_bits + (0x80 - 'A') * kEveryByte;
  const uint64_t above_z = low_bits + (0x7F - 'Z') * kEveryByte;
  const uint64_t upper = from_a & ~above_z & ~word & kHighBits;
  return word | upper >> 2;  // the bit between 'A' and 'a'
}

/// The high bit of each byte of `word` that is below `limit`, at most 0x80: right up to the first
/// such byte, and 0 where there is none.
inline uint64_t BytesBelow(uint64_t word, uint64_t limit) {
  return (word - limit * kEveryByte) & ~word & kHighBits;
}

/// The same for the bytes that are `byte`.
inline uint64_t BytesEqual(uint64_t word, char byte) {
  return BytesBelow(word ^ (static_cast<uint8_t>(byte) * kEveryByte), 1);
}

/// The same for the bytes that no JSON string has as they are: control characters, '"' and '\'.
inline uint64_t BytesEscaped(uint64_t word) {
  return BytesBelow(word, 0x20) | BytesEqual(word, '"') | BytesEqual(word, '\\');
}

}  // namespace gamevents
