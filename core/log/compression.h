#pragma once

#include "core/base/result.h"
#include "core/log/batch.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace gamevents::log {

/// Who is to unpack a batch.
enum class PackedFor : uint8_t {
  kThis,   ///< this program: gzip, lz4 and zstd may be several frames in a row, some of them empty
  kEvery,  ///< the strictest client, too: librdkafka reads one gzip member alone, and one lz4 frame
           ///< with nothing behind it; Java reads no lz4 of blocks that depend on each other
};

/// Replaces `out` by the unpacked `packed`, growing it as bytes come and never past `bytes_max`.
/// Snappy is taken both raw and in the blocks that Java's library writes. `codec` is not kNone.
/// Errors: kCorrupt (does not unpack, or is longer, or is not for `reader`); kUnsupported (no such
/// codec).
Status Decompress(Codec codec, std::span<const std::byte> packed, size_t bytes_max,
                  std::vector<std::byte>& out, PackedFor reader = PackedFor::kThis);

/// The bytes packed as Kafka's own clients do it, appended to `out`: snappy in Java's blocks.
/// Errors: kUnsupported; kIo (the library refused).
Status Compress(Codec codec, std::span<const std::byte> plain, std::vector<std::byte>& out);

}  // namespace gamevents::log
