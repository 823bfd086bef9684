#pragma once

#include "core/base/result.h"
#include "core/log/batch.h"

#include <cstddef>
#include <span>
#include <vector>

namespace gamevents::log {

/// Replaces `out` by the unpacked `packed`, growing it as bytes come and never past `bytes_max`.
/// Snappy is taken both raw and in the blocks that Java's library writes; lz4 and gzip may be
/// several frames in a row. `codec` is not kNone.
/// Errors: kCorrupt (does not unpack, or is longer); kUnsupported (no such codec).
Status Decompress(Codec codec, std::span<const std::byte> packed, size_t bytes_max,
                  std::vector<std::byte>& out);

/// The bytes packed as Kafka's own clients do it, appended to `out`: snappy in Java's blocks.
/// Errors: kUnsupported; kIo (the library refused).
Status Compress(Codec codec, std::span<const std::byte> plain, std::vector<std::byte>& out);

}  // namespace gamevents::log
