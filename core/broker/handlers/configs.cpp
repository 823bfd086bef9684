// Settings of topics, which can be changed, and of the broker, which can be read.

#include "core/broker/handlers/handlers.h"

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

namespace gamevents::broker {
namespace {

// Resource types and operations as the protocol numbers them.
constexpr int8_t kResourceTopic = 2;
constexpr int8_t kResourceBroker = 4;
constexpr int8_t kOperationSet = 0;
constexpr int8_t kOperationDelete = 1;

struct BrokerConfig {
  std::string_view name;
  log::ConfigType type;
  std::string (*print)(const Broker& broker);
};

std::string TopicDefault(const Broker& broker, std::string_view key) {
  const auto keys = log::TopicConfigKeys();
  const auto row = std::ranges::find(keys, key, &log::TopicConfigKey::name);
  return row == keys.end() ? "" : row->print(broker.logs.defaults());
}

// What tools and people look for in a broker's settings, by Kafka's names.
constexpr auto kBrokerConfigs = std::to_array<BrokerConfig>({
    {"auto.create.topics.enable", log::ConfigType::kBoolean,
     [](const Broker& b) -> std::string {
       return b.options.auto_create_topics ? "true" : "false";
     }},
    {"connections.max.idle.ms", log::ConfigType::kLong,
     [](const Broker& b) { return std::to_string(b.options.limits.idle_timeout.count()); }},
    {"default.replication.factor", log::ConfigType::kInt,
     [](const Broker&) -> std::string { return "1"; }},
    {"fetch.max.bytes", log::ConfigType::kInt,
     [](const Broker& b) { return std::to_string(b.options.limits.fetch_bytes_max); }},
    {"log.retention.bytes", log::ConfigType::kLong,
     [](const Broker& b) { return TopicDefault(b, "retention.bytes"); }},
    {"log.retention.ms", log::ConfigType::kLong,
     [](const Broker& b) { return TopicDefault(b, "retention.ms"); }},
    {"log.segment.bytes", log::ConfigType::kInt,
     [](const Broker& b) { return TopicDefault(b, "segment.bytes"); }},
    {"max.connections", log::ConfigType::kInt,
     [](const Broker& b) { return std::to_string(b.options.limits.connections_max); }},
    {"message.max.bytes", log::ConfigType::kInt,
     [](const Broker& b) { return TopicDefault(b, "max.message.bytes"); }},
    {"node.id", log::ConfigType::kInt,
     [](const Broker& b) { return std::to_string(b.options.node_id); }},
    {"num.partitions", log::ConfigType::kInt,
     [](const Broker& b) { return std::to_string(b.options.default_partitions); }},
    {"socket.request.max.bytes", log::ConfigType::kInt,
     [](const Broker& b) { return std::to_string(b.options.limits.request_bytes_max); }},
});

bool Wanted(const DescribeConfigsResource& resource, std::string_view name) {
  return !resource.configuration_keys || resource.configuration_keys->empty() ||
         std::ranges::find(*resource.configuration_keys, name) !=
             resource.configuration_keys->end();
}

void DescribeTopic(const Broker& broker, const DescribeConfigsRequest& request,
                   const DescribeConfigsResource& resource, DescribeConfigsResult& answer) {
  const auto topic = broker.logs.Find(resource.resource_name);
  if (!topic) {
    answer.error_code = ErrorCode::kUnknownTopicOrPartition;
    return;
  }
  const auto options = log::ApplyTopicConfigs(broker.logs.defaults(), topic->configs);
  if (!options) {
    answer.error_code = ErrorCode::kKafkaStorageError;
    answer.error_message = options.error().context;
    return;
  }
  for (const log::TopicConfigKey& key : log::TopicConfigKeys()) {
    if (!Wanted(resource, key.name)) continue;
    const bool own = topic->configs.contains(key.name);
    auto& described = answer.configs.emplace_back();
    described.name = key.name;
    described.value = key.print(*options);
    described.config_source = own ? kSourceTopic : kSourceDefault;
    described.config_type = static_cast<int8_t>(key.type);
    if (request.include_documentation) described.documentation = std::string(key.help);
    if (!request.include_synonyms) continue;
    if (own) described.synonyms.push_back({described.name, described.value, kSourceTopic});
    described.synonyms.push_back(
        {described.name, key.print(broker.logs.defaults()), kSourceDefault});
  }
}

void DescribeBroker(const Broker& broker, const DescribeConfigsResource& resource,
                    DescribeConfigsResult& answer) {
  if (resource.resource_name != std::to_string(broker.options.node_id) &&
      !resource.resource_name.empty()) {
    answer.error_code = ErrorCode::kInvalidRequest;
    answer.error_message = "the only broker is " + std::to_string(broker.options.node_id);
    return;
  }
  for (const BrokerConfig& config : kBrokerConfigs) {
    if (!Wanted(resource, config.name)) continue;
    auto& described = answer.configs.emplace_back();
    described.name = config.name;
    described.value = config.print(broker);
    described.read_only = true;
    described.config_source = kSourceStaticBroker;
    described.config_type = static_cast<int8_t>(config.type);
  }
}

struct ConfigRefusal {
  ErrorCode code = ErrorCode::kNone;
  std::string message{};
};

// Sets a topic's own configs to what `change` makes of them.
ConfigRefusal Change(Broker& broker, int8_t type, const std::string& name, bool validate_only,
                     const std::function<ConfigRefusal(log::TopicConfigs&)>& change) {
  if (type != kResourceTopic) {
    return {ErrorCode::kInvalidRequest,
            "only a topic's settings can be changed here; the broker's are in its configuration"};
  }
  const auto topic = broker.logs.Find(name);
  if (!topic) return {ErrorCode::kUnknownTopicOrPartition, "no such topic"};
  if (name == kOffsetsTopic) {
    return {ErrorCode::kInvalidTopicException, "the broker keeps this topic's settings itself"};
  }
  log::TopicConfigs configs = topic->configs;
  if (ConfigRefusal refusal = change(configs); refusal.code != ErrorCode::kNone) return refusal;
  if (auto applied = log::ApplyTopicConfigs(broker.logs.defaults(), configs); !applied) {
    return {ErrorCode::kInvalidConfig, applied.error().context};
  }
  if (validate_only) return {};
  if (auto set = broker.logs.SetConfigs(name, configs); !set) {
    const bool bad = set.error().fault == Fault::kBadInput;
    return {bad ? ErrorCode::kInvalidConfig : ErrorCode::kKafkaStorageError, set.error().context};
  }
  return {};
}

AlterConfigsResourceResponse Answer(int8_t type, const std::string& name, ConfigRefusal refusal) {
  AlterConfigsResourceResponse answer;
  answer.resource_type = type;
  answer.resource_name = name;
  answer.error_code = refusal.code;
  if (refusal.code != ErrorCode::kNone) answer.error_message = std::move(refusal.message);
  return answer;
}

ConfigRefusal ApplyChange(const IncrementalAlterableConfig& change, log::TopicConfigs& configs) {
  switch (change.config_operation) {
    case kOperationSet:
      if (!change.value) return {ErrorCode::kInvalidRequest, change.name + " must have a value"};
      configs[change.name] = *change.value;
      return {};
    case kOperationDelete:
      configs.erase(change.name);
      return {};
    default:
      return {ErrorCode::kInvalidRequest, change.name + " is not a list to add to or take from"};
  }
}

}  // namespace

DescribeConfigsResponse OnDescribeConfigs(Broker& broker, Call,
                                          const DescribeConfigsRequest& request) {
  DescribeConfigsResponse response;
  for (const DescribeConfigsResource& resource : request.resources) {
    auto& answer = response.results.emplace_back();
    answer.resource_type = resource.resource_type;
    answer.resource_name = resource.resource_name;
    if (resource.resource_type == kResourceTopic) {
      DescribeTopic(broker, request, resource, answer);
    } else if (resource.resource_type == kResourceBroker) {
      DescribeBroker(broker, resource, answer);
    } else {
      answer.error_code = ErrorCode::kInvalidRequest;
      answer.error_message = "settings of topics (2) and of the broker (4) can be described";
    }
  }
  return response;
}

AlterConfigsResponse OnAlterConfigs(Broker& broker, Call, const AlterConfigsRequest& request) {
  AlterConfigsResponse response;
  for (const AlterConfigsResource& resource : request.resources) {
    const auto replace = [&](log::TopicConfigs& configs) -> ConfigRefusal {
      configs.clear();
      for (const AlterableConfig& config : resource.configs) {
        if (config.value) configs[config.name] = *config.value;
      }
      return {};
    };
    response.responses.push_back(
        Answer(resource.resource_type, resource.resource_name,
               Change(broker, resource.resource_type, resource.resource_name, request.validate_only,
                      replace)));
  }
  return response;
}

IncrementalAlterConfigsResponse OnIncrementalAlterConfigs(
    Broker& broker, Call, const IncrementalAlterConfigsRequest& request) {
  IncrementalAlterConfigsResponse response;
  for (const IncrementalAlterConfigsResource& resource : request.resources) {
    const auto apply = [&](log::TopicConfigs& configs) -> ConfigRefusal {
      for (const IncrementalAlterableConfig& change : resource.configs) {
        if (ConfigRefusal refusal = ApplyChange(change, configs);
            refusal.code != ErrorCode::kNone) {
          return refusal;
        }
      }
      return {};
    };
    response.responses.push_back(
        Answer(resource.resource_type, resource.resource_name,
               Change(broker, resource.resource_type, resource.resource_name, request.validate_only,
                      apply)));
  }
  return response;
}

}  // namespace gamevents::broker
