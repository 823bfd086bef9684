#pragma once

#include "core/broker/protocol/error_code.h"
#include "core/broker/protocol/message.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// Making and removing topics, partitions and records.

namespace gamevents::broker {

/// Which brokers shall have one partition.
struct CreatableReplicaAssignment {
  int32_t partition_index = 0;
  std::vector<int32_t> broker_ids;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"partition_index", &Self::partition_index},
      Field{"broker_ids", &Self::broker_ids},
  };
};

/// A setting of the new topic.
struct CreatableTopicConfig {
  std::string name;
  std::optional<std::string> value;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"name", &Self::name},
      Field{"value", &Self::value, {.nullable = 0}},
  };
};

/// A topic to make.
struct CreatableTopic {
  std::string name;
  int32_t num_partitions = 0;      ///< -1: the broker's default.
  int16_t replication_factor = 0;  ///< -1: the broker's default.
  std::vector<CreatableReplicaAssignment> assignments;
  std::vector<CreatableTopicConfig> configs;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"name", &Self::name},
      Field{"num_partitions", &Self::num_partitions},
      Field{"replication_factor", &Self::replication_factor},
      Field{"assignments", &Self::assignments},
      Field{"configs", &Self::configs},
  };
};

/// Makes topics.
struct CreateTopicsRequest {
  static constexpr ApiKey kKey = ApiKey::kCreateTopics;

  std::vector<CreatableTopic> topics;
  int32_t timeout_ms = 60000;
  bool validate_only = false;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"topics", &Self::topics},
      Field{"timeout_ms", &Self::timeout_ms},
      Field{"validate_only", &Self::validate_only},
  };
};

/// A setting that the new topic has.
struct CreatableTopicConfigs {
  std::string name;
  std::optional<std::string> value;
  bool read_only = false;
  int8_t config_source = -1;
  bool is_sensitive = false;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"name", &Self::name},
      Field{"value", &Self::value, {.nullable = 0}},
      Field{"read_only", &Self::read_only},
      Field{"config_source", &Self::config_source},
      Field{"is_sensitive", &Self::is_sensitive},
  };
};

/// Whether one was made, and with what.
struct CreatableTopicResult {
  std::string name;
  Uuid topic_id{};
  ErrorCode error_code = ErrorCode::kNone;
  std::optional<std::string> error_message;
  ErrorCode topic_config_error_code = ErrorCode::kNone;
  int32_t num_partitions = -1;
  int16_t replication_factor = -1;
  std::optional<std::vector<CreatableTopicConfigs>> configs;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"name", &Self::name},
      Field{"topic_id", &Self::topic_id, {.since = 7, .ignorable = true}},
      Field{"error_code", &Self::error_code},
      Field{"error_message", &Self::error_message, {.nullable = 0}},
      Field{"topic_config_error_code",
            &Self::topic_config_error_code,
            {.since = 5, .tag = 0, .ignorable = true}},
      Field{"num_partitions", &Self::num_partitions, {.since = 5, .ignorable = true}},
      Field{"replication_factor", &Self::replication_factor, {.since = 5, .ignorable = true}},
      Field{"configs", &Self::configs, {.since = 5, .nullable = 0, .ignorable = true}},
  };
};

/// Which were made.
struct CreateTopicsResponse {
  static constexpr ApiKey kKey = ApiKey::kCreateTopics;

  int32_t throttle_time_ms = 0;
  std::vector<CreatableTopicResult> topics;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"throttle_time_ms", &Self::throttle_time_ms},
      Field{"topics", &Self::topics},
  };
};

/// A topic to delete: by name, or by id with a null name.
struct DeleteTopicState {
  std::optional<std::string> name;
  Uuid topic_id{};

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"name", &Self::name, {.nullable = 0}},
      Field{"topic_id", &Self::topic_id},
  };
};

/// Deletes topics: by name up to version 5, by name or id from 6.
struct DeleteTopicsRequest {
  static constexpr ApiKey kKey = ApiKey::kDeleteTopics;

  std::vector<DeleteTopicState> topics;
  std::vector<std::string> topic_names;
  int32_t timeout_ms = 0;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"topics", &Self::topics, {.since = 6}},
      Field{"topic_names", &Self::topic_names, {.until = 5, .ignorable = true}},
      Field{"timeout_ms", &Self::timeout_ms},
  };
};

