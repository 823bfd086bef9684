#include "core/kafka/outgoing.h"

#include <array>
#include <cstddef>
#include <optional>

namespace gamevents::kafka {
namespace {

// One producevu argument. The union's other bytes are padding.
rd_kafka_vu_t Argument(rd_kafka_vtype_t type) {
  rd_kafka_vu_t argument;
  argument.vtype = type;
  return argument;
}

template <class Text>
rd_kafka_vu_t MemoryArgument(rd_kafka_vtype_t type, const std::optional<Text>& bytes) {
  rd_kafka_vu_t argument = Argument(type);
  // librdkafka copies (MSG_F_COPY) and tells null from empty by the pointer.
  argument.u.mem.ptr = bytes ? const_cast<char*>(bytes->data()) : nullptr;
  argument.u.mem.size = bytes ? bytes->size() : 0;
  return argument;
}

template <class AnyHeaders>
Headers MakeHeaders(const AnyHeaders& headers) {
  if (headers.empty()) return nullptr;
  Headers made(rd_kafka_headers_new(headers.size()));
  for (const auto& header : headers) {
    rd_kafka_header_add(made.get(), header.name.data(), static_cast<ssize_t>(header.name.size()),
                        header.value ? header.value->data() : nullptr,
                        header.value ? static_cast<ssize_t>(header.value->size()) : 0);
  }
  return made;
}

struct Destination {
  rd_kafka_topic_t* topic;
  int32_t partition;
  std::optional<TimestampMs> timestamp;
};

template <class Record>
KafkaErrorHandle ProduceAny(rd_kafka_t* handle, const Destination& to, const Record& record,
                            void* opaque) {
  Headers headers = MakeHeaders(record.headers);

  std::array<rd_kafka_vu_t, 8> arguments;
  size_t count = 0;
  arguments[count] = Argument(RD_KAFKA_VTYPE_RKT);
  arguments[count++].u.rkt = to.topic;
  arguments[count] = Argument(RD_KAFKA_VTYPE_PARTITION);
  arguments[count++].u.i32 = to.partition;
  arguments[count] = Argument(RD_KAFKA_VTYPE_MSGFLAGS);
  arguments[count++].u.i = RD_KAFKA_MSG_F_COPY;
  arguments[count] = Argument(RD_KAFKA_VTYPE_OPAQUE);
  arguments[count++].u.ptr = opaque;
  arguments[count++] = MemoryArgument(RD_KAFKA_VTYPE_KEY, record.key);
  arguments[count++] = MemoryArgument(RD_KAFKA_VTYPE_VALUE, record.value);
  if (to.timestamp) {
    arguments[count] = Argument(RD_KAFKA_VTYPE_TIMESTAMP);
    arguments[count++].u.i64 = to.timestamp->value;
  }
  if (headers) {
    arguments[count] = Argument(RD_KAFKA_VTYPE_HEADERS);
    arguments[count++].u.headers = headers.get();
  }
  KafkaErrorHandle refused(rd_kafka_produceva(handle, arguments.data(), count));
  // librdkafka owns them from here on.
  if (!refused) static_cast<void>(headers.release());
  return refused;
}

}  // namespace

KafkaErrorHandle Produce(rd_kafka_t* handle, rd_kafka_topic_t* topic, const OutgoingRecord& record,
                         void* opaque) {
  const int32_t partition = record.partition.value_or(RD_KAFKA_PARTITION_UA);
  return ProduceAny(handle, {topic, partition, record.timestamp}, record, opaque);
}

KafkaErrorHandle Produce(rd_kafka_t* handle, rd_kafka_topic_t* topic, const RecordView& record,
                         void* opaque) {
  std::optional<TimestampMs> timestamp;
  if (record.timestamp.value >= 0) timestamp = record.timestamp;
  return ProduceAny(handle, {topic, record.partition, timestamp}, record, opaque);
}

}  // namespace gamevents::kafka
