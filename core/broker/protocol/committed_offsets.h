#pragma once

#include "core/broker/protocol/error_code.h"
#include "core/broker/protocol/message.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// How far a consumer group has come.

namespace gamevents::broker {

/// One partition's offset: that of the next record to read.
struct OffsetCommitRequestPartition {
  int32_t partition_index = 0;
  int64_t committed_offset = 0;
  int32_t committed_leader_epoch = -1;
  std::optional<std::string> committed_metadata;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"partition_index", &Self::partition_index},
      Field{"committed_offset", &Self::committed_offset},
      Field{
          "committed_leader_epoch", &Self::committed_leader_epoch, {.since = 6, .ignorable = true}},
      Field{"committed_metadata", &Self::committed_metadata, {.nullable = 0}},
  };
};

/// Offsets in one topic.
struct OffsetCommitRequestTopic {
  std::string name;
  std::vector<OffsetCommitRequestPartition> partitions;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"name", &Self::name},
      Field{"partitions", &Self::partitions},
  };
};

/// Stores how far a group has come.
struct OffsetCommitRequest {
  static constexpr ApiKey kKey = ApiKey::kOffsetCommit;

  std::string group_id;
  int32_t generation_id_or_member_epoch = -1;  ///< -1: not a member's commit.
  std::string member_id;
  std::optional<std::string> group_instance_id;
  int64_t retention_time_ms = -1;
  std::vector<OffsetCommitRequestTopic> topics;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"group_id", &Self::group_id},
      Field{"generation_id_or_member_epoch", &Self::generation_id_or_member_epoch},
      Field{"member_id", &Self::member_id},
      Field{"group_instance_id", &Self::group_instance_id, {.since = 7, .nullable = 0}},
      Field{"retention_time_ms", &Self::retention_time_ms, {.until = 4, .ignorable = true}},
      Field{"topics", &Self::topics},
  };
};

/// Whether it was stored.
struct OffsetCommitResponsePartition {
  int32_t partition_index = 0;
  ErrorCode error_code = ErrorCode::kNone;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"partition_index", &Self::partition_index},
      Field{"error_code", &Self::error_code},
  };
};

/// Whether the offsets of one topic were stored.
struct OffsetCommitResponseTopic {
  std::string name;
  std::vector<OffsetCommitResponsePartition> partitions;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"name", &Self::name},
      Field{"partitions", &Self::partitions},
  };
};

/// Whether each offset was stored.
struct OffsetCommitResponse {
  static constexpr ApiKey kKey = ApiKey::kOffsetCommit;

  int32_t throttle_time_ms = 0;
  std::vector<OffsetCommitResponseTopic> topics;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"throttle_time_ms", &Self::throttle_time_ms, {.since = 3, .ignorable = true}},
      Field{"topics", &Self::topics},
  };
};

/// Partitions of one topic, up to version 7.
struct OffsetFetchRequestTopic {
  std::string name;
  std::vector<int32_t> partition_indexes;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"name", &Self::name},
      Field{"partition_indexes", &Self::partition_indexes},
  };
};

/// Partitions of one topic, from version 8.
struct OffsetFetchRequestTopics {
  std::string name;
  std::vector<int32_t> partition_indexes;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"name", &Self::name},
      Field{"partition_indexes", &Self::partition_indexes},
  };
};

/// What is asked of one group, from version 8.
struct OffsetFetchRequestGroup {
  std::string group_id;
  std::optional<std::string> member_id;
  int32_t member_epoch = -1;
  std::optional<std::vector<OffsetFetchRequestTopics>> topics;  ///< Null is all.

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"group_id", &Self::group_id},
      Field{"member_id", &Self::member_id, {.since = 9, .nullable = 0, .ignorable = true}},
      Field{"member_epoch", &Self::member_epoch, {.since = 9, .ignorable = true}},
      Field{"topics", &Self::topics, {.nullable = 0}},
  };
};

/// Asks how far a group has come: one group up to version 7, any number from 8.
struct OffsetFetchRequest {
  static constexpr ApiKey kKey = ApiKey::kOffsetFetch;

  std::string group_id;
  /// Null is all, from version 2.
  std::optional<std::vector<OffsetFetchRequestTopic>> topics =
      std::vector<OffsetFetchRequestTopic>();
  std::vector<OffsetFetchRequestGroup> groups;
  bool require_stable = false;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"group_id", &Self::group_id, {.until = 7}},
      Field{"topics", &Self::topics, {.until = 7, .nullable = 2}},
      Field{"groups", &Self::groups, {.since = 8}},
      Field{"require_stable", &Self::require_stable, {.since = 7}},
  };
};

