// Making and removing topics and partitions.

#include "core/base/notes.h"
#include "core/broker/await_callback.h"
#include "core/broker/handlers/authorize.h"
#include "core/broker/topic_creation.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace gamevents::broker {
namespace {

constexpr int32_t kDefault = -1;
constexpr const char* kNamedTwice = "the request names this topic more than once";
constexpr const char* kNotAdmin = "the user has no role admin for this topic";

struct TopicRefusal {
  ErrorCode code;
  std::string message;
};

TopicRefusal Because(ErrorCode code, std::string message) { return {code, std::move(message)}; }

// An assignment by hand can only say what would be done anyway: every partition here, once.
std::optional<TopicRefusal> CheckAssignments(const Broker& broker, const CreatableTopic& topic) {
  if (topic.num_partitions != kDefault || topic.replication_factor != kDefault) {
    return Because(ErrorCode::kInvalidRequest,
                   "with an assignment, partitions and replication factor must both be -1");
  }
  std::set<int32_t> seen;
  for (const CreatableReplicaAssignment& assignment : topic.assignments) {
    seen.insert(assignment.partition_index);
    if (assignment.broker_ids != std::vector<int32_t>{broker.options.node_id}) {
      return Because(ErrorCode::kInvalidReplicaAssignment,
                     "the only broker is " + std::to_string(broker.options.node_id));
    }
  }
  const auto count = static_cast<int32_t>(topic.assignments.size());
  if (static_cast<int32_t>(seen.size()) != count || *seen.begin() != 0 ||
      *seen.rbegin() != count - 1) {
    return Because(ErrorCode::kInvalidReplicaAssignment,
                   "partitions must be numbered from 0 without gaps");
  }
  return std::nullopt;
}

std::optional<TopicRefusal> CheckCounts(const Broker& broker, const CreatableTopic& topic) {
  const bool too_few = topic.num_partitions < 1 && topic.num_partitions != kDefault;
  if (too_few || topic.num_partitions > log::kPartitionsMax) {
    return Because(ErrorCode::kInvalidPartitions, "the number of partitions must be from 1 to " +
                                                      std::to_string(log::kPartitionsMax));
  }
  const int16_t replicas = topic.replication_factor;
  if (replicas != kDefault &&
      (replicas < 1 || (replicas > 1 && !broker.options.lenient_replication))) {
    return Because(ErrorCode::kInvalidReplicationFactor,
                   "replication factor " + std::to_string(replicas) +
                       " is not possible on one broker; ask for 1, or set "
                       "embedded.lenient_replication");
  }
  return std::nullopt;
}

std::optional<TopicRefusal> CheckNew(const Broker& broker, const CreatableTopic& topic,
                                     log::TopicConfigs& configs) {
  if (auto name = log::CheckTopicName(topic.name); !name) {
    return Because(ErrorCode::kInvalidTopicException, name.error().context);
  }
  if (broker.logs.Find(topic.name)) {
    return Because(ErrorCode::kTopicAlreadyExists, "Topic '" + topic.name + "' already exists.");
  }
  if (const auto other = CollidesWith(broker, topic.name)) {
    return Because(ErrorCode::kInvalidTopicException,
                   "'" + topic.name + "' collides with existing topic '" + *other + "'");
  }
  if (auto refusal = topic.assignments.empty() ? CheckCounts(broker, topic)
                                               : CheckAssignments(broker, topic)) {
    return refusal;
  }
  for (const CreatableTopicConfig& config : topic.configs) {
    if (!config.value) {
      return Because(ErrorCode::kInvalidConfig, config.name + " must have a value");
    }
    configs[config.name] = *config.value;
  }
  if (auto applied = log::ApplyTopicConfigs(broker.logs.defaults(), configs); !applied) {
    return Because(ErrorCode::kInvalidConfig, applied.error().context);
  }
  return std::nullopt;
}

void DescribeNew(const Broker& broker, const log::TopicConfigs& configs,
                 CreatableTopicResult& answer) {
  answer.replication_factor = 1;
  for (const log::TopicConfigKey& key : log::TopicConfigKeys()) {
    auto& described = answer.configs->emplace_back();
    described.name = key.name;
    described.value = log::TopicConfigValue(key, broker.logs.defaults(), configs);
    described.config_source = configs.contains(key.name) ? kSourceTopic : kSourceDefault;
  }
}

}  // namespace

