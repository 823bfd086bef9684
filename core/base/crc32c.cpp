#include "core/base/crc32c.h"

#include "core/base/byte_words.h"

#include <array>

#if defined(__x86_64__)
#include <nmmintrin.h>
#elif defined(__aarch64__)
#include <arm_acle.h>
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif

namespace gamevents {
namespace {

constexpr uint32_t kPolynomial = 0x82F63B78;  // Castagnoli's, bits reversed
constexpr size_t kSlices = 8;

using Tables = std::array<std::array<uint32_t, 256>, kSlices>;

// Row k gives what a byte does to the checksum k bytes further on: eight bytes a step.
constexpr Tables MakeTables() {
  Tables tables{};
  for (uint32_t byte = 0; byte < 256; ++byte) {
    uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ ((crc & 1) != 0 ? kPolynomial : 0);
    tables[0][byte] = crc;
  }
  for (size_t slice = 1; slice < kSlices; ++slice) {
    for (size_t byte = 0; byte < 256; ++byte) {
      const uint32_t before = tables[slice - 1][byte];
      tables[slice][byte] = before >> 8 ^ tables[0][before & 0xFF];
    }
  }
  return tables;
}

constexpr Tables kTables = MakeTables();

uint32_t Step(uint32_t crc, std::byte byte) {
  return crc >> 8 ^ kTables[0][(crc ^ std::to_integer<uint32_t>(byte)) & 0xFF];
}

// A checksum instruction takes three cycles, and one may begin in each: so three streams of bytes
// at once. Linear as the checksum is, the one of a and then b is that of b, and that of a moved
// over b's length of zeros.
constexpr size_t kStreamBytes = 1024;

using MoveTables = std::array<std::array<uint32_t, 256>, 4>;

// What each byte of a checksum becomes over kStreamBytes zero bytes.
constexpr MoveTables MakeMoveTables() {
  std::array<uint32_t, 32> bits{};
  for (size_t bit = 0; bit < bits.size(); ++bit) {
    uint32_t crc = uint32_t{1} << bit;
    for (size_t i = 0; i < kStreamBytes; ++i) crc = crc >> 8 ^ kTables[0][crc & 0xFF];
    bits[bit] = crc;
  }
  MoveTables tables{};
  for (size_t at = 0; at < tables.size(); ++at) {
    for (size_t byte = 0; byte < 256; ++byte) {
      for (size_t bit = 0; bit < 8; ++bit) {
        if ((byte >> bit & 1) != 0) tables[at][byte] ^= bits[8 * at + bit];
      }
    }
  }
  return tables;
}

constexpr MoveTables kMoveTables = MakeMoveTables();

uint32_t Moved(uint32_t crc) {
  return kMoveTables[0][crc & 0xFF] ^ kMoveTables[1][crc >> 8 & 0xFF] ^
         kMoveTables[2][crc >> 16 & 0xFF] ^ kMoveTables[3][crc >> 24];
}

// The instructions of a machine that has them, which not each of its kind does: HasInstruction.
#if defined(__x86_64__)
#define GAMEVENTS_CRC_TARGET __attribute__((target("sse4.2")))
GAMEVENTS_CRC_TARGET inline uint64_t OfWord(uint64_t crc, uint64_t word) {
  return _mm_crc32_u64(crc, word);
}
GAMEVENTS_CRC_TARGET inline uint64_t OfByte(uint64_t crc, std::byte byte) {
  return _mm_crc32_u8(static_cast<uint32_t>(crc), std::to_integer<uint8_t>(byte));
}

bool HasInstruction() { return __builtin_cpu_supports("sse4.2") != 0; }
#elif defined(__aarch64__)
#define GAMEVENTS_CRC_TARGET __attribute__((target("+crc")))
GAMEVENTS_CRC_TARGET inline uint64_t OfWord(uint64_t crc, uint64_t word) {
  return __crc32cd(static_cast<uint32_t>(crc), word);
}
GAMEVENTS_CRC_TARGET inline uint64_t OfByte(uint64_t crc, std::byte byte) {
  return __crc32cb(static_cast<uint32_t>(crc), std::to_integer<uint8_t>(byte));
}

bool HasInstruction() { return (::getauxval(AT_HWCAP) & HWCAP_CRC32) != 0; }
#endif

#if defined(GAMEVENTS_CRC_TARGET)
GAMEVENTS_CRC_TARGET uint32_t ByInstruction(uint32_t so_far, std::span<const std::byte> bytes) {
  uint64_t crc = ~so_far;
  const std::byte* at = bytes.data();
  size_t left = bytes.size();
  for (; left >= 3 * kStreamBytes; at += 3 * kStreamBytes, left -= 3 * kStreamBytes) {
    uint64_t second = 0;
    uint64_t third = 0;
    for (size_t i = 0; i < kStreamBytes; i += kWordBytes) {
      crc = OfWord(crc, LoadWord(at + i));
      second = OfWord(second, LoadWord(at + kStreamBytes + i));
      third = OfWord(third, LoadWord(at + 2 * kStreamBytes + i));
    }
    crc = Moved(Moved(static_cast<uint32_t>(crc)) ^ static_cast<uint32_t>(second)) ^ third;
  }
  for (; left >= kWordBytes; at += kWordBytes, left -= kWordBytes) crc = OfWord(crc, LoadWord(at));
  for (; left > 0; ++at, --left) crc = OfByte(crc, *at);
  return ~static_cast<uint32_t>(crc);
}
#else
uint32_t ByInstruction(uint32_t so_far, std::span<const std::byte> bytes) {
  return Crc32cByTable(so_far, bytes);
}

bool HasInstruction() { return false; }
#endif

}  // namespace

uint32_t Crc32cByTable(uint32_t so_far, std::span<const std::byte> bytes) {
  uint32_t crc = ~so_far;
  while (bytes.size() >= kSlices) {
    uint32_t next = 0;
    for (size_t i = 0; i < kSlices; ++i) {
      const uint32_t carried = i < 4 ? crc >> (8 * i) : 0;
      next ^= kTables[kSlices - 1 - i][(carried ^ std::to_integer<uint32_t>(bytes[i])) & 0xFF];
    }
    crc = next;
    bytes = bytes.subspan(kSlices);
  }
  for (const std::byte byte : bytes) crc = Step(crc, byte);
  return ~crc;
}

uint32_t Crc32c(uint32_t so_far, std::span<const std::byte> bytes) {
  static const bool has_instruction = HasInstruction();
  return has_instruction ? ByInstruction(so_far, bytes) : Crc32cByTable(so_far, bytes);
}

}  // namespace gamevents
