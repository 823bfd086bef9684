#include "core/kafka/partitioner.h"

#include "core/base/check.h"

#include <librdkafka/rdkafka.h>

namespace gamevents::kafka {

int32_t PartitionOfKey(std::string_view key, int32_t partitions) {
  INVARIANT(partitions > 0);
  // Of its arguments this partitioner looks at the key and the count alone.
  return rd_kafka_msg_partitioner_murmur2(nullptr, key.data(), key.size(), partitions, nullptr,
                                          nullptr);
}

}  // namespace gamevents::kafka
