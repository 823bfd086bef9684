#pragma once

#include "core/broker/protocol/error_code.h"
#include "core/broker/protocol/message.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// What the broker speaks only to refuse it: clients learn the reason from an answer, where a closed
// connection has them try again without a word. Kafka refuses the same where only the classic group
// protocol is on.

namespace gamevents::broker {

/// Partitions of one topic that a member owns, or shall own.
struct ConsumerGroupHeartbeatTopicPartitions {
  Uuid topic_id{};
  std::vector<int32_t> partitions;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"topic_id", &Self::topic_id},
      Field{"partitions", &Self::partitions},
  };
};

/// Joins a group of the newer protocol (KIP-848), stays in it or leaves it.
struct ConsumerGroupHeartbeatRequest {
  static constexpr ApiKey kKey = ApiKey::kConsumerGroupHeartbeat;

  std::string group_id;
  std::string member_id;
  int32_t member_epoch = 0;
  std::optional<std::string> instance_id;
  std::optional<std::string> rack_id;
  int32_t rebalance_timeout_ms = -1;
  std::optional<std::vector<std::string>> subscribed_topic_names;
  std::optional<std::string> subscribed_topic_regex;
  std::optional<std::string> server_assignor;
  std::optional<std::vector<ConsumerGroupHeartbeatTopicPartitions>> topic_partitions;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"group_id", &Self::group_id},
      Field{"member_id", &Self::member_id},
      Field{"member_epoch", &Self::member_epoch},
      Field{"instance_id", &Self::instance_id, {.nullable = 0}},
      Field{"rack_id", &Self::rack_id, {.nullable = 0}},
      Field{"rebalance_timeout_ms", &Self::rebalance_timeout_ms},
      Field{"subscribed_topic_names", &Self::subscribed_topic_names, {.nullable = 0}},
      Field{"subscribed_topic_regex", &Self::subscribed_topic_regex, {.since = 1, .nullable = 1}},
      Field{"server_assignor", &Self::server_assignor, {.nullable = 0}},
      Field{"topic_partitions", &Self::topic_partitions, {.nullable = 0}},
  };
};

/// What a member shall own.
struct ConsumerGroupHeartbeatAssignment {
  std::vector<ConsumerGroupHeartbeatTopicPartitions> topic_partitions;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"topic_partitions", &Self::topic_partitions},
  };
};

/// The member's place in the group.
struct ConsumerGroupHeartbeatResponse {
  static constexpr ApiKey kKey = ApiKey::kConsumerGroupHeartbeat;

  int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::kNone;
  std::optional<std::string> error_message;
  std::optional<std::string> member_id;
  int32_t member_epoch = 0;
  int32_t heartbeat_interval_ms = 0;
  std::optional<ConsumerGroupHeartbeatAssignment> assignment;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"throttle_time_ms", &Self::throttle_time_ms},
      Field{"error_code", &Self::error_code},
      Field{"error_message", &Self::error_message, {.nullable = 0}},
      Field{"member_id", &Self::member_id, {.nullable = 0}},
      Field{"member_epoch", &Self::member_epoch},
      Field{"heartbeat_interval_ms", &Self::heartbeat_interval_ms},
      Field{"assignment", &Self::assignment, {.nullable = 0}},
  };
};

}  // namespace gamevents::broker
