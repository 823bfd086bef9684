#include "core/kafka/topic_admin.h"

#include "core/kafka/admin_client.h"
#include "core/kafka/configuration.h"
#include "core/kafka/error.h"
#include "core/kafka/reading_errors.h"

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

namespace gamevents::kafka {
namespace {

// How long to leave a cluster alone that still shows what it has deleted.
constexpr std::chrono::milliseconds kGoneWait{20};

ConfigResource ResourceOf(const std::string& topic) {
  return ConfigResource(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str()));
}

// What the broker says of the one resource that was asked about.
Result<const rd_kafka_ConfigResource_t*> TheResource(
    const rd_kafka_ConfigResource_t* const* resources, size_t count, const std::string& topic) {
  if (count != 1) return Error{Fault::kCorrupt, "the broker answered for another topic"};
  const auto code = rd_kafka_ConfigResource_error(resources[0]);
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return resources[0];
  if (code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) return NoSuchTopic(topic);
  const char* text = rd_kafka_ConfigResource_error_string(resources[0]);
  return KafkaError(code, text == nullptr ? "" : text);
}

Result<std::vector<TopicSetting>> SettingsOf(const AdminClient& client, const std::string& topic) {
  const ConfigResource resource = ResourceOf(topic);
  rd_kafka_ConfigResource_t* asked[] = {resource.get()};
  const auto answer = client.Call(
      RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS,
      [&](rd_kafka_t* handle, const rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* replies) {
        rd_kafka_DescribeConfigs(handle, asked, 1, options, replies);
      });
  if (!answer) return Error(answer.error());
  size_t count = 0;
  const auto* result = rd_kafka_event_DescribeConfigs_result(answer->get());
  const auto* resources = rd_kafka_DescribeConfigs_result_resources(result, &count);
  auto described = TheResource(resources, count, topic);
  if (!described) return std::move(described).error();
  const auto* entries = rd_kafka_ConfigResource_configs(*described, &count);
  std::vector<TopicSetting> settings;
  for (size_t i = 0; i < count; ++i) {
    const char* value = rd_kafka_ConfigEntry_value(entries[i]);
    settings.push_back(
        {rd_kafka_ConfigEntry_name(entries[i]), value == nullptr ? "" : value,
         rd_kafka_ConfigEntry_source(entries[i]) != RD_KAFKA_CONFIG_SOURCE_DYNAMIC_TOPIC_CONFIG});
  }
  std::ranges::sort(settings, {}, &TopicSetting::name);
  return settings;
}

Status SetSettings(const AdminClient& client, const std::string& topic,
                   const std::map<std::string, std::string>& settings) {
  const ConfigResource resource = ResourceOf(topic);
  for (const auto& [name, value] : settings) {
    const auto code =
        rd_kafka_ConfigResource_set_config(resource.get(), name.c_str(), value.c_str());
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return KafkaError(code).In(name);
  }
  rd_kafka_ConfigResource_t* asked[] = {resource.get()};
  const auto answer = client.Call(
      RD_KAFKA_ADMIN_OP_ALTERCONFIGS,
      [&](rd_kafka_t* handle, const rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* replies) {
        rd_kafka_AlterConfigs(handle, asked, 1, options, replies);
      });
  if (!answer) return Error(answer.error());
  size_t count = 0;
  const auto* result = rd_kafka_event_AlterConfigs_result(answer->get());
  const auto* resources = rd_kafka_AlterConfigs_result_resources(result, &count);
  auto altered = TheResource(resources, count, topic);
  if (!altered) return std::move(altered).error();
  return Done{};
}

Status AskToDelete(const AdminClient& client, const std::string& topic) {
  const TopicToDelete wanted(rd_kafka_DeleteTopic_new(topic.c_str()));
  rd_kafka_DeleteTopic_t* topics[] = {wanted.get()};
  const auto answer = client.Call(
      RD_KAFKA_ADMIN_OP_DELETETOPICS,
      [&](rd_kafka_t* handle, const rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* replies) {
        rd_kafka_DeleteTopics(handle, topics, 1, options, replies);
      });
  if (!answer) return Error(answer.error());
  size_t count = 0;
  const auto* results = rd_kafka_DeleteTopics_result_topics(
      rd_kafka_event_DeleteTopics_result(answer->get()), &count);
  if (count != 1) return Error{Fault::kCorrupt, "the broker answered for another topic"};
  const auto code = rd_kafka_topic_result_error(results[0]);
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return Done{};
  if (code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) return NoSuchTopic(topic);
  const char* text = rd_kafka_topic_result_error_string(results[0]);
  return NoAnswer(code, client.connection_errors(), text == nullptr ? "" : text);
}

// The controller has deleted it; the brokers learn of it a moment later.
Status WaitUntilGone(const AdminClient& client, const std::string& topic) {
  const Query query = client.Asking(topic);
  while (true) {
    auto names = ListTopics(query);
    if (!names) return std::move(names).error();
    if (!std::ranges::binary_search(*names, topic)) return Done{};
    if (std::chrono::steady_clock::now() + kGoneWait >= query.deadline) {
      return Error{Fault::kUnavailable,
                   "it was deleted, but the cluster still shows it after the timeout"};
    }
    std::this_thread::sleep_for(kGoneWait);
  }
}

}  // namespace

Result<std::vector<TopicSetting>> DescribeTopicSettings(const ClientOptions& options,
                                                        const std::string& topic) {
  AdminClient client(options);
  if (auto opened = client.Open(); !opened) return std::move(opened).error();
  return SettingsOf(client, topic);
}

Status AlterTopicSettings(const ClientOptions& options, const std::string& topic,
                          const std::map<std::string, std::optional<std::string>>& changes) {
  const std::string where = "alter topic " + topic;
  AdminClient client(options);
  if (auto opened = client.Open(); !opened) return std::move(opened).error().In(where);
  auto before = SettingsOf(client, topic);
  if (!before && before.error().fault == Fault::kNotFound) return std::move(before).error();
  if (!before) return std::move(before).error().In(where);
  std::map<std::string, std::string> settings;
  for (const TopicSetting& setting : *before) {
    if (!setting.is_default) settings[setting.name] = setting.value;
  }
  for (const auto& [name, value] : changes) {
    if (value) {
      settings[name] = *value;
    } else {
      settings.erase(name);
    }
  }
  if (auto set = SetSettings(client, topic, settings); !set) {
    return std::move(set).error().In(where);
  }
  return Done{};
}

Status DeleteTopic(const ClientOptions& options, const std::string& topic) {
  const std::string where = "delete topic " + topic;
  AdminClient client(options);
  if (auto opened = client.Open(); !opened) return std::move(opened).error().In(where);
  if (auto deleted = AskToDelete(client, topic); !deleted) {
    return deleted.error().fault == Fault::kNotFound ? std::move(deleted).error()
                                                     : std::move(deleted).error().In(where);
  }
  if (auto gone = WaitUntilGone(client, topic); !gone) return std::move(gone).error().In(where);
  return Done{};
}

}  // namespace gamevents::kafka
