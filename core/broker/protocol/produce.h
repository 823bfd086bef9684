#pragma once

#include "core/broker/protocol/error_code.h"
#include "core/broker/protocol/leader.h"
#include "core/broker/protocol/message.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// Appending record batches, and the ids that make appends idempotent.

namespace gamevents::broker {

/// Batches for one partition.
struct PartitionProduceData {
  int32_t index = 0;
  std::optional<Records> records;  ///< A view into the frame.

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"index", &Self::index},
      Field{"records", &Self::records, {.nullable = 0}},
  };
};

/// Batches for one topic.
struct TopicProduceData {
  std::string name;
  std::vector<PartitionProduceData> partition_data;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"name", &Self::name},
      Field{"partition_data", &Self::partition_data},
  };
};

/// Appends batches. With acks 0 there is no response.
struct ProduceRequest {
  static constexpr ApiKey kKey = ApiKey::kProduce;

  std::optional<std::string> transactional_id;
  int16_t acks = 0;  ///< -1 and 1: after it is durable; 0: no answer.
  int32_t timeout_ms = 0;
  std::vector<TopicProduceData> topic_data;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"transactional_id", &Self::transactional_id, {.nullable = 0}},
      Field{"acks", &Self::acks},
      Field{"timeout_ms", &Self::timeout_ms},
      Field{"topic_data", &Self::topic_data},
  };
};

/// Which record of a batch was refused, and why.
struct BatchIndexAndErrorMessage {
  int32_t batch_index = 0;
  std::optional<std::string> batch_index_error_message;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"batch_index", &Self::batch_index},
      Field{"batch_index_error_message", &Self::batch_index_error_message, {.nullable = 0}},
  };
};

/// What became of the batches for one partition.
struct PartitionProduceResponse {
  int32_t index = 0;
  ErrorCode error_code = ErrorCode::kNone;
  int64_t base_offset = 0;
  int64_t log_append_time_ms = -1;  ///< -1 unless the broker set the time.
  int64_t log_start_offset = -1;
  std::vector<BatchIndexAndErrorMessage> record_errors;
  std::optional<std::string> error_message;
  LeaderIdAndEpoch current_leader;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"index", &Self::index},
      Field{"error_code", &Self::error_code},
      Field{"base_offset", &Self::base_offset},
      Field{"log_append_time_ms", &Self::log_append_time_ms},
      Field{"log_start_offset", &Self::log_start_offset, {.since = 5, .ignorable = true}},
      Field{"record_errors", &Self::record_errors, {.since = 8, .ignorable = true}},
      Field{"error_message", &Self::error_message, {.since = 8, .nullable = 0, .ignorable = true}},
      Field{"current_leader", &Self::current_leader, {.since = 10, .tag = 0}},
  };
};

/// What became of the batches for one topic.
struct TopicProduceResponse {
  std::string name;
  std::vector<PartitionProduceResponse> partition_responses;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"name", &Self::name},
      Field{"partition_responses", &Self::partition_responses},
  };
};

/// What became of each partition's batches.
struct ProduceResponse {
  static constexpr ApiKey kKey = ApiKey::kProduce;

  std::vector<TopicProduceResponse> responses;
  int32_t throttle_time_ms = 0;
  std::vector<NodeEndpoint> node_endpoints;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"responses", &Self::responses},
      Field{"throttle_time_ms", &Self::throttle_time_ms},
      Field{"node_endpoints", &Self::node_endpoints, {.since = 10, .tag = 0}},
  };
};

/// Asks for the id that makes a producer's appends idempotent.
struct InitProducerIdRequest {
  static constexpr ApiKey kKey = ApiKey::kInitProducerId;

  std::optional<std::string> transactional_id;  ///< Null for an idempotent producer.
  int32_t transaction_timeout_ms = 0;
  int64_t producer_id = -1;
  int16_t producer_epoch = -1;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"transactional_id", &Self::transactional_id, {.nullable = 0}},
      Field{"transaction_timeout_ms", &Self::transaction_timeout_ms},
      Field{"producer_id", &Self::producer_id, {.since = 3}},
      Field{"producer_epoch", &Self::producer_epoch, {.since = 3}},
  };
};

/// An id that was never given before, or the same with its next epoch.
struct InitProducerIdResponse {
  static constexpr ApiKey kKey = ApiKey::kInitProducerId;

  int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::kNone;
  int64_t producer_id = -1;
  int16_t producer_epoch = 0;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"throttle_time_ms", &Self::throttle_time_ms},
      Field{"error_code", &Self::error_code},
      Field{"producer_id", &Self::producer_id},
      Field{"producer_epoch", &Self::producer_epoch},
  };
};

}  // namespace gamevents::broker
