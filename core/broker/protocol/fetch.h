#pragma once

#include "core/broker/protocol/error_code.h"
#include "core/broker/protocol/leader.h"
#include "core/broker/protocol/message.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// Reading record batches.

namespace gamevents::broker {

/// From where, and how much at most, of one partition.
struct FetchPartition {
  int32_t partition = 0;
  int32_t current_leader_epoch = -1;  ///< -1: do not compare.
  int64_t fetch_offset = 0;
  int32_t last_fetched_epoch = -1;
  int64_t log_start_offset = -1;
  int32_t partition_max_bytes = 0;     ///< Soft (KIP-74).
  Uuid replica_directory_id{};         ///< Of a follower.
  int64_t high_watermark = INT64_MAX;  ///< That a follower knows.

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"partition", &Self::partition},
      Field{"current_leader_epoch", &Self::current_leader_epoch, {.since = 9, .ignorable = true}},
      Field{"fetch_offset", &Self::fetch_offset},
      Field{"last_fetched_epoch", &Self::last_fetched_epoch, {.since = 12}},
      Field{"log_start_offset", &Self::log_start_offset, {.since = 5, .ignorable = true}},
      Field{"partition_max_bytes", &Self::partition_max_bytes},
      Field{"replica_directory_id",
            &Self::replica_directory_id,
            {.since = 17, .tag = 0, .ignorable = true}},
      Field{"high_watermark", &Self::high_watermark, {.since = 18, .tag = 1, .ignorable = true}},
  };
};

/// The partitions to read of one topic.
struct FetchTopic {
  std::string topic;  ///< Up to version 12; from then on the id says which.
  Uuid topic_id{};
  std::vector<FetchPartition> partitions;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"topic", &Self::topic, {.until = 12, .ignorable = true}},
      Field{"topic_id", &Self::topic_id, {.since = 13, .ignorable = true}},
      Field{"partitions", &Self::partitions},
  };
};

/// Partitions that an incremental fetch session drops.
struct ForgottenTopic {
  std::string topic;
  Uuid topic_id{};
  std::vector<int32_t> partitions;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"topic", &Self::topic, {.until = 12, .ignorable = true}},
      Field{"topic_id", &Self::topic_id, {.since = 13, .ignorable = true}},
      Field{"partitions", &Self::partitions},
  };
};

/// Which follower asks (KIP-903).
struct ReplicaState {
  int32_t replica_id = -1;  ///< -1: a consumer.
  int64_t replica_epoch = -1;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"replica_id", &Self::replica_id},
      Field{"replica_epoch", &Self::replica_epoch},
  };
};

/// Asks for batches, and waits for some until max_wait_ms.
struct FetchRequest {
  static constexpr ApiKey kKey = ApiKey::kFetch;

  std::optional<std::string> cluster_id;
  int32_t replica_id = -1;  ///< Up to version 14.
  ReplicaState replica_state;
  int32_t max_wait_ms = 0;
  int32_t min_bytes = 0;
  int32_t max_bytes = INT32_MAX;  ///< For the whole response; soft (KIP-74).
  int8_t isolation_level = 0;     ///< 1: only what is committed.
  int32_t session_id = 0;
  int32_t session_epoch = -1;  ///< -1: no session.
  std::vector<FetchTopic> topics;
  std::vector<ForgottenTopic> forgotten_topics_data;
  std::string rack_id;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"cluster_id",
            &Self::cluster_id,
            {.since = 12, .nullable = 0, .tag = 0, .ignorable = true}},
      Field{"replica_id", &Self::replica_id, {.until = 14}},
      Field{"replica_state", &Self::replica_state, {.since = 15, .tag = 1}},
      Field{"max_wait_ms", &Self::max_wait_ms},
      Field{"min_bytes", &Self::min_bytes},
      Field{"max_bytes", &Self::max_bytes},
      Field{"isolation_level", &Self::isolation_level},
      Field{"session_id", &Self::session_id, {.since = 7, .ignorable = true}},
      Field{"session_epoch", &Self::session_epoch, {.since = 7, .ignorable = true}},
      Field{"topics", &Self::topics},
      Field{"forgotten_topics_data", &Self::forgotten_topics_data, {.since = 7}},
      Field{"rack_id", &Self::rack_id, {.since = 11, .ignorable = true}},
  };
};

/// For followers: where their log leaves ours.
struct DivergingEpoch {
  int32_t epoch = -1;
  int64_t end_offset = -1;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"epoch", &Self::epoch},
      Field{"end_offset", &Self::end_offset},
  };
};

/// For the controllers' own log; never set by us.
struct SnapshotId {
  int64_t end_offset = -1;
  int32_t epoch = -1;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"end_offset", &Self::end_offset},
      Field{"epoch", &Self::epoch},
  };
};

/// Records of this producer from this offset on are to be skipped.
struct AbortedTransaction {
  int64_t producer_id = 0;
  int64_t first_offset = 0;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"producer_id", &Self::producer_id},
      Field{"first_offset", &Self::first_offset},
  };
};

/// Batches of one partition, or why there are none.
struct FetchPartitionData {
  int32_t partition_index = 0;
  ErrorCode error_code = ErrorCode::kNone;
  int64_t high_watermark = 0;
  int64_t last_stable_offset = -1;
  int64_t log_start_offset = -1;
  DivergingEpoch diverging_epoch;
  LeaderIdAndEpoch current_leader;
  SnapshotId snapshot_id;
  /// Null with isolation level 0.
  std::optional<std::vector<AbortedTransaction>> aborted_transactions;
  int32_t preferred_read_replica = -1;
  std::optional<Records> records;  ///< Empty, not null, when there are none.

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"partition_index", &Self::partition_index},
      Field{"error_code", &Self::error_code},
      Field{"high_watermark", &Self::high_watermark},
      Field{"last_stable_offset", &Self::last_stable_offset},
      Field{"log_start_offset", &Self::log_start_offset, {.since = 5, .ignorable = true}},
      Field{"diverging_epoch", &Self::diverging_epoch, {.since = 12, .tag = 0}},
      Field{"current_leader", &Self::current_leader, {.since = 12, .tag = 1}},
      Field{"snapshot_id", &Self::snapshot_id, {.since = 12, .tag = 2}},
      Field{"aborted_transactions", &Self::aborted_transactions, {.nullable = 0}},
      Field{"preferred_read_replica", &Self::preferred_read_replica, {.since = 11}},
      Field{"records", &Self::records, {.nullable = 0}},
  };
};

/// Batches of one topic.
struct FetchableTopicResponse {
  std::string topic;  ///< As in the request.
  Uuid topic_id{};
  std::vector<FetchPartitionData> partitions;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"topic", &Self::topic, {.until = 12, .ignorable = true}},
      Field{"topic_id", &Self::topic_id, {.since = 13, .ignorable = true}},
      Field{"partitions", &Self::partitions},
  };
};

/// The batches. Their bytes may come straight from files: see Records.
struct FetchResponse {
  static constexpr ApiKey kKey = ApiKey::kFetch;

  int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::kNone;
  int32_t session_id = 0;  ///< 0: no session.
  std::vector<FetchableTopicResponse> responses;
  std::vector<NodeEndpoint> node_endpoints;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"throttle_time_ms", &Self::throttle_time_ms},
      Field{"error_code", &Self::error_code, {.since = 7, .ignorable = true}},
      Field{"session_id", &Self::session_id, {.since = 7}},
      Field{"responses", &Self::responses},
      Field{"node_endpoints", &Self::node_endpoints, {.since = 16, .tag = 0}},
  };
};

}  // namespace gamevents::broker
