#include "core/base/crc32c.h"

#include <array>
#include <cstring>

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

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) uint32_t ByInstruction(uint32_t so_far,
                                                         std::span<const std::byte> bytes) {
  uint64_t crc = ~so_far;
  const std::byte* at = bytes.data();
  size_t left = bytes.size();
  for (; left >= 8; at += 8, left -= 8) {
    uint64_t word;
    std::memcpy(&word, at, sizeof word);
    crc = _mm_crc32_u64(crc, word);
  }
  auto narrow = static_cast<uint32_t>(crc);
  for (; left > 0; ++at, --left) narrow = _mm_crc32_u8(narrow, std::to_integer<uint8_t>(*at));
  return ~narrow;
}

bool HasInstruction() { return __builtin_cpu_supports("sse4.2") != 0; }
#elif defined(__aarch64__)
__attribute__((target("+crc"))) uint32_t ByInstruction(uint32_t so_far,
                                                       std::span<const std::byte> bytes) {
  uint32_t crc = ~so_far;
  const std::byte* at = bytes.data();
  size_t left = bytes.size();
  for (; left >= 8; at += 8, left -= 8) {
    uint64_t word;
    std::memcpy(&word, at, sizeof word);
    crc = __crc32cd(crc, word);
  }
  for (; left > 0; ++at, --left) crc = __crc32cb(crc, std::to_integer<uint8_t>(*at));
  return ~crc;
}

bool HasInstruction() { return (::getauxval(AT_HWCAP) & HWCAP_CRC32) != 0; }
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
