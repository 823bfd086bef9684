#include "core/kafka/partition_fetch.h"

#include "core/base/check.h"
#include "core/kafka/error.h"

#include <string>
#include <utility>

namespace gamevents::kafka {

Result<PartitionFetch> PartitionFetch::Start(rd_kafka_t* handle, rd_kafka_topic_t* topic,
                                             int32_t partition, int64_t offset,
                                             rd_kafka_queue_t* queue) {
  if (rd_kafka_consume_start_queue(topic, partition, offset, queue) != 0) {
    return KafkaError(rd_kafka_last_error()).In("partition " + std::to_string(partition));
  }
  // Asked for while it is fetched: later it can be another one's, of a topic that was made again.
  Queue inner(rd_kafka_queue_get_partition(handle, rd_kafka_topic_name(topic), partition));
  INVARIANT(inner);
  return PartitionFetch(topic, partition, queue, std::move(inner));
}

PartitionFetch::~PartitionFetch() {
  if (!inner_) return;
  rd_kafka_consume_stop(topic_, partition_);
  // The stop undid it. What came in between is moved on, too.
  rd_kafka_queue_forward(inner_.get(), queue_);
}

}  // namespace gamevents::kafka
