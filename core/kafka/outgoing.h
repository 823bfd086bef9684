#pragma once

#include "core/kafka/handles.h"
#include "core/kafka/record.h"

// What all producers of this room have in common. For its .cpp files only, as handles.h.

namespace gamevents::kafka {

/// Hands a copy of `record` to librdkafka, for `topic`, which is of `handle`. `opaque` comes back
/// with its delivery. Null: it is queued; otherwise why it is not, and nothing was kept.
KafkaErrorHandle Produce(rd_kafka_t* handle, rd_kafka_topic_t* topic, const OutgoingRecord& record,
                         void* opaque);

/// The same for a record as it was read, to its partition. A time below 0 is none.
KafkaErrorHandle Produce(rd_kafka_t* handle, rd_kafka_topic_t* topic, const RecordView& record,
                         void* opaque);

}  // namespace gamevents::kafka
