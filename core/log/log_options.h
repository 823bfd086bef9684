#pragma once

#include "core/log/types.h"

#include <chrono>
#include <cstdint>
#include <optional>

namespace gamevents::log {

/// The limits of one partition's log; the names in comments are Kafka's topic configs. A batch
/// above batch_bytes_max or segment_bytes is refused.
struct LogOptions {
  /// segment.bytes: a segment is closed before it would pass this.
  uint32_t segment_bytes = 128u << 20;
  /// segment.ms: a segment is closed when its first record is this old.
  std::chrono::milliseconds segment_age = std::chrono::hours(24 * 7);
  /// segment.index.bytes: a segment is closed when an index is this large.
  uint32_t index_bytes_max = 10u << 20;
  /// index.interval.bytes: an index entry for about each so many bytes of records.
  uint32_t index_interval_bytes = 4096;
  /// max.message.bytes: the largest batch, as sent.
  uint32_t batch_bytes_max = 1'048'588;
  /// retention.ms: segments whose newest record is older are removed; nullopt: never.
  std::optional<std::chrono::milliseconds> retention_age;
  /// retention.bytes: the oldest segments are removed while the rest is at least this; nullopt: no
  /// limit.
  std::optional<uint64_t> retention_bytes;
  /// message.timestamp.type: whether records keep the producer's time or get the log's.
  TimestampType timestamp_type = TimestampType::kCreateTime;
  /// message.timestamp.before.max.ms: how far in the past a producer's time may lie; nullopt: any.
  std::optional<std::chrono::milliseconds> timestamp_before_max;
  /// message.timestamp.after.max.ms: how far in the future; a far one would pin its segment.
  std::optional<std::chrono::milliseconds> timestamp_after_max = std::chrono::hours(1);
};

/// A producer that has not written for this long is forgotten: producer.id.expiration.ms.
inline constexpr std::chrono::milliseconds kProducerExpiry = std::chrono::hours(24);
/// Most producers that one partition remembers; beyond it the ones idle longest are forgotten.
inline constexpr size_t kProducersMax = 50'000;
/// A batch may not unpack to more than this: a small one could otherwise take all memory.
inline constexpr size_t kUncompressedBatchBytesMax = size_t{64} << 20;
/// The largest segment: positions in the index are signed 32-bit numbers.
inline constexpr uint32_t kSegmentBytesMax = INT32_MAX;

}  // namespace gamevents::log
