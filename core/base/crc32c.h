#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace gamevents {

/// The CRC-32C (Castagnoli, RFC 3720 appendix B.4) of bytes that come in pieces: start with 0 and
/// hand each result to the next call. Crc32c(Crc32c(0, a), b) is the checksum of a followed by b.
/// Uses SSE4.2 or ARMv8's CRC instructions where the processor has them. Any thread.
uint32_t Crc32c(uint32_t so_far, std::span<const std::byte> bytes);

/// The same by table alone: what Crc32c does where there is no instruction. For tests.
uint32_t Crc32cByTable(uint32_t so_far, std::span<const std::byte> bytes);

}  // namespace gamevents
