#pragma once

#include "core/broker/protocol/error_code.h"
#include "core/broker/protocol/message.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// Settings of topics and of the broker, and its folders.
// Resource types: 2 is a topic, 4 a broker. Sources: 1 topic, 4 static broker, 5 default.

namespace gamevents::broker {

/// A topic or broker, and which of its settings.
struct DescribeConfigsResource {
  int8_t resource_type = 0;
  std::string resource_name;
  std::optional<std::vector<std::string>> configuration_keys;  ///< Null is all.

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"resource_type", &Self::resource_type},
      Field{"resource_name", &Self::resource_name},
      Field{"configuration_keys", &Self::configuration_keys, {.nullable = 0}},
  };
};

/// Asks for settings.
struct DescribeConfigsRequest {
  static constexpr ApiKey kKey = ApiKey::kDescribeConfigs;

  std::vector<DescribeConfigsResource> resources;
  bool include_synonyms = false;
  bool include_documentation = false;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"resources", &Self::resources},
      Field{"include_synonyms", &Self::include_synonyms},
      Field{"include_documentation", &Self::include_documentation, {.since = 3}},
  };
};

/// Another place where a setting's value could come from, nearest first.
struct DescribeConfigsSynonym {
  std::string name;
  std::optional<std::string> value;
  int8_t source = 0;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"name", &Self::name},
      Field{"value", &Self::value, {.nullable = 0}},
      Field{"source", &Self::source},
  };
};

/// One setting.
struct DescribeConfigsResourceResult {
  std::string name;
  std::optional<std::string> value;
  bool read_only = false;
  int8_t config_source = -1;
  bool is_sensitive = false;
  std::vector<DescribeConfigsSynonym> synonyms;
  int8_t config_type = 0;
  std::optional<std::string> documentation;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"name", &Self::name},
      Field{"value", &Self::value, {.nullable = 0}},
      Field{"read_only", &Self::read_only},
      Field{"config_source", &Self::config_source},
      Field{"is_sensitive", &Self::is_sensitive},
      Field{"synonyms", &Self::synonyms},
      Field{"config_type", &Self::config_type, {.since = 3, .ignorable = true}},
      Field{"documentation", &Self::documentation, {.since = 3, .nullable = 0, .ignorable = true}},
  };
};

/// The settings of one topic or broker.
struct DescribeConfigsResult {
  ErrorCode error_code = ErrorCode::kNone;
  std::optional<std::string> error_message;
  int8_t resource_type = 0;
  std::string resource_name;
  std::vector<DescribeConfigsResourceResult> configs;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"error_code", &Self::error_code},
      Field{"error_message", &Self::error_message, {.nullable = 0}},
      Field{"resource_type", &Self::resource_type},
      Field{"resource_name", &Self::resource_name},
      Field{"configs", &Self::configs},
  };
};

/// The settings.
struct DescribeConfigsResponse {
  static constexpr ApiKey kKey = ApiKey::kDescribeConfigs;

  int32_t throttle_time_ms = 0;
  std::vector<DescribeConfigsResult> results;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"throttle_time_ms", &Self::throttle_time_ms},
      Field{"results", &Self::results},
  };
};

/// One setting's new value, which null cannot be.
struct AlterableConfig {
  std::string name;
  std::optional<std::string> value;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"name", &Self::name},
      Field{"value", &Self::value, {.nullable = 0}},
  };
};

/// All settings of one topic or broker.
struct AlterConfigsResource {
  int8_t resource_type = 0;
  std::string resource_name;
  std::vector<AlterableConfig> configs;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"resource_type", &Self::resource_type},
      Field{"resource_name", &Self::resource_name},
      Field{"configs", &Self::configs},
  };
};

/// Replaces all settings at once: those that it does not name go back to their defaults.
struct AlterConfigsRequest {
  static constexpr ApiKey kKey = ApiKey::kAlterConfigs;

  std::vector<AlterConfigsResource> resources;
  bool validate_only = false;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"resources", &Self::resources},
      Field{"validate_only", &Self::validate_only},
  };
};

/// Whether one topic or broker has them.
struct AlterConfigsResourceResponse {
  ErrorCode error_code = ErrorCode::kNone;
  std::optional<std::string> error_message;
  int8_t resource_type = 0;
  std::string resource_name;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"error_code", &Self::error_code},
      Field{"error_message", &Self::error_message, {.nullable = 0}},
      Field{"resource_type", &Self::resource_type},
      Field{"resource_name", &Self::resource_name},
  };
};

