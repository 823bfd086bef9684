#pragma once

#include "core/base/result.h"
#include "core/kafka/handles.h"

#include <cstdint>
#include <utility>

namespace gamevents::kafka {

/// The fetching of one partition into a queue, from its start until it is destroyed. For the .cpp
/// files of this room only, as handles.h.
///
/// librdkafka before 2.6.1 (Debian 12 has 2.0) puts what is under way when a partition is stopped
/// into a queue inside that partition. If the topic is then deleted, the two keep each other alive
/// and rd_kafka_destroy never returns (librdkafka's issue 4724). So whatever still comes goes on to
/// the queue, which its owner destroys.
class PartitionFetch {
 public:
  /// Begins to fetch `partition` of `topic`, a topic of `handle`, at `offset`. `queue` outlives
  /// what is returned, and is destroyed before `handle`. Errors: kIo as librdkafka says.
  static Result<PartitionFetch> Start(rd_kafka_t* handle, rd_kafka_topic_t* topic,
                                      int32_t partition, int64_t offset, rd_kafka_queue_t* queue);
  /// Ends it, and waits for librdkafka's own thread to have done so.
  ~PartitionFetch();
  PartitionFetch(PartitionFetch&&) = default;
  PartitionFetch& operator=(PartitionFetch&&) = delete;

 private:
  PartitionFetch(rd_kafka_topic_t* topic, int32_t partition, rd_kafka_queue_t* queue, Queue inner)
      : topic_(topic), partition_(partition), queue_(queue), inner_(std::move(inner)) {}

  rd_kafka_topic_t* topic_;
  int32_t partition_;
  rd_kafka_queue_t* queue_;
  Queue inner_;  // the partition's own; null: moved from
};

}  // namespace gamevents::kafka