/// One partition's offset, up to version 7; -1 when none was stored.
struct OffsetFetchResponsePartition {
  int32_t partition_index = 0;
  int64_t committed_offset = 0;
  int32_t committed_leader_epoch = -1;
  std::optional<std::string> metadata;
  ErrorCode error_code = ErrorCode::kNone;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"partition_index", &Self::partition_index},
      Field{"committed_offset", &Self::committed_offset},
      Field{
          "committed_leader_epoch", &Self::committed_leader_epoch, {.since = 5, .ignorable = true}},
      Field{"metadata", &Self::metadata, {.nullable = 0}},
      Field{"error_code", &Self::error_code},
  };
};

/// Offsets in one topic, up to version 7.
struct OffsetFetchResponseTopic {
  std::string name;
  std::vector<OffsetFetchResponsePartition> partitions;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"name", &Self::name},
      Field{"partitions", &Self::partitions},
  };
};

/// One partition's offset, from version 8; -1 when none was stored.
struct OffsetFetchResponsePartitions {
  int32_t partition_index = 0;
  int64_t committed_offset = 0;
  int32_t committed_leader_epoch = -1;
  std::optional<std::string> metadata;
  ErrorCode error_code = ErrorCode::kNone;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"partition_index", &Self::partition_index},
      Field{"committed_offset", &Self::committed_offset},
      Field{"committed_leader_epoch", &Self::committed_leader_epoch},
      Field{"metadata", &Self::metadata, {.nullable = 0}},
      Field{"error_code", &Self::error_code},
  };
};

/// Offsets in one topic, from version 8.
struct OffsetFetchResponseTopics {
  std::string name;
  std::vector<OffsetFetchResponsePartitions> partitions;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"name", &Self::name},
      Field{"partitions", &Self::partitions},
  };
};

/// Offsets of one group, from version 8.
struct OffsetFetchResponseGroup {
  std::string group_id;
  std::vector<OffsetFetchResponseTopics> topics;
  ErrorCode error_code = ErrorCode::kNone;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"group_id", &Self::group_id},
      Field{"topics", &Self::topics},
      Field{"error_code", &Self::error_code},
  };
};

/// The stored offsets.
struct OffsetFetchResponse {
  static constexpr ApiKey kKey = ApiKey::kOffsetFetch;

  int32_t throttle_time_ms = 0;
  std::vector<OffsetFetchResponseTopic> topics;
  ErrorCode error_code = ErrorCode::kNone;
  std::vector<OffsetFetchResponseGroup> groups;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"throttle_time_ms", &Self::throttle_time_ms, {.since = 3, .ignorable = true}},
      Field{"topics", &Self::topics, {.until = 7}},
      Field{"error_code", &Self::error_code, {.since = 2, .until = 7, .ignorable = true}},
      Field{"groups", &Self::groups, {.since = 8}},
  };
};

/// A partition to forget.
struct OffsetDeleteRequestPartition {
  int32_t partition_index = 0;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"partition_index", &Self::partition_index},
  };
};

/// Partitions to forget in one topic.
struct OffsetDeleteRequestTopic {
  std::string name;
  std::vector<OffsetDeleteRequestPartition> partitions;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"name", &Self::name},
      Field{"partitions", &Self::partitions},
  };
};

/// Forgets how far a group has come.
struct OffsetDeleteRequest {
  static constexpr ApiKey kKey = ApiKey::kOffsetDelete;

  std::string group_id;
  std::vector<OffsetDeleteRequestTopic> topics;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"group_id", &Self::group_id},
      Field{"topics", &Self::topics},
  };
};

/// Whether it was forgotten.
struct OffsetDeleteResponsePartition {
  int32_t partition_index = 0;
  ErrorCode error_code = ErrorCode::kNone;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"partition_index", &Self::partition_index},
      Field{"error_code", &Self::error_code},
  };
};

/// Whether one topic's offsets were forgotten.
struct OffsetDeleteResponseTopic {
  std::string name;
  std::vector<OffsetDeleteResponsePartition> partitions;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"name", &Self::name},
      Field{"partitions", &Self::partitions},
  };
};

/// Whether each offset was forgotten. The only answer with its error before the throttle time.
struct OffsetDeleteResponse {
  static constexpr ApiKey kKey = ApiKey::kOffsetDelete;

  ErrorCode error_code = ErrorCode::kNone;
  int32_t throttle_time_ms = 0;
  std::vector<OffsetDeleteResponseTopic> topics;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"error_code", &Self::error_code},
      Field{"throttle_time_ms", &Self::throttle_time_ms},
      Field{"topics", &Self::topics},
  };
};

}  // namespace gamevents::broker
