#pragma once

#include "core/broker/protocol/error_code.h"
#include "core/broker/protocol/message.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// Brokers, topics and partitions, as the clients of every age ask for them.

namespace gamevents::broker {

/// A topic by name, or by id with a null name.
struct MetadataRequestTopic {
  Uuid topic_id{};
  std::optional<std::string> name = "";

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"topic_id", &Self::topic_id, {.since = 10, .ignorable = true}},
      Field{"name", &Self::name, {.nullable = 10}},
  };
};

/// Asks for brokers and topics, and may make topics on the way.
struct MetadataRequest {
  static constexpr ApiKey kKey = ApiKey::kMetadata;

  /// Null is all topics; in version 0 an empty list is all.
  std::optional<std::vector<MetadataRequestTopic>> topics = std::vector<MetadataRequestTopic>();
  bool allow_auto_topic_creation = true;
  bool include_cluster_authorized_operations = false;
  bool include_topic_authorized_operations = false;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"topics", &Self::topics, {.nullable = 1}},
      Field{"allow_auto_topic_creation", &Self::allow_auto_topic_creation, {.since = 4}},
      Field{"include_cluster_authorized_operations",
            &Self::include_cluster_authorized_operations,
            {.since = 8, .until = 10}},
      Field{"include_topic_authorized_operations",
            &Self::include_topic_authorized_operations,
            {.since = 8}},
  };
};

/// Where clients connect to: the address that is advertised, not the one listened on.
struct MetadataResponseBroker {
  int32_t node_id = 0;
  std::string host;
  int32_t port = 0;
  std::optional<std::string> rack;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"node_id", &Self::node_id},
      Field{"host", &Self::host},
      Field{"port", &Self::port},
      Field{"rack", &Self::rack, {.since = 1, .nullable = 0, .ignorable = true}},
  };
};

/// One partition and its replicas.
struct MetadataResponsePartition {
  ErrorCode error_code = ErrorCode::kNone;
  int32_t partition_index = 0;
  int32_t leader_id = 0;
  int32_t leader_epoch = -1;  ///< Never goes down for one topic id.
  std::vector<int32_t> replica_nodes;
  std::vector<int32_t> isr_nodes;
  std::vector<int32_t> offline_replicas;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"error_code", &Self::error_code},
      Field{"partition_index", &Self::partition_index},
      Field{"leader_id", &Self::leader_id},
      Field{"leader_epoch", &Self::leader_epoch, {.since = 7, .ignorable = true}},
      Field{"replica_nodes", &Self::replica_nodes},
      Field{"isr_nodes", &Self::isr_nodes},
      Field{"offline_replicas", &Self::offline_replicas, {.since = 5, .ignorable = true}},
  };
};

/// One topic; its error says why there are no partitions.
struct MetadataResponseTopic {
  ErrorCode error_code = ErrorCode::kNone;
  std::optional<std::string> name = "";
  Uuid topic_id{};
  bool is_internal = false;
  std::vector<MetadataResponsePartition> partitions;
  int32_t topic_authorized_operations = INT32_MIN;  ///< INT32_MIN: not asked for.

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"error_code", &Self::error_code},
      Field{"name", &Self::name, {.nullable = 12}},
      Field{"topic_id", &Self::topic_id, {.since = 10, .ignorable = true}},
      Field{"is_internal", &Self::is_internal, {.since = 1, .ignorable = true}},
      Field{"partitions", &Self::partitions},
      Field{"topic_authorized_operations", &Self::topic_authorized_operations, {.since = 8}},
  };
};

/// The cluster as a client must know it before it can do anything.
struct MetadataResponse {
  static constexpr ApiKey kKey = ApiKey::kMetadata;

  int32_t throttle_time_ms = 0;
  std::vector<MetadataResponseBroker> brokers;
  std::optional<std::string> cluster_id;
  int32_t controller_id = -1;  ///< Must be one of the brokers.
  std::vector<MetadataResponseTopic> topics;
  int32_t cluster_authorized_operations = INT32_MIN;
  ErrorCode error_code = ErrorCode::kNone;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"throttle_time_ms", &Self::throttle_time_ms, {.since = 3, .ignorable = true}},
      Field{"brokers", &Self::brokers},
      Field{"cluster_id", &Self::cluster_id, {.since = 2, .nullable = 0, .ignorable = true}},
      Field{"controller_id", &Self::controller_id, {.since = 1, .ignorable = true}},
      Field{"topics", &Self::topics},
      Field{"cluster_authorized_operations",
            &Self::cluster_authorized_operations,
            {.since = 8, .until = 10}},
      Field{"error_code", &Self::error_code, {.since = 13, .ignorable = true}},
  };
};

}  // namespace gamevents::broker