/// Which have them.
struct AlterConfigsResponse {
  static constexpr ApiKey kKey = ApiKey::kAlterConfigs;

  int32_t throttle_time_ms = 0;
  std::vector<AlterConfigsResourceResponse> responses;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"throttle_time_ms", &Self::throttle_time_ms},
      Field{"responses", &Self::responses},
  };
};

/// One setting's change.
struct IncrementalAlterableConfig {
  std::string name;
  int8_t config_operation = 0;  ///< 0 set, 1 delete, 2 append, 3 subtract.
  std::optional<std::string> value;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"name", &Self::name},
      Field{"config_operation", &Self::config_operation},
      Field{"value", &Self::value, {.nullable = 0}},
  };
};

/// Changes to one topic or broker.
struct IncrementalAlterConfigsResource {
  int8_t resource_type = 0;
  std::string resource_name;
  std::vector<IncrementalAlterableConfig> configs;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"resource_type", &Self::resource_type},
      Field{"resource_name", &Self::resource_name},
      Field{"configs", &Self::configs},
  };
};

/// Changes some settings and leaves the rest.
struct IncrementalAlterConfigsRequest {
  static constexpr ApiKey kKey = ApiKey::kIncrementalAlterConfigs;

  std::vector<IncrementalAlterConfigsResource> resources;
  bool validate_only = false;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"resources", &Self::resources},
      Field{"validate_only", &Self::validate_only},
  };
};

/// Which topics or brokers have them.
struct IncrementalAlterConfigsResponse {
  static constexpr ApiKey kKey = ApiKey::kIncrementalAlterConfigs;

  int32_t throttle_time_ms = 0;
  std::vector<AlterConfigsResourceResponse> responses;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"throttle_time_ms", &Self::throttle_time_ms},
      Field{"responses", &Self::responses},
  };
};

/// Partitions of one topic.
struct DescribableLogDirTopic {
  std::string topic;
  std::vector<int32_t> partitions;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"topic", &Self::topic},
      Field{"partitions", &Self::partitions},
  };
};

/// Asks how much room partitions take on disk.
struct DescribeLogDirsRequest {
  static constexpr ApiKey kKey = ApiKey::kDescribeLogDirs;

  std::optional<std::vector<DescribableLogDirTopic>> topics;  ///< Null is all.

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"topics", &Self::topics, {.nullable = 0}},
  };
};

/// What one partition takes.
struct DescribeLogDirsPartition {
  int32_t partition_index = 0;
  int64_t partition_size = 0;
  int64_t offset_lag = 0;
  bool is_future_key = false;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"partition_index", &Self::partition_index},
      Field{"partition_size", &Self::partition_size},
      Field{"offset_lag", &Self::offset_lag},
      Field{"is_future_key", &Self::is_future_key},
  };
};

/// What one topic's partitions take.
struct DescribeLogDirsTopic {
  std::string name;
  std::vector<DescribeLogDirsPartition> partitions;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"name", &Self::name},
      Field{"partitions", &Self::partitions},
  };
};

/// One folder of logs.
struct DescribeLogDirsResult {
  ErrorCode error_code = ErrorCode::kNone;
  std::string log_dir;
  std::vector<DescribeLogDirsTopic> topics;
  int64_t total_bytes = -1;
  int64_t usable_bytes = -1;
  bool is_cordoned = false;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"error_code", &Self::error_code},
      Field{"log_dir", &Self::log_dir},
      Field{"topics", &Self::topics},
      Field{"total_bytes", &Self::total_bytes, {.since = 4, .ignorable = true}},
      Field{"usable_bytes", &Self::usable_bytes, {.since = 4, .ignorable = true}},
      Field{"is_cordoned", &Self::is_cordoned, {.since = 5, .ignorable = true}},
  };
};

/// The folders of logs.
struct DescribeLogDirsResponse {
  static constexpr ApiKey kKey = ApiKey::kDescribeLogDirs;

  int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::kNone;
  std::vector<DescribeLogDirsResult> results;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"throttle_time_ms", &Self::throttle_time_ms},
      Field{"error_code", &Self::error_code, {.since = 3, .ignorable = true}},
      Field{"results", &Self::results},
  };
};

}  // namespace gamevents::broker
