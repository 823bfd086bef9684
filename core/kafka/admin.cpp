#include "core/kafka/admin.h"

#include "core/base/text.h"
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

constexpr Promise kAdminPromises[] = {
    {"allow.auto.create.topics", "false", "asking for a topic does not create it"},
};

// A consumer's handle, because a producer's creates the topics that it asks about.
Result<Handle> OpenAdmin(const ClientOptions& options, ConnectionErrors& connection_errors) {
  const Properties settings = {{"allow.auto.create.topics", "false"}};
  return OpenHandle(RD_KAFKA_CONSUMER, options, settings, kAdminPromises, connection_errors);
}

// What the cluster said of the one topic that was asked for.
Status TopicOutcome(rd_kafka_event_t* event, const ConnectionErrors& connection_errors) {
  const auto code = rd_kafka_event_error(event);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return NoAnswer(code, connection_errors, rd_kafka_event_error_string(event));
  }
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
  return wanted;
}

Status AskToCreate(const Query& query, const NewTopic& topic) {
  const auto wanted = MakeNewTopic(topic);
  if (!wanted) return Error(wanted.error());

  char text[512] = "";
  const AdminOptions options(
      rd_kafka_AdminOptions_new(query.handle, RD_KAFKA_ADMIN_OP_CREATETOPICS));
  const int timeout_ms = query.LeftMs();
  if (rd_kafka_AdminOptions_set_request_timeout(options.get(), timeout_ms, text, sizeof text) !=
          RD_KAFKA_RESP_ERR_NO_ERROR ||
      rd_kafka_AdminOptions_set_operation_timeout(options.get(), timeout_ms, text, sizeof text) !=
          RD_KAFKA_RESP_ERR_NO_ERROR) {
    return Error{Fault::kBadInput, text};
  }
  const Queue replies(rd_kafka_queue_new(query.handle));
  rd_kafka_NewTopic_t* topics[] = {wanted->get()};
  rd_kafka_CreateTopics(query.handle, topics, 1, options.get(), replies.get());
  // The request's own timeout answers first; the extra second is for its way through the queue.
  const Event event(rd_kafka_queue_poll(replies.get(), timeout_ms + 1'000));
  if (!event) return NoAnswer(RD_KAFKA_RESP_ERR__TIMED_OUT, query.connection_errors);
  return TopicOutcome(event.get(), query.connection_errors);
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
  ConnectionErrors connection_errors(options.brokers);
  auto handle = OpenAdmin(options, connection_errors);
  if (!handle) return std::move(handle).error().In(where);
  const Query query{handle->get(), topic.name, connection_errors,
                    steady_clock::now() + options.timeout};
  if (auto created = AskToCreate(query, topic); !created) {
    return std::move(created).error().In(where);
  }
  if (auto shown = WaitUntilShown(query, topic.partitions); !shown) {
    return std::move(shown).error().In(where);
  }
  return Done{};
}

Result<TopicDescription> DescribeTopic(const ClientOptions& options, const std::string& topic) {
  if (options.in_process != nullptr) return options.in_process->DescribeTopic(topic);
  ConnectionErrors connection_errors(options.brokers);
  auto handle = OpenAdmin(options, connection_errors);
  if (!handle) return std::move(handle).error().In("topic " + topic);
  const Query query{handle->get(), topic, connection_errors, steady_clock::now() + options.timeout};
  auto partitions = FindPartitions(query);
  if (!partitions) return std::move(partitions).error();
  return TopicDescription{topic, std::move(*partitions)};
}

Result<std::string> FindClusterId(const ClientOptions& options) {
  ConnectionErrors connection_errors(options.brokers);
  auto handle = OpenAdmin(options, connection_errors);
  if (!handle) return std::move(handle).error().In("the cluster's id");
  const LibraryText id(
      rd_kafka_clusterid(handle->get(), static_cast<int>(options.timeout.count())));
  if (id) return std::string(id.get());
  return NoAnswer(RD_KAFKA_RESP_ERR__TIMED_OUT, connection_errors).In("the cluster's id");
}

Error NameTopics(Error error, const ClientOptions& options, const std::string& topic) {
  if (error.fault != Fault::kNotFound || !error.context.ends_with(NoSuchTopic(topic).context))
    return error;
  ConnectionErrors connection_errors(options.brokers);
  auto handle = OpenAdmin(options, connection_errors);
  if (!handle) return error;
  const Query query{handle->get(), topic, connection_errors, steady_clock::now() + options.timeout};
  auto names = ListTopics(query);
  if (!names || std::ranges::binary_search(*names, topic)) return error;
  error.context += "; " + AlternativesTo(topic, std::move(*names));
  return error;
}

}  // namespace gamevents::kafka
