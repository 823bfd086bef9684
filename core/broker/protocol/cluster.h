#pragma once

#include "core/broker/protocol/error_code.h"
#include "core/broker/protocol/message.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// The newer ways to ask for brokers and for topics: admin clients try these before Metadata.

namespace gamevents::broker {

/// Asks for the brokers (KIP-700).
struct DescribeClusterRequest {
  static constexpr ApiKey kKey = ApiKey::kDescribeCluster;

  bool include_cluster_authorized_operations = false;
  int8_t endpoint_type = 1;  ///< 1 brokers, 2 controllers.
  bool include_fenced_brokers = false;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"include_cluster_authorized_operations", &Self::include_cluster_authorized_operations},
      Field{"endpoint_type", &Self::endpoint_type, {.since = 1}},
      Field{"include_fenced_brokers", &Self::include_fenced_brokers, {.since = 2}},
  };
};

/// Where clients connect to.
struct DescribeClusterBroker {
  int32_t broker_id = 0;
  std::string host;
  int32_t port = 0;
  std::optional<std::string> rack;
  bool is_fenced = false;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"broker_id", &Self::broker_id},
      Field{"host", &Self::host},
      Field{"port", &Self::port},
      Field{"rack", &Self::rack, {.nullable = 0}},
      Field{"is_fenced", &Self::is_fenced, {.since = 2}},
  };
};

/// The brokers and the controller.
struct DescribeClusterResponse {
  static constexpr ApiKey kKey = ApiKey::kDescribeCluster;

  int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::kNone;
  std::optional<std::string> error_message;
  int8_t endpoint_type = 1;
  std::string cluster_id;
  int32_t controller_id = -1;
  std::vector<DescribeClusterBroker> brokers;
  int32_t cluster_authorized_operations = INT32_MIN;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"throttle_time_ms", &Self::throttle_time_ms},
      Field{"error_code", &Self::error_code},
      Field{"error_message", &Self::error_message, {.nullable = 0}},
      Field{"endpoint_type", &Self::endpoint_type, {.since = 1}},
      Field{"cluster_id", &Self::cluster_id},
      Field{"controller_id", &Self::controller_id},
      Field{"brokers", &Self::brokers},
      Field{"cluster_authorized_operations", &Self::cluster_authorized_operations},
  };
};

/// A topic by name.
struct DescribeTopicPartitionsTopic {
  std::string name;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"name", &Self::name},
  };
};

/// Where a long answer stopped and the next one goes on.
struct Cursor {
  std::string topic_name;
  int32_t partition_index = 0;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"topic_name", &Self::topic_name},
      Field{"partition_index", &Self::partition_index},
  };
};

/// Asks for topics, a page at a time (KIP-966).
struct DescribeTopicPartitionsRequest {
  static constexpr ApiKey kKey = ApiKey::kDescribeTopicPartitions;

  std::vector<DescribeTopicPartitionsTopic> topics;
  int32_t response_partition_limit = 2000;
  std::optional<Cursor> cursor;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"topics", &Self::topics},
      Field{"response_partition_limit", &Self::response_partition_limit},
      Field{"cursor", &Self::cursor, {.nullable = 0}},
  };
};

/// One partition and its replicas.
struct DescribedTopicPartition {
  ErrorCode error_code = ErrorCode::kNone;
  int32_t partition_index = 0;
  int32_t leader_id = 0;
  int32_t leader_epoch = -1;
  std::vector<int32_t> replica_nodes;
  std::vector<int32_t> isr_nodes;
  std::optional<std::vector<int32_t>> eligible_leader_replicas;
  std::optional<std::vector<int32_t>> last_known_elr;
  std::vector<int32_t> offline_replicas;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"error_code", &Self::error_code},
      Field{"partition_index", &Self::partition_index},
      Field{"leader_id", &Self::leader_id},
      Field{"leader_epoch", &Self::leader_epoch},
      Field{"replica_nodes", &Self::replica_nodes},
      Field{"isr_nodes", &Self::isr_nodes},
      Field{"eligible_leader_replicas", &Self::eligible_leader_replicas, {.nullable = 0}},
      Field{"last_known_elr", &Self::last_known_elr, {.nullable = 0}},
      Field{"offline_replicas", &Self::offline_replicas},
  };
};

/// One topic; its error says why there are no partitions.
struct DescribedTopic {
  ErrorCode error_code = ErrorCode::kNone;
  std::optional<std::string> name;
  Uuid topic_id{};
  bool is_internal = false;
  std::vector<DescribedTopicPartition> partitions;
  int32_t topic_authorized_operations = INT32_MIN;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"error_code", &Self::error_code},
      Field{"name", &Self::name, {.nullable = 0}},
      Field{"topic_id", &Self::topic_id},
      Field{"is_internal", &Self::is_internal},
      Field{"partitions", &Self::partitions},
      Field{"topic_authorized_operations", &Self::topic_authorized_operations},
  };
};

/// A page of topics.
struct DescribeTopicPartitionsResponse {
  static constexpr ApiKey kKey = ApiKey::kDescribeTopicPartitions;

  int32_t throttle_time_ms = 0;
  std::vector<DescribedTopic> topics;
  std::optional<Cursor> next_cursor;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"throttle_time_ms", &Self::throttle_time_ms},
      Field{"topics", &Self::topics},
      Field{"next_cursor", &Self::next_cursor, {.nullable = 0}},
  };
};

}  // namespace gamevents::broker