/// Whether one was deleted.
struct DeletableTopicResult {
  std::optional<std::string> name = "";
  Uuid topic_id{};
  ErrorCode error_code = ErrorCode::kNone;
  std::optional<std::string> error_message;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"name", &Self::name, {.nullable = 6}},
      Field{"topic_id", &Self::topic_id, {.since = 6, .ignorable = true}},
      Field{"error_code", &Self::error_code},
      Field{"error_message", &Self::error_message, {.since = 5, .nullable = 0, .ignorable = true}},
  };
};

/// Which were deleted.
struct DeleteTopicsResponse {
  static constexpr ApiKey kKey = ApiKey::kDeleteTopics;

  int32_t throttle_time_ms = 0;
  std::vector<DeletableTopicResult> responses;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"throttle_time_ms", &Self::throttle_time_ms},
      Field{"responses", &Self::responses},
  };
};

/// Which brokers shall have one of the new partitions.
struct CreatePartitionsAssignment {
  std::vector<int32_t> broker_ids;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"broker_ids", &Self::broker_ids},
  };
};

/// A topic to give more partitions.
struct CreatePartitionsTopic {
  std::string name;
  int32_t count = 0;  ///< In all, not how many more.
  std::optional<std::vector<CreatePartitionsAssignment>> assignments;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"name", &Self::name},
      Field{"count", &Self::count},
      Field{"assignments", &Self::assignments, {.nullable = 0}},
  };
};

/// Adds partitions.
struct CreatePartitionsRequest {
  static constexpr ApiKey kKey = ApiKey::kCreatePartitions;

  std::vector<CreatePartitionsTopic> topics;
  int32_t timeout_ms = 0;
  bool validate_only = false;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"topics", &Self::topics},
      Field{"timeout_ms", &Self::timeout_ms},
      Field{"validate_only", &Self::validate_only},
  };
};

/// Whether one topic has them.
struct CreatePartitionsTopicResult {
  std::string name;
  ErrorCode error_code = ErrorCode::kNone;
  std::optional<std::string> error_message;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"name", &Self::name},
      Field{"error_code", &Self::error_code},
      Field{"error_message", &Self::error_message, {.nullable = 0}},
  };
};

/// Which topics have them.
struct CreatePartitionsResponse {
  static constexpr ApiKey kKey = ApiKey::kCreatePartitions;

  int32_t throttle_time_ms = 0;
  std::vector<CreatePartitionsTopicResult> results;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"throttle_time_ms", &Self::throttle_time_ms},
      Field{"results", &Self::results},
  };
};

/// One partition's new start.
struct DeleteRecordsPartition {
  int32_t partition_index = 0;
  int64_t offset = 0;  ///< -1: the high watermark.

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"partition_index", &Self::partition_index},
      Field{"offset", &Self::offset},
  };
};

/// New starts in one topic.
struct DeleteRecordsTopic {
  std::string name;
  std::vector<DeleteRecordsPartition> partitions;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"name", &Self::name},
      Field{"partitions", &Self::partitions},
  };
};

/// Deletes all records before an offset.
struct DeleteRecordsRequest {
  static constexpr ApiKey kKey = ApiKey::kDeleteRecords;

  std::vector<DeleteRecordsTopic> topics;
  int32_t timeout_ms = 0;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"topics", &Self::topics},
      Field{"timeout_ms", &Self::timeout_ms},
  };
};

/// Where one partition starts now.
struct DeleteRecordsPartitionResult {
  int32_t partition_index = 0;
  int64_t low_watermark = 0;
  ErrorCode error_code = ErrorCode::kNone;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"partition_index", &Self::partition_index},
      Field{"low_watermark", &Self::low_watermark},
      Field{"error_code", &Self::error_code},
  };
};

/// Where one topic's partitions start now.
struct DeleteRecordsTopicResult {
  std::string name;
  std::vector<DeleteRecordsPartitionResult> partitions;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"name", &Self::name},
      Field{"partitions", &Self::partitions},
  };
};

/// Where each partition starts now.
struct DeleteRecordsResponse {
  static constexpr ApiKey kKey = ApiKey::kDeleteRecords;

  int32_t throttle_time_ms = 0;
  std::vector<DeleteRecordsTopicResult> topics;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"throttle_time_ms", &Self::throttle_time_ms},
      Field{"topics", &Self::topics},
  };
};

}  // namespace gamevents::broker