ErrorCode CodeOfDeletion(const Error& error, ErrorCode otherwise) {
  if (error.fault != Fault::kUnavailable) return otherwise;
  Note(NoteLevel::kWarning, "a client's deletion is refused: " + error.context);
  return ErrorCode::kPolicyViolation;
}

namespace {

// Deletes the topic that the answer is about, as far as that goes without waiting.
void DeleteOne(Broker& broker, DeletableTopicResult& answer) {
  if (!answer.name) {
    answer.error_code = ErrorCode::kUnknownTopicId;
    return;
  }
  if (*answer.name == kOffsetsTopic) {
    answer.error_code = ErrorCode::kInvalidTopicException;
    answer.error_message = "the broker needs this topic";
    return;
  }
  if (const auto id = broker.logs.IdOf(*answer.name)) answer.topic_id = *id;
  if (auto deleted = broker.logs.DeleteTopic(*answer.name); !deleted) {
    answer.error_code = deleted.error().fault == Fault::kNotFound
                            ? ErrorCode::kUnknownTopicOrPartition
                            : CodeOfDeletion(deleted.error(), ErrorCode::kKafkaStorageError);
    answer.error_message = deleted.error().context;
  }
}

// Takes the answers that are to be carried out and may not be. Who may not even see a topic does
// not learn its name from its id.
void RefuseDeletions(const Call& call, std::vector<DeletableTopicResult>& answers) {
  for (DeletableTopicResult& answer : answers) {
    if (answer.error_code != ErrorCode::kNone || !answer.name || MayUse(call, *answer.name)) {
      continue;
    }
    answer.error_code = ErrorCode::kTopicAuthorizationFailed;
    answer.error_message = kNotAdmin;
    if (answer.topic_id != Uuid{} && !Has(call, Need::kSee, *answer.name)) {
      answer.name = std::nullopt;
    }
  }
}

// What the request says about each topic, once for each. An answer without error is to be carried
// out; it has the topic's name, if there is such a topic.
std::vector<DeletableTopicResult> ReadDeletions(const Broker& broker,
                                                const std::vector<DeleteTopicState>& wanted) {
  std::vector<DeletableTopicResult> answers;
  std::map<std::pair<std::string, Uuid>, size_t> places;
  for (const DeleteTopicState& topic : wanted) {
    DeletableTopicResult answer;
    answer.name = topic.name;
    answer.topic_id = topic.topic_id;
    const bool by_id = topic.topic_id != Uuid{};
    if (by_id == topic.name.has_value()) {
      answer.error_code = ErrorCode::kInvalidRequest;
      answer.error_message = by_id ? "a topic is named by its name or its id, not by both"
                                   : "a topic must have a name or an id";
      answers.push_back(std::move(answer));
      continue;
    }
    if (by_id) {
      if (const auto found = broker.logs.FindById(topic.topic_id)) answer.name = found->name;
    }
    const std::pair key(answer.name.value_or(""), answer.name ? Uuid{} : topic.topic_id);
    if (const auto [place, first] = places.emplace(key, answers.size()); !first) {
      answers[place->second].error_code = ErrorCode::kInvalidRequest;
      answers[place->second].error_message = kNamedTwice;
      continue;
    }
    answers.push_back(std::move(answer));
  }
  return answers;
}

// New partitions can only be where the others are: here, once each.
std::optional<TopicRefusal> CheckNewAssignments(const Broker& broker,
                                                const CreatePartitionsTopic& wanted, int32_t now) {
  if (!wanted.assignments) return std::nullopt;
  const auto added = static_cast<size_t>(wanted.count - now);
  if (wanted.assignments->size() != added) {
    return Because(ErrorCode::kInvalidReplicaAssignment,
                   std::to_string(wanted.assignments->size()) + " assignments for " +
                       std::to_string(added) + " new partitions");
  }
  for (const CreatePartitionsAssignment& assignment : *wanted.assignments) {
    if (assignment.broker_ids != std::vector<int32_t>{broker.options.node_id}) {
      return Because(ErrorCode::kInvalidReplicaAssignment,
                     "the only broker is " + std::to_string(broker.options.node_id));
    }
  }
  return std::nullopt;
}

// What keeps a topic from having as many partitions as wanted.
std::optional<TopicRefusal> CheckEnlarged(const Broker& broker, const CreatePartitionsTopic& wanted,
                                          const std::optional<log::Topic>& topic) {
  if (!topic) return Because(ErrorCode::kUnknownTopicOrPartition, "no such topic");
  if (wanted.name == kOffsetsTopic) {
    return Because(ErrorCode::kInvalidTopicException, "the broker made this topic for itself");
  }
  const auto now = static_cast<int32_t>(topic->partitions.size());
  if (wanted.count == now) {
    return Because(ErrorCode::kInvalidPartitions,
                   "Topic already has " + std::to_string(now) + " partition(s).");
  }
  if (wanted.count < now) {
    return Because(ErrorCode::kInvalidPartitions, "Topic currently has " + std::to_string(now) +
                                                      " partitions, which is higher than the " +
                                                      "requested " + std::to_string(wanted.count) +
                                                      ".");
  }
  if (wanted.count > log::kPartitionsMax) {
    return Because(ErrorCode::kInvalidPartitions,
                   "at most " + std::to_string(log::kPartitionsMax) + " are allowed");
  }
  return CheckNewAssignments(broker, wanted, now);
}

CreatePartitionsTopicResult Enlarge(Broker& broker, const CreatePartitionsTopic& wanted,
                                    bool validate_only) {
  CreatePartitionsTopicResult answer;
  answer.name = wanted.name;
  const auto topic = broker.logs.Find(wanted.name);
  if (auto refusal = CheckEnlarged(broker, wanted, topic)) {
    answer.error_code = refusal->code;
    answer.error_message = std::move(refusal->message);
    return answer;
  }
  if (validate_only) return answer;
  if (auto made = broker.logs.CreatePartitions(wanted.name, wanted.count); !made) {
    answer.error_code = CodeOfCreate(broker, made.error().fault, 0,
                                     static_cast<size_t>(wanted.count) - topic->partitions.size());
    answer.error_message = made.error().context;
  }
  return answer;
}

}  // namespace

