// How far groups have come: commit, fetch, delete.

#include "core/broker/await_callback.h"
#include "core/broker/handlers/authorize.h"

#include <map>
#include <utility>

namespace gamevents::broker {
namespace {

constexpr int16_t kFetchSaysGroupError = 2;
constexpr int16_t kFetchManyGroups = 8;
constexpr int16_t kCommitSaysNotFound = 9;  // KIP-848

// Why the caller may not touch what a group committed for the topic; kNone when it may.
ErrorCode RefusalOf(const Call& call, const std::string& topic) {
  if (!MayAsk(call)) return ErrorCode::kGroupAuthorizationFailed;
  return MayUse(call, topic) ? ErrorCode::kNone : ErrorCode::kTopicAuthorizationFailed;
}

// One group's offsets by topic; with `wanted`, an entry for each that was asked for, -1 where
// nothing was committed.
template <class TopicAnswer, class TopicsWanted>
std::vector<TopicAnswer> OffsetsByTopic(const Broker& broker, const Call& call,
                                        const std::string& group,
                                        const std::optional<TopicsWanted>& wanted) {
  std::map<TopicPartition, CommittedOffset> found;
  std::vector<TopicPartition> asked;
  if (wanted) {
    for (const auto& topic : *wanted) {
      for (const int32_t partition : topic.partition_indexes)
        asked.push_back({topic.name, partition});
    }
  }
  for (CommittedOffset& offset : broker.groups->Offsets(group, wanted ? &asked : nullptr)) {
    TopicPartition key{offset.topic, offset.partition};
    found.emplace(std::move(key), std::move(offset));
  }
  std::vector<TopicAnswer> topics;
  const auto add = [&](const TopicPartition& key, ErrorCode refusal) {
    auto& partition = topics.back().partitions.emplace_back();
    partition.partition_index = key.partition;
    partition.committed_offset = -1;
    partition.metadata = "";
    partition.error_code = refusal;
    if (refusal != ErrorCode::kNone) return;
    const auto offset = found.find(key);
    if (offset == found.end()) return;
    partition.committed_offset = offset->second.offset;
    partition.committed_leader_epoch = offset->second.leader_epoch;
    partition.metadata = offset->second.metadata;
  };
  if (wanted) {
    for (const auto& topic : *wanted) {
      topics.emplace_back().name = topic.name;
      const ErrorCode refusal = RefusalOf(call, topic.name);
      for (const int32_t partition : topic.partition_indexes) add({topic.name, partition}, refusal);
    }
    return topics;
  }
  for (const auto& [key, offset] : found) {
    if (!MayUse(call, key.topic)) continue;
    if (topics.empty() || topics.back().name != key.topic) topics.emplace_back().name = key.topic;
    add(key, ErrorCode::kNone);
  }
  return topics;
}

}  // namespace

asio::awaitable<Reply> OnOffsetCommit(Broker& broker, Call call,
                                      const OffsetCommitRequest& request) {
  CommitCall commit;
  commit.group = request.group_id;
  commit.member_id = request.member_id;
  commit.instance_id = request.group_instance_id;
  commit.generation = request.generation_id_or_member_epoch;
  OffsetCommitResponse response;
  // The code of each offset, or where the coordinator's answer will have it.
  std::vector<OffsetCommitResponsePartition*> places;
  response.topics.reserve(request.topics.size());
  for (const OffsetCommitRequestTopic& topic : request.topics) {
    // Of a topic that is there and no partitions there is nothing to say.
    if (topic.partitions.empty() && broker.logs.Find(topic.name)) continue;
    auto& topic_answer = response.topics.emplace_back();
    topic_answer.name = topic.name;
    topic_answer.partitions.resize(topic.partitions.size());
    const ErrorCode refusal = RefusalOf(call, topic.name);
    const Uuid id = broker.logs.IdOf(topic.name).value_or(Uuid{});
    for (size_t p = 0; p < topic.partitions.size(); ++p) {
      const OffsetCommitRequestPartition& partition = topic.partitions[p];
      OffsetCommitResponsePartition& answer = topic_answer.partitions[p];
      answer.partition_index = partition.partition_index;
      if (refusal != ErrorCode::kNone) {
        answer.error_code = refusal;
        continue;
      }
      if (id == Uuid{}) {
        answer.error_code = ErrorCode::kUnknownTopicOrPartition;
        continue;
      }
      places.push_back(&answer);
      commit.offsets.push_back({topic.name, partition.partition_index, partition.committed_offset,
                                partition.committed_leader_epoch,
                                partition.committed_metadata.value_or(""), id});
    }
  }
  const auto codes = co_await AwaitCallback<std::vector<ErrorCode>>(
      [&](auto done) { broker.groups->Commit(commit, std::move(done)); });
  for (size_t i = 0; i < places.size(); ++i) {
    places[i]->error_code = codes[i];
    if (codes[i] == ErrorCode::kGroupIdNotFound && call.header.api_version < kCommitSaysNotFound) {
      places[i]->error_code = ErrorCode::kIllegalGeneration;
    }
  }
  co_return ReplyWith(call, response);
}

OffsetFetchResponse OnOffsetFetch(Broker& broker, Call call, const OffsetFetchRequest& request) {
  OffsetFetchResponse response;
  if (call.header.api_version < kFetchManyGroups) {
    if (!MayAsk(call) && call.header.api_version >= kFetchSaysGroupError) {
      response.error_code = ErrorCode::kGroupAuthorizationFailed;
      return response;
    }
    response.topics =
        OffsetsByTopic<OffsetFetchResponseTopic>(broker, call, request.group_id, request.topics);
    return response;
  }
  for (const OffsetFetchRequestGroup& group : request.groups) {
    auto& answer = response.groups.emplace_back();
    answer.group_id = group.group_id;
    if (!MayAsk(call)) {
      answer.error_code = ErrorCode::kGroupAuthorizationFailed;
      continue;
    }
    answer.topics =
        OffsetsByTopic<OffsetFetchResponseTopics>(broker, call, group.group_id, group.topics);
  }
  return response;
}

asio::awaitable<Reply> OnOffsetDelete(Broker& broker, Call call,
                                      const OffsetDeleteRequest& request) {
  OffsetDeleteResponse response;
  if (!MayAsk(call)) {
    response.error_code = ErrorCode::kGroupAuthorizationFailed;
    co_return ReplyWith(call, response);
  }
  // Those that are there, and the places of their answers, which have room before they are named.
  std::vector<TopicPartition> partitions;
  std::vector<OffsetDeleteResponsePartition*> places;
  response.topics.reserve(request.topics.size());
  for (const OffsetDeleteRequestTopic& topic : request.topics) {
    // Of a topic that is there and no partitions there is nothing to say.
    if (topic.partitions.empty() && broker.logs.Find(topic.name)) continue;
    auto& topic_answer = response.topics.emplace_back();
    topic_answer.name = topic.name;
    topic_answer.partitions.resize(topic.partitions.size());
    for (size_t p = 0; p < topic.partitions.size(); ++p) {
      const int32_t index = topic.partitions[p].partition_index;
      OffsetDeleteResponsePartition& answer = topic_answer.partitions[p];
      answer.partition_index = index;
      answer.error_code = RefusalOf(call, topic.name);
      if (answer.error_code != ErrorCode::kNone) continue;
      if (broker.logs.Partition(topic.name, index) == nullptr) {
        answer.error_code = ErrorCode::kUnknownTopicOrPartition;
        continue;
      }
      partitions.push_back({topic.name, index});
      places.push_back(&answer);
    }
  }
  using Codes = std::pair<std::vector<ErrorCode>, ErrorCode>;
  const Codes codes = co_await AwaitCallback<Codes>([&](auto done) {
    broker.groups->DeleteOffsets(
        request.group_id, partitions,
        [done = std::move(done)](std::vector<ErrorCode> each, ErrorCode group) {
          done(Codes{std::move(each), group});
        });
  });
  response.error_code = codes.second;
  if (codes.second != ErrorCode::kNone) {
    response.topics.clear();
  } else {
    for (size_t i = 0; i < places.size(); ++i) places[i]->error_code = codes.first[i];
  }
  co_return ReplyWith(call, response);
}

}  // namespace gamevents::broker
