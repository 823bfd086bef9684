#include "core/kafka/outgoing.h"

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace gamevents::kafka {
namespace {

// One producevu argument. The union's other bytes are padding.
rd_kafka_vu_t Argument(rd_kafka_vtype_t type) {
  rd_kafka_vu_t argument;
  argument.vtype = type;
  return argument;
}

rd_kafka_vu_t MemoryArgument(rd_kafka_vtype_t type, const std::optional<std::string>& bytes) {
  rd_kafka_vu_t argument = Argument(type);
  // librdkafka copies (MSG_F_COPY) and tells null from empty by the pointer.
  argument.u.mem.ptr = bytes ? const_cast<char*>(bytes->data()) : nullptr;
  argument.u.mem.size = bytes ? bytes->size() : 0;
  return argument;
}

Headers MakeHeaders(const std::vector<Header>& headers) {
  if (headers.empty()) return nullptr;
  Headers made(rd_kafka_headers_new(headers.size()));
  for (const Header& header : headers) {
    rd_kafka_header_add(made.get(), header.name.data(), static_cast<ssize_t>(header.name.size()),
                        header.value ? header.value->data() : nullptr,
                        header.value ? static_cast<ssize_t>(header.value->size()) : 0);
  }
  return made;
}

}  // namespace

KafkaErrorHandle Produce(rd_kafka_t* handle, rd_kafka_topic_t* topic, const OutgoingRecord& record,
                         void* opaque) {
  Headers headers = MakeHeaders(record.headers);

  std::array<rd_kafka_vu_t, 8> arguments;
  size_t count = 0;
  arguments[count] = Argument(RD_KAFKA_VTYPE_RKT);
  arguments[count++].u.rkt = topic;
  arguments[count] = Argument(RD_KAFKA_VTYPE_PARTITION);
  arguments[count++].u.i32 = record.partition.value_or(RD_KAFKA_PARTITION_UA);
  arguments[count] = Argument(RD_KAFKA_VTYPE_MSGFLAGS);
  arguments[count++].u.i = RD_KAFKA_MSG_F_COPY;
  arguments[count] = Argument(RD_KAFKA_VTYPE_OPAQUE);
  arguments[count++].u.ptr = opaque;
  arguments[count++] = MemoryArgument(RD_KAFKA_VTYPE_KEY, record.key);
  arguments[count++] = MemoryArgument(RD_KAFKA_VTYPE_VALUE, record.value);
  if (record.timestamp) {
    arguments[count] = Argument(RD_KAFKA_VTYPE_TIMESTAMP);
    arguments[count++].u.i64 = record.timestamp->value;
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

}  // namespace gamevents::kafka