CreatableTopicResult CreateTopic(Broker& broker, const CreatableTopic& topic, bool validate_only) {
  CreatableTopicResult answer;
  answer.name = topic.name;
  answer.configs.emplace();
  log::TopicConfigs configs;
  if (auto refusal = CheckNew(broker, topic, configs)) {
    answer.error_code = refusal->code;
    answer.error_message = std::move(refusal->message);
    return answer;
  }
  const int32_t count = !topic.assignments.empty() ? static_cast<int32_t>(topic.assignments.size())
                        : topic.num_partitions == kDefault ? broker.options.default_partitions
                                                           : topic.num_partitions;
  if (!validate_only) {
    const auto made = broker.logs.CreateTopic(topic.name, count, configs);
    if (!made) {
      answer.error_code = CodeOfCreate(broker, made.error().fault, 1, static_cast<size_t>(count));
      answer.error_message = made.error().context;
      return answer;
    }
    answer.topic_id = made->id;
  }
  answer.num_partitions = count;
  DescribeNew(broker, configs, answer);
  return answer;
}

// Clients try again after a storage error: the disk, or descriptors, may have room then.
ErrorCode CodeOfCreate(const Broker& broker, Fault fault, size_t topics, size_t partitions) {
  if (fault == Fault::kExists) return ErrorCode::kTopicAlreadyExists;
  if (fault == Fault::kNotFound) return ErrorCode::kUnknownTopicOrPartition;
  if (fault == Fault::kBadInput) return ErrorCode::kInvalidRequest;
  const bool limit = fault == Fault::kFull && !broker.logs.HasRoomFor(topics, partitions);
  return limit ? ErrorCode::kPolicyViolation : ErrorCode::kKafkaStorageError;
}

