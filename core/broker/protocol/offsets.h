#pragma once

#include "core/broker/protocol/error_code.h"
#include "core/broker/protocol/message.h"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

// Where a partition starts, ends, and was at a time or in a leader's epoch.

namespace gamevents::broker {

/// What is asked of one partition.
struct ListOffsetsPartition {
  int32_t partition_index = 0;
  int32_t current_leader_epoch = -1;
  int64_t timestamp = 0;  ///< -1 end, -2 start, -3 highest timestamp, or ms since 1970.

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"partition_index", &Self::partition_index},
      Field{"current_leader_epoch", &Self::current_leader_epoch, {.since = 4, .ignorable = true}},
      Field{"timestamp", &Self::timestamp},
  };
};

/// What is asked of one topic.
struct ListOffsetsTopic {
  std::string name;
  std::vector<ListOffsetsPartition> partitions;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"name", &Self::name},
      Field{"partitions", &Self::partitions},
  };
};

/// Asks which offset belongs to a time or to an end of the log.
struct ListOffsetsRequest {
  static constexpr ApiKey kKey = ApiKey::kListOffsets;

  int32_t replica_id = 0;
  int8_t isolation_level = 0;
  std::vector<ListOffsetsTopic> topics;
  int32_t timeout_ms = 0;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"replica_id", &Self::replica_id},
      Field{"isolation_level", &Self::isolation_level, {.since = 2}},
      Field{"topics", &Self::topics},
      Field{"timeout_ms", &Self::timeout_ms, {.since = 10, .ignorable = true}},
  };
};

/// The offset found, or -1.
struct ListOffsetsPartitionResponse {
  int32_t partition_index = 0;
  ErrorCode error_code = ErrorCode::kNone;
  int64_t timestamp = -1;
  int64_t offset = -1;
  int32_t leader_epoch = -1;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"partition_index", &Self::partition_index},
      Field{"error_code", &Self::error_code},
      Field{"timestamp", &Self::timestamp},
      Field{"offset", &Self::offset},
      Field{"leader_epoch", &Self::leader_epoch, {.since = 4}},
  };
};

/// The offsets found in one topic.
struct ListOffsetsTopicResponse {
  std::string name;
  std::vector<ListOffsetsPartitionResponse> partitions;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"name", &Self::name},
      Field{"partitions", &Self::partitions},
  };
};

/// The offsets found.
struct ListOffsetsResponse {
  static constexpr ApiKey kKey = ApiKey::kListOffsets;

  int32_t throttle_time_ms = 0;
  std::vector<ListOffsetsTopicResponse> topics;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"throttle_time_ms", &Self::throttle_time_ms, {.since = 2, .ignorable = true}},
      Field{"topics", &Self::topics},
  };
};

/// An epoch of one partition.
struct OffsetForLeaderPartition {
  int32_t partition = 0;
  int32_t current_leader_epoch = -1;
  int32_t leader_epoch = 0;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"partition", &Self::partition},
      Field{"current_leader_epoch", &Self::current_leader_epoch},
      Field{"leader_epoch", &Self::leader_epoch},
  };
};

/// Epochs of one topic.
struct OffsetForLeaderTopic {
  std::string topic;
  std::vector<OffsetForLeaderPartition> partitions;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"topic", &Self::topic},
      Field{"partitions", &Self::partitions},
  };
};

/// Asks where an epoch ended, to find out whether the log was cut since (KIP-320).
struct OffsetForLeaderEpochRequest {
  static constexpr ApiKey kKey = ApiKey::kOffsetForLeaderEpoch;

  int32_t replica_id = -2;
  std::vector<OffsetForLeaderTopic> topics;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"replica_id", &Self::replica_id, {.since = 3, .ignorable = true}},
      Field{"topics", &Self::topics},
  };
};

/// Kafka calls this EpochEndOffset, as it does another struct.
struct OffsetForLeaderEpochEnd {
  ErrorCode error_code = ErrorCode::kNone;
  int32_t partition = 0;
  int32_t leader_epoch = -1;
  int64_t end_offset = -1;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"error_code", &Self::error_code},
      Field{"partition", &Self::partition},
      Field{"leader_epoch", &Self::leader_epoch},
      Field{"end_offset", &Self::end_offset},
  };
};

/// Ends of epochs in one topic.
struct OffsetForLeaderTopicResult {
  std::string topic;
  std::vector<OffsetForLeaderEpochEnd> partitions;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"topic", &Self::topic},
      Field{"partitions", &Self::partitions},
  };
};

/// Where each epoch ended.
struct OffsetForLeaderEpochResponse {
  static constexpr ApiKey kKey = ApiKey::kOffsetForLeaderEpoch;

  int32_t throttle_time_ms = 0;
  std::vector<OffsetForLeaderTopicResult> topics;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"throttle_time_ms", &Self::throttle_time_ms},
      Field{"topics", &Self::topics},
  };
};

}  // namespace gamevents::broker
