// Settings of topics, which can be changed, and of the broker, which can be read.

#include "core/base/ascii.h"
#include "core/broker/handlers/authorize.h"

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gamevents::broker {
namespace {

// Resource types and operations as the protocol numbers them.
constexpr int8_t kResourceTopic = 2;
constexpr int8_t kResourceBroker = 4;
constexpr int8_t kOperationSet = 0;
constexpr int8_t kOperationDelete = 1;
constexpr int8_t kOperationSubtract = 3;  // And 2, append.

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

ErrorCode CodeOfMissing(const std::string& topic) {
  return log::CheckTopicName(topic) ? ErrorCode::kUnknownTopicOrPartition
                                    : ErrorCode::kInvalidTopicException;
}

void DescribeTopic(const Broker& broker, const DescribeConfigsRequest& request,
                   const DescribeConfigsResource& resource, DescribeConfigsResult& answer) {
  const auto topic = broker.logs.Find(resource.resource_name);
  if (!topic) {
    answer.error_code = CodeOfMissing(resource.resource_name);
    return;
  }
  for (const log::TopicConfigKey& key : log::TopicConfigKeys()) {
    if (!Wanted(resource, key.name)) continue;
    const bool own = topic->configs.contains(key.name);
    auto& described = answer.configs.emplace_back();
    described.name = key.name;
    described.value = log::TopicConfigValue(key, broker.logs.defaults(), topic->configs);
    described.config_source = own ? kSourceTopic : kSourceDefault;
    described.config_type = static_cast<int8_t>(key.type);
    if (request.include_documentation) described.documentation = std::string(key.help);
    if (!request.include_synonyms) continue;
    if (own) described.synonyms.push_back({described.name, described.value, kSourceTopic});
    described.synonyms.push_back(
        {described.name, key.print(broker.logs.defaults()), kSourceDefault});
  }
}

// The name "" means what is set for all brokers while they run: nothing can be.
void DescribeBroker(const Broker& broker, const DescribeConfigsRequest& request,
                    const DescribeConfigsResource& resource, DescribeConfigsResult& answer) {
  if (resource.resource_name.empty()) return;
  if (resource.resource_name != std::to_string(broker.options.node_id)) {
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
    if (!request.include_synonyms) continue;
    described.synonyms.push_back({described.name, described.value, kSourceStaticBroker});
  }
}

struct ConfigRefusal {
  ErrorCode code = ErrorCode::kNone;
  std::string message{};
};

// Why the caller may not do what it asks for with the settings of this resource, if so.
ConfigRefusal CheckMay(const Call& call, int8_t type, const std::string& name) {
  if (type == kResourceTopic && !MayUse(call, name)) {
    return {ErrorCode::kTopicAuthorizationFailed, "the user's roles for this topic do not do"};
  }
  if (type == kResourceBroker && !Has(call, Need::kCluster)) {
    return {ErrorCode::kClusterAuthorizationFailed, "the user is no admin of the cluster"};
  }
  return {};
}

// Sets a topic's own configs to what `change` makes of them.
ConfigRefusal Change(Broker& broker, const Call& call, int8_t type, const std::string& name,
                     bool validate_only,
                     const std::function<ConfigRefusal(log::TopicConfigs&)>& change) {
  if (auto may = CheckMay(call, type, name); may.code != ErrorCode::kNone) return may;
  if (type != kResourceTopic) {
    return {ErrorCode::kInvalidRequest,
            "only a topic's settings can be changed here; the broker's are in its configuration"};
  }
  if (name.empty()) return {ErrorCode::kInvalidRequest, "a topic must have a name"};
  const auto topic = broker.logs.Find(name);
  if (!topic) return {CodeOfMissing(name), "no such topic"};
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

std::vector<std::string> ListOf(std::string_view text) {
  std::vector<std::string> items;
  for (size_t at = 0; at <= text.size();) {
    const size_t end = std::min(text.find(',', at), text.size());
    const std::string_view item = Trim(text.substr(at, end - at));
    if (!item.empty()) items.emplace_back(item);
    at = end + 1;
  }
  return items;
}

// A list with what `change` adds to it or takes from it; adding what is there changes nothing.
std::string ChangedList(const std::string& before, const IncrementalAlterableConfig& change) {
  std::vector<std::string> items = ListOf(before);
  const std::vector<std::string> named = ListOf(*change.value);
  if (change.config_operation == kOperationSubtract) {
    const std::set<std::string> taken(named.begin(), named.end());
    std::erase_if(items, [&](const std::string& item) { return taken.contains(item); });
  } else {
    std::set<std::string> there(items.begin(), items.end());
    for (const std::string& item : named) {
      if (there.insert(item).second) items.push_back(item);
    }
  }
  std::string text;
  for (const std::string& item : items) text += (text.empty() ? "" : ",") + item;
  return text;
}

ConfigRefusal ApplyChange(const Broker& broker, const IncrementalAlterableConfig& change,
                          log::TopicConfigs& configs) {
  if (change.config_operation < kOperationSet || change.config_operation > kOperationSubtract) {
    return {ErrorCode::kInvalidRequest,
            "there is no operation " + std::to_string(change.config_operation)};
  }
  if (change.config_operation == kOperationDelete) {
    configs.erase(change.name);
    return {};
  }
  if (!change.value) return {ErrorCode::kInvalidRequest, change.name + " must have a value"};
  if (change.config_operation == kOperationSet) {
    configs[change.name] = *change.value;
    return {};
  }
  const auto keys = log::TopicConfigKeys();
  const auto key = std::ranges::find(keys, change.name, &log::TopicConfigKey::name);
  if (key == keys.end() || key->type != log::ConfigType::kList) {
    return {ErrorCode::kInvalidConfig, change.name + " is not a list to add to or take from"};
  }
  if (change.config_operation != kOperationSubtract && ListOf(*change.value).empty()) {
    return {ErrorCode::kInvalidConfig, "there is nothing to add to " + change.name};
  }
  configs[change.name] =
      ChangedList(log::TopicConfigValue(*key, broker.logs.defaults(), configs), change);
  return {};
}

// How often a request names each resource.
using ResourceTimes = std::map<std::pair<int8_t, std::string_view>, int>;

template <class Resource>
ResourceTimes CountResources(const std::vector<Resource>& resources) {
  ResourceTimes times;
  for (const Resource& resource : resources) {
    ++times[{resource.resource_type, resource.resource_name}];
  }
  return times;
}

// A resource, or a key of it, must be named once.
template <class Resource>
ConfigRefusal CheckNamedOnce(const ResourceTimes& times, const Resource& resource) {
  if (times.at({resource.resource_type, resource.resource_name}) > 1) {
    return {ErrorCode::kInvalidRequest, "the request names this resource more than once"};
  }
  std::set<std::string_view> keys;
  for (const auto& config : resource.configs) {
    if (!keys.insert(config.name).second) {
      return {ErrorCode::kInvalidRequest, "the request names " + config.name + " more than once"};
    }
  }
  return {};
}

}  // namespace

DescribeConfigsResponse OnDescribeConfigs(Broker& broker, Call call,
                                          const DescribeConfigsRequest& request) {
  DescribeConfigsResponse response;
  for (const DescribeConfigsResource& resource : request.resources) {
    auto& answer = response.results.emplace_back();
    answer.resource_type = resource.resource_type;
    answer.resource_name = resource.resource_name;
    auto may = CheckMay(call, resource.resource_type, resource.resource_name);
    if (may.code != ErrorCode::kNone) {
      answer.error_code = may.code;
      answer.error_message = std::move(may.message);
    } else if (resource.resource_type == kResourceTopic) {
      DescribeTopic(broker, request, resource, answer);
    } else if (resource.resource_type == kResourceBroker) {
      DescribeBroker(broker, request, resource, answer);
    } else {
      answer.error_code = ErrorCode::kInvalidRequest;
      answer.error_message = "settings of topics (2) and of the broker (4) can be described";
    }
  }
  return response;
}

AlterConfigsResponse OnAlterConfigs(Broker& broker, Call call, const AlterConfigsRequest& request) {
  AlterConfigsResponse response;
  const ResourceTimes times = CountResources(request.resources);
  for (const AlterConfigsResource& resource : request.resources) {
    const auto replace = [&](log::TopicConfigs& configs) -> ConfigRefusal {
      ConfigRefusal refusal = CheckNamedOnce(times, resource);
      configs.clear();
      for (const AlterableConfig& config : resource.configs) {
        if (!config.value) return {ErrorCode::kInvalidRequest, config.name + " must have a value"};
        configs[config.name] = *config.value;
      }
      return refusal;
    };
    response.responses.push_back(
        Answer(resource.resource_type, resource.resource_name,
               Change(broker, call, resource.resource_type, resource.resource_name,
                      request.validate_only, replace)));
  }
  return response;
}

IncrementalAlterConfigsResponse OnIncrementalAlterConfigs(
    Broker& broker, Call call, const IncrementalAlterConfigsRequest& request) {
  IncrementalAlterConfigsResponse response;
  const ResourceTimes times = CountResources(request.resources);
  for (const IncrementalAlterConfigsResource& resource : request.resources) {
    // This comes before the question what the resource is; in AlterConfigs it does not.
    if (auto twice = CheckNamedOnce(times, resource); twice.code != ErrorCode::kNone) {
      response.responses.push_back(
          Answer(resource.resource_type, resource.resource_name, std::move(twice)));
      continue;
    }
    const auto apply = [&](log::TopicConfigs& configs) -> ConfigRefusal {
      ConfigRefusal refusal;
      for (const IncrementalAlterableConfig& change : resource.configs) {
        if (refusal.code != ErrorCode::kNone) return refusal;
        refusal = ApplyChange(broker, change, configs);
      }
      return refusal;
    };
    response.responses.push_back(
        Answer(resource.resource_type, resource.resource_name,
               Change(broker, call, resource.resource_type, resource.resource_name,
                      request.validate_only, apply)));
  }
  return response;
}

}  // namespace gamevents::broker
