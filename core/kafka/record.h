#pragma once

#include "core/base/clock.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::kafka {

/// A record's header as read. Names repeat and keep their order; a value may be null.
struct HeaderView {
  std::string_view name;
  std::optional<std::string_view> value;
};

/// What a record's timestamp means: Kafka's message.timestamp.type.
enum class TimestampType : uint8_t { kNone, kCreateTime, kLogAppendTime };

/// How the records of a batch are packed, in Kafka's numbers.
enum class Compression : uint8_t { kNone, kGzip, kSnappy, kLz4, kZstd };

/// What the property compression.codec calls it.
constexpr std::string_view CompressionName(Compression compression) {
  constexpr std::string_view kNames[] = {"none", "gzip", "snappy", "lz4", "zstd"};
  return kNames[static_cast<uint8_t>(compression)];
}

/// One record as read from a topic. Everything it points at belongs to the reader that gave it
/// and lives until that reader's next call.
struct RecordView {
  std::string_view topic;
  int32_t partition = 0;
  int64_t offset = 0;
  TimestampMs timestamp{-1};
  TimestampType timestamp_type = TimestampType::kNone;
  std::optional<std::string_view> key;    ///< nullopt is Kafka's null, not the empty key.
  std::optional<std::string_view> value;  ///< nullopt is a tombstone.
  std::span<const HeaderView> headers;
  std::optional<Compression> compression{};  ///< its batch's; nullopt: the reader cannot tell
};

/// A header to be written.
struct Header {
  std::string name;
  std::optional<std::string> value;
};

/// One record to be written.
struct OutgoingRecord {
  std::string topic;
  std::optional<int32_t> partition;  ///< nullopt: by key, as Java's default partitioner (murmur2).
  std::optional<std::string> key;
  std::optional<std::string> value;
  std::vector<Header> headers;
  std::optional<TimestampMs> timestamp;  ///< nullopt: now.
};

}  // namespace gamevents::kafka