CreateTopicsResponse OnCreateTopics(Broker& broker, Call call, const CreateTopicsRequest& request) {
  CreateTopicsResponse response;
  std::map<std::string_view, int> times;
  for (const CreatableTopic& topic : request.topics) ++times[topic.name];
  for (const CreatableTopic& topic : request.topics) {
    const int count = std::exchange(times[topic.name], 0);
    if (count == 0) continue;  // Answered with its first mention.
    const bool may = MayUse(call, topic.name);
    if (count == 1 && may) {
      response.topics.push_back(CreateTopic(broker, topic, request.validate_only));
      continue;
    }
    auto& answer = response.topics.emplace_back();
    answer.name = topic.name;
    answer.configs.emplace();
    answer.error_code =
        count > 1 ? ErrorCode::kInvalidRequest : ErrorCode::kTopicAuthorizationFailed;
    answer.error_message = count > 1 ? kNamedTwice : kNotAdmin;
  }
  return response;
}

asio::awaitable<Reply> OnDeleteTopics(Broker& broker, Call call,
                                      const DeleteTopicsRequest& request) {
  DeleteTopicsResponse response;
  std::vector<DeleteTopicState> wanted = request.topics;
  if (call.header.api_version < 6) {
    for (const std::string& name : request.topic_names) wanted.push_back({name, {}});
  }
  response.responses = ReadDeletions(broker, wanted);
  RefuseDeletions(call, response.responses);
  for (DeletableTopicResult& answer : response.responses) {
    if (answer.error_code != ErrorCode::kNone) continue;
    DeleteOne(broker, answer);
    // After an error the topic may be gone as well: something of it could not be removed.
    const bool gone =
        answer.error_code == ErrorCode::kNone ||
        (answer.error_code == ErrorCode::kKafkaStorageError && !broker.logs.IdOf(*answer.name));
    if (!gone) continue;
    const Status forgotten = co_await AwaitCallback<Status>(
        [&](auto done) { broker.groups->ForgetTopic(*answer.name, std::move(done)); });
    if (forgotten || answer.error_code != ErrorCode::kNone) continue;
    answer.error_code = ErrorCode::kKafkaStorageError;
    answer.error_message =
        "the topic is deleted; what groups committed for it is not: " + forgotten.error().context;
  }
  co_return ReplyWith(call, response);
}

CreatePartitionsResponse OnCreatePartitions(Broker& broker, Call call,
                                            const CreatePartitionsRequest& request) {
  CreatePartitionsResponse response;
  std::map<std::string_view, int> times;
  for (const CreatePartitionsTopic& topic : request.topics) ++times[topic.name];
  for (const CreatePartitionsTopic& wanted : request.topics) {
    const int count = std::exchange(times[wanted.name], 0);
    if (count == 0) continue;  // Answered with its first mention.
    if (count == 1 && !MayUse(call, wanted.name)) {
      response.results.push_back({wanted.name, ErrorCode::kTopicAuthorizationFailed, kNotAdmin});
      continue;
    }
    if (count == 1) {
      response.results.push_back(Enlarge(broker, wanted, request.validate_only));
      continue;
    }
    response.results.push_back({wanted.name, ErrorCode::kInvalidRequest, kNamedTwice});
  }
  return response;
}

}  // namespace gamevents::broker
