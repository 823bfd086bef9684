#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>

// The one place where integers become bytes and back. Every name says the byte order; nothing else
// casts a buffer to a number. Pure functions: any thread.

namespace gamevents {

/// The bytes of `text`, without a copy; lives as long as the text.
inline std::span<const std::byte> AsBytes(std::string_view text) {
  return std::as_bytes(std::span(text));
}

/// The bytes as characters, without a copy; lives as long as the bytes.
inline std::string_view AsText(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// The bytes of `value` in reverse order; one overload for each width.
constexpr uint16_t SwapBytes(uint16_t value) { return __builtin_bswap16(value); }
constexpr uint32_t SwapBytes(uint32_t value) { return __builtin_bswap32(value); }
constexpr uint64_t SwapBytes(uint64_t value) { return __builtin_bswap64(value); }

/// The unsigned integer whose sizeof(T) bytes start at `from`, most significant first. Needs no
/// alignment.
template <class T>
T LoadBigEndian(const std::byte* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return std::endian::native == std::endian::big ? value : SwapBytes(value);
}

/// Writes sizeof(T) bytes at `to`, most significant first. Needs no alignment.
template <class T>
void StoreBigEndian(std::byte* to, T value) {
  if constexpr (std::endian::native != std::endian::big) value = SwapBytes(value);
  std::memcpy(to, &value, sizeof value);
}

/// LoadBigEndian and StoreBigEndian by width: 2, 4 or 8 bytes.
inline uint16_t LoadBigEndian16(const std::byte* from) { return LoadBigEndian<uint16_t>(from); }
inline uint32_t LoadBigEndian32(const std::byte* from) { return LoadBigEndian<uint32_t>(from); }
inline uint64_t LoadBigEndian64(const std::byte* from) { return LoadBigEndian<uint64_t>(from); }
inline void StoreBigEndian16(std::byte* to, uint16_t value) { StoreBigEndian(to, value); }
inline void StoreBigEndian32(std::byte* to, uint32_t value) { StoreBigEndian(to, value); }
inline void StoreBigEndian64(std::byte* to, uint64_t value) { StoreBigEndian(to, value); }

/// Two's complement readings of the same bytes.
inline int16_t LoadBigEndianSigned16(const std::byte* from) {
  return static_cast<int16_t>(LoadBigEndian16(from));
}
inline int32_t LoadBigEndianSigned32(const std::byte* from) {
  return static_cast<int32_t>(LoadBigEndian32(from));
}
inline int64_t LoadBigEndianSigned64(const std::byte* from) {
  return static_cast<int64_t>(LoadBigEndian64(from));
}

/// Zigzag: small numbers of either sign become small unsigned ones: 0, -1, 1, -2 are 0, 1, 2, 3.
constexpr uint32_t ZigzagEncode32(int32_t value) {
  return (static_cast<uint32_t>(value) << 1) ^ static_cast<uint32_t>(value >> 31);
}
constexpr uint64_t ZigzagEncode64(int64_t value) {
  return (static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63);
}
/// The signed number back.
constexpr int32_t ZigzagDecode32(uint32_t value) {
  return static_cast<int32_t>((value >> 1) ^ (~(value & 1) + 1));
}
constexpr int64_t ZigzagDecode64(uint64_t value) {
  return static_cast<int64_t>((value >> 1) ^ (~(value & 1) + 1));
}

/// A base-128 varint, least significant group first, takes at most this many bytes.
inline constexpr size_t kVarint32BytesMax = 5;
inline constexpr size_t kVarint64BytesMax = 10;

/// How many bytes StoreVarint64 writes for `value`: 1 to 10.
constexpr size_t VarintSize(uint64_t value) {
  return (static_cast<size_t>(std::bit_width(value | 1)) + 6) / 7;
}

/// Writes `value` at `to`, which has room for VarintSize(value) bytes; gives how many it wrote.
inline size_t StoreVarint64(std::byte* to, uint64_t value) {
  size_t size = 0;
  for (; value >= 0x80; value >>= 7) to[size++] = static_cast<std::byte>(value | 0x80);
  to[size++] = static_cast<std::byte>(value);
  return size;
}
/// The same for 32 bits: at most kVarint32BytesMax bytes.
inline size_t StoreVarint32(std::byte* to, uint32_t value) { return StoreVarint64(to, value); }

/// Takes a varint off the front of `in`. nullopt, with `in` as it was, when it does not end within
/// `in` or does not fit 64 bits.
inline std::optional<uint64_t> TakeVarint64(std::span<const std::byte>& in) {
  // Most numbers are small.
  if (!in.empty() && in[0] < std::byte{0x80}) {
    const auto value = std::to_integer<uint64_t>(in[0]);
    in = in.subspan(1);
    return value;
  }
  uint64_t value = 0;
  for (size_t i = 0; i < in.size() && i < kVarint64BytesMax; ++i) {
    const auto group = std::to_integer<uint64_t>(in[i]);
    if (i == kVarint64BytesMax - 1 && group > 1) return std::nullopt;
    value |= (group & 0x7F) << (7 * i);
    if (group < 0x80) {
      in = in.subspan(i + 1);
      return value;
    }
  }
  return std::nullopt;
}

/// The same for 32 bits; nullopt also when the number is larger.
inline std::optional<uint32_t> TakeVarint32(std::span<const std::byte>& in) {
  auto rest = in;
  const auto value = TakeVarint64(rest);
  if (!value || *value > UINT32_MAX || in.size() - rest.size() > kVarint32BytesMax) {
    return std::nullopt;
  }
  in = rest;
  return static_cast<uint32_t>(*value);
}

/// Zigzag varints: Kafka's `varint` and `varlong`.
inline std::optional<int32_t> TakeZigzag32(std::span<const std::byte>& in) {
  const auto value = TakeVarint32(in);
  return value ? std::optional(ZigzagDecode32(*value)) : std::nullopt;
}
inline std::optional<int64_t> TakeZigzag64(std::span<const std::byte>& in) {
  const auto value = TakeVarint64(in);
  return value ? std::optional(ZigzagDecode64(*value)) : std::nullopt;
}

}  // namespace gamevents
