#pragma once

#include "core/kafka/configuration.h"
#include "core/kafka/handles.h"
#include "core/kafka/record.h"

#include <cstddef>
#include <optional>
#include <string_view>

// What all consumers of this room have in common. For its .cpp files only, as handles.h.

namespace gamevents::kafka {

/// The settings of whoever reads partitions directly, without a group that assigns them: offsets
/// are kept by nobody, the end is told, and what is gone is an error.
Properties DirectReading();

/// librdkafka's way to say bytes: null is Kafka's null.
std::optional<std::string_view> BytesOf(const void* data, size_t size);

/// A message that is a record, without its topic and headers. Its views are into `message`.
RecordView RecordOf(const rd_kafka_message_t& message);

}  // namespace gamevents::kafka
