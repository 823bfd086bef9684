#pragma once

// Every handle of librdkafka's C API that needs a destroy call, wrapped once. For the .cpp files of
// this room only: no other header includes it, so that librdkafka stays out of the rest.

#include <librdkafka/rdkafka.h>

#include <memory>

namespace gamevents::kafka {

/// Frees what a unique_ptr owns with a function of librdkafka's.
template <auto Free>
struct Deleter {
  template <class T>
  void operator()(T* handle) const {
    Free(handle);
  }
};

/// A client. Its destruction waits for librdkafka's threads; nothing made from it may outlive it.
using Handle = std::unique_ptr<rd_kafka_t, Deleter<rd_kafka_destroy>>;
/// A configuration; rd_kafka_new takes it over when it succeeds (release() then).
using Conf = std::unique_ptr<rd_kafka_conf_t, Deleter<rd_kafka_conf_destroy>>;
using TopicHandle = std::unique_ptr<rd_kafka_topic_t, Deleter<rd_kafka_topic_destroy>>;
using TopicList = std::unique_ptr<rd_kafka_topic_partition_list_t,
                                  Deleter<rd_kafka_topic_partition_list_destroy>>;
using Queue = std::unique_ptr<rd_kafka_queue_t, Deleter<rd_kafka_queue_destroy>>;
/// A consumed message; what a RecordView points at.
using Message = std::unique_ptr<rd_kafka_message_t, Deleter<rd_kafka_message_destroy>>;
/// Headers to be sent; a successful produce call takes them over (release() then).
using Headers = std::unique_ptr<rd_kafka_headers_t, Deleter<rd_kafka_headers_destroy>>;
using Metadata = std::unique_ptr<const rd_kafka_metadata_t, Deleter<rd_kafka_metadata_destroy>>;
using Event = std::unique_ptr<rd_kafka_event_t, Deleter<rd_kafka_event_destroy>>;
using NewTopicHandle = std::unique_ptr<rd_kafka_NewTopic_t, Deleter<rd_kafka_NewTopic_destroy>>;
using TopicToDelete =
    std::unique_ptr<rd_kafka_DeleteTopic_t, Deleter<rd_kafka_DeleteTopic_destroy>>;
using ConfigResource =
    std::unique_ptr<rd_kafka_ConfigResource_t, Deleter<rd_kafka_ConfigResource_destroy>>;
using GroupToDelete =
    std::unique_ptr<rd_kafka_DeleteGroup_t, Deleter<rd_kafka_DeleteGroup_destroy>>;
using OffsetsToList = std::unique_ptr<rd_kafka_ListConsumerGroupOffsets_t,
                                      Deleter<rd_kafka_ListConsumerGroupOffsets_destroy>>;
using OffsetsToAlter = std::unique_ptr<rd_kafka_AlterConsumerGroupOffsets_t,
                                       Deleter<rd_kafka_AlterConsumerGroupOffsets_destroy>>;
using AdminOptions =
    std::unique_ptr<rd_kafka_AdminOptions_t, Deleter<rd_kafka_AdminOptions_destroy>>;
using GroupMetadata = std::unique_ptr<rd_kafka_consumer_group_metadata_t,
                                      Deleter<rd_kafka_consumer_group_metadata_destroy>>;
/// A text that librdkafka gives away.
struct TextDeleter {
  void operator()(char* text) const { rd_kafka_mem_free(nullptr, text); }
};
using LibraryText = std::unique_ptr<char, TextDeleter>;
using KafkaErrorHandle = std::unique_ptr<rd_kafka_error_t, Deleter<rd_kafka_error_destroy>>;

}  // namespace gamevents::kafka
