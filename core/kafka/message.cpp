#include "core/kafka/message.h"

namespace gamevents::kafka {
namespace {

TimestampType TypeOf(rd_kafka_timestamp_type_t type) {
  if (type == RD_KAFKA_TIMESTAMP_CREATE_TIME) return TimestampType::kCreateTime;
  if (type == RD_KAFKA_TIMESTAMP_LOG_APPEND_TIME) return TimestampType::kLogAppendTime;
  return TimestampType::kNone;
}

}  // namespace

Properties DirectReading() {
  return {
      {"enable.auto.commit", "false"},
      {"auto.commit.enable", "false"},  // the same for partitions that are read directly
      {"enable.auto.offset.store", "false"},
      {"enable.partition.eof", "true"},
      {"auto.offset.reset", "error"},
      {"allow.auto.create.topics", "false"},
      {"isolation.level", "read_committed"},
#if RD_KAFKA_VERSION >= 0x020200ff
      // Else a fetcher that found its queue full would look again after a second.
      {"fetch.queue.backoff.ms", "5"},
#endif
  };
}

std::optional<std::string_view> BytesOf(const void* data, size_t size) {
  if (data == nullptr) return std::nullopt;
  return std::string_view(static_cast<const char*>(data), size);
}

RecordView RecordOf(const rd_kafka_message_t& message) {
  RecordView record;
  rd_kafka_timestamp_type_t type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
  record.partition = message.partition;
  record.offset = message.offset;
  record.timestamp = TimestampMs(rd_kafka_message_timestamp(&message, &type));
  record.timestamp_type = TypeOf(type);
  record.key = BytesOf(message.key, message.key_len);
  record.value = BytesOf(message.payload, message.len);
  return record;
}

}  // namespace gamevents::kafka
