#pragma once

#include "core/base/result.h"
#include "core/log/batch.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace gamevents::log {

/// How many frames in a row what is packed may be: gzip calls them members. Java's reader takes
/// several gzip members, and so a Kafka stores them. librdkafka reads only the first, and, by where
/// that ends, loses records, asks for the batch for ever, or aborts; of several lz4 frames neither
/// reads anything. Several zstd frames are fine with all.
enum class Frames : uint8_t {
  kReadable,  ///< no more than every client reads: one, where it is gzip or lz4
  kAny,
};

/// Replaces `out` by the unpacked `packed`, growing it as bytes come and never past `bytes_max`.
/// Snappy is taken both raw and in the blocks that Java's library writes. `codec` is not kNone.
/// Errors: kCorrupt (does not unpack, is longer, or has more frames); kUnsupported (no such codec).
Status Decompress(Codec codec, std::span<const std::byte> packed, size_t bytes_max,
                  std::vector<std::byte>& out, Frames frames = Frames::kAny);

/// The bytes packed as Kafka's own clients do it, appended to `out`: snappy in Java's blocks.
/// Errors: kUnsupported; kIo (the library refused).
Status Compress(Codec codec, std::span<const std::byte> plain, std::vector<std::byte>& out);

}  // namespace gamevents::log
