#include "core/kafka/admin.h"

#include "core/base/text.h"
#include "core/kafka/admin_client.h"
#include "core/kafka/configuration.h"
#include "core/kafka/error.h"
#include "core/kafka/handles.h"
#include "core/kafka/in_process_broker.h"
#include "core/kafka/query.h"
#include "core/kafka/reading_errors.h"

#include <algorithm>
#include <string_view>
#include <thread>
#include <utility>

namespace gamevents::kafka {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// How long to leave a cluster alone that has made a topic and does not show it yet.
constexpr milliseconds kShownWait{20};
// How many topics a message names.
constexpr size_t kTopicsNamedMax = 20;

// What the cluster said of the one topic that was asked for.
Status TopicOutcome(rd_kafka_event_t* event, const ConnectionErrors& connection_errors) {
  size_t count = 0;
  const auto* created = rd_kafka_event_CreateTopics_result(event);
  const auto* topics = rd_kafka_CreateTopics_result_topics(created, &count);
  if (count != 1) return Error{Fault::kCorrupt, "the broker answered for another topic"};
  const auto topic_code = rd_kafka_topic_result_error(topics[0]);
  if (topic_code == RD_KAFKA_RESP_ERR_NO_ERROR) return Done{};
  const char* text = rd_kafka_topic_result_error_string(topics[0]);
  return NoAnswer(topic_code, connection_errors, text == nullptr ? "" : text);
}

Result<NewTopicHandle> MakeNewTopic(const NewTopic& topic) {
  if (topic.name.empty()) return Error{Fault::kBadInput, "a topic needs a name"};
  char text[512] = "";
  NewTopicHandle wanted(rd_kafka_NewTopic_new(topic.name.c_str(), topic.partitions,
                                              topic.replication_factor, text, sizeof text));
  if (!wanted) return Error{Fault::kBadInput, text};
  for (const auto& [name, value] : topic.settings) {
    const auto code = rd_kafka_NewTopic_set_config(wanted.get(), name.c_str(), value.c_str());
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return KafkaError(code).In(name);
  }
  return wanted;
}

Status AskToCreate(const AdminClient& client, const NewTopic& topic) {
  const auto wanted = MakeNewTopic(topic);
  if (!wanted) return Error(wanted.error());
  rd_kafka_NewTopic_t* topics[] = {wanted->get()};
  const auto answer = client.Call(
      RD_KAFKA_ADMIN_OP_CREATETOPICS,
      [&](rd_kafka_t* handle, const rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* replies) {
        rd_kafka_CreateTopics(handle, topics, 1, options, replies);
      });
  if (!answer) return Error(answer.error());
  return TopicOutcome(answer->get(), client.connection_errors());
}

// The controller has made it; the brokers learn of it a moment later.
Status WaitUntilShown(const Query& query, int32_t partitions) {
  while (true) {
    auto shown = FindPartitions(query);
    if (shown && shown->size() >= static_cast<size_t>(partitions)) return Done{};
    if (!shown && shown.error().fault != Fault::kNotFound) return std::move(shown).error();
    if (steady_clock::now() + kShownWait >= query.deadline) {
      return Error{Fault::kUnavailable,
                   "it was created, but the cluster does not show it within the timeout"};
    }
    std::this_thread::sleep_for(kShownWait);
  }
}

// "there are eventsForm, game (did you mean game?)". Topics that Kafka and its tools keep for
// themselves are not named.
std::string AlternativesTo(const std::string& topic, std::vector<std::string> names) {
  std::erase_if(names, [](const std::string& name) { return name.starts_with("__"); });
  if (names.empty()) return "there is none at all yet";
  std::string text = names.size() == 1 ? "there is " : "there are ";
  for (size_t i = 0; i < std::min(names.size(), kTopicsNamedMax); ++i) {
    text.append(i == 0 ? "" : ", ").append(names[i]);
  }
  if (names.size() > kTopicsNamedMax) {
    text += " and " + std::to_string(names.size() - kTopicsNamedMax) + " more";
  }
  const std::vector<std::string_view> candidates(names.begin(), names.end());
  if (const auto nearest = NearestWord(topic, candidates)) {
    text.append(" (did you mean ").append(*nearest).append("?)");
  }
  return text;
}

}  // namespace

Status CheckNewTopic(const NewTopic& topic) {
  if (auto wanted = MakeNewTopic(topic); !wanted) return std::move(wanted).error();
  return Done{};
}

Status CreateTopic(const ClientOptions& options, const NewTopic& topic) {
  if (options.in_process != nullptr) return options.in_process->CreateTopic(topic);
  const std::string where = "create topic " + topic.name;
  AdminClient client(options);
  if (auto opened = client.Open(); !opened) return std::move(opened).error().In(where);
  if (auto created = AskToCreate(client, topic); !created) {
    return std::move(created).error().In(where);
  }
  if (auto shown = WaitUntilShown(client.Asking(topic.name), topic.partitions); !shown) {
    return std::move(shown).error().In(where);
  }
  return Done{};
}

Result<TopicDescription> DescribeTopic(const ClientOptions& options, const std::string& topic) {
  if (options.in_process != nullptr) return options.in_process->DescribeTopic(topic);
  AdminClient client(options);
  if (auto opened = client.Open(); !opened) return std::move(opened).error().In("topic " + topic);
  auto partitions = FindPartitions(client.Asking(topic));
  if (!partitions) return std::move(partitions).error();
  return TopicDescription{topic, std::move(*partitions)};
}

Result<std::string> FindClusterId(const ClientOptions& options) {
  constexpr std::string_view kWhere = "the cluster's id";
  AdminClient client(options);
  if (auto opened = client.Open(); !opened) return std::move(opened).error().In(kWhere);
  const LibraryText id(
      rd_kafka_clusterid(client.handle(), static_cast<int>(options.timeout.count())));
  if (id) return std::string(id.get());
  return NoAnswer(RD_KAFKA_RESP_ERR__TIMED_OUT, client.connection_errors()).In(kWhere);
}

Result<std::vector<std::string>> ListTopics(const ClientOptions& options) {
  AdminClient client(options);
  if (auto opened = client.Open(); !opened) return std::move(opened).error();
  const std::string none;
  return ListTopics(client.Asking(none));
}

Error NameTopics(Error error, const ClientOptions& options, const std::string& topic) {
  if (error.fault != Fault::kNotFound || !error.context.ends_with(NoSuchTopic(topic).context))
    return error;
  auto names = ListTopics(options);
  if (!names || std::ranges::binary_search(*names, topic)) return error;
  error.context += "; " + AlternativesTo(topic, std::move(*names));
  return error;
}

}  // namespace gamevents::kafka
