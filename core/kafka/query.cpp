#include "core/kafka/query.h"

#include "core/kafka/configuration.h"
#include "core/kafka/error.h"
#include "core/kafka/reading_errors.h"

#include <algorithm>
#include <thread>
#include <utility>

namespace gamevents::kafka {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// How long to leave a cluster alone that is still choosing leaders.
constexpr milliseconds kLeaderWait{50};

TopicList MakeList(const std::string& topic, std::span<const int32_t> partitions, int64_t offset) {
  TopicList list(rd_kafka_topic_partition_list_new(static_cast<int>(partitions.size())));
  for (const int32_t partition : partitions) {
    rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), partition)->offset = offset;
  }
  return list;
}

// librdkafka may hand a list back in another order than it was given.
Result<const rd_kafka_topic_partition_t*> Find(const TopicList& list, const std::string& topic,
                                               int32_t partition) {
  const auto* found = rd_kafka_topic_partition_list_find(list.get(), topic.c_str(), partition);
  if (found == nullptr) {
    return Error{Fault::kCorrupt,
                 "the broker left partition " + std::to_string(partition) + " out of its answer"};
  }
  if (found->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return KafkaError(found->err).In("partition " + std::to_string(partition));
  }
  return found;
}

// One look at the topic. An empty vector: it is there, but not every partition has a leader yet.
Result<std::vector<int32_t>> AskForPartitions(const Query& query, rd_kafka_topic_t* topic) {
  const rd_kafka_metadata_t* answer = nullptr;
  const auto code = rd_kafka_metadata(query.handle, 0, topic, &answer, query.LeftMs());
  const Metadata metadata(answer);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return NoAnswer(code, query.connection_errors);

  for (int i = 0; i < metadata->topic_cnt; ++i) {
    const rd_kafka_metadata_topic_t& found = metadata->topics[i];
    if (found.topic != query.topic) continue;
    if (found.err == RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE) return std::vector<int32_t>();
    if (found.err != RD_KAFKA_RESP_ERR_NO_ERROR) return KafkaError(found.err);
    std::vector<int32_t> partitions;
    for (int p = 0; p < found.partition_cnt; ++p) {
      if (found.partitions[p].leader < 0) return std::vector<int32_t>();
      partitions.push_back(found.partitions[p].id);
    }
    std::sort(partitions.begin(), partitions.end());
    return partitions;
  }
  return KafkaError(RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
}

}  // namespace

int Query::LeftMs() const {
  const auto left = std::chrono::duration_cast<milliseconds>(deadline - steady_clock::now());
  return static_cast<int>(std::clamp<int64_t>(left.count(), 1, 3'600'000));
}

Result<std::vector<int32_t>> FindPartitions(const Query& query) {
  const std::string where = "topic " + query.topic;
  const TopicHandle topic(rd_kafka_topic_new(query.handle, query.topic.c_str(), nullptr));
  if (!topic) return KafkaError(rd_kafka_last_error()).In(where);
  while (true) {
    auto partitions = AskForPartitions(query, topic.get());
    if (!partitions && partitions.error().fault == Fault::kNotFound) {
      return NoSuchTopic(query.topic);
    }
    if (!partitions) return std::move(partitions).error().In(where);
    if (!partitions->empty()) return partitions;
    if (steady_clock::now() + kLeaderWait >= query.deadline) {
      return KafkaError(RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE,
                        "a partition has had no leader for the whole timeout")
          .In(where);
    }
    std::this_thread::sleep_for(kLeaderWait);
  }
}

Result<std::vector<std::string>> ListTopics(const Query& query) {
  const rd_kafka_metadata_t* answer = nullptr;
  const auto code = rd_kafka_metadata(query.handle, 1, nullptr, &answer, query.LeftMs());
  const Metadata metadata(answer);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return NoAnswer(code, query.connection_errors);
  std::vector<std::string> names;
  for (int i = 0; i < metadata->topic_cnt; ++i) {
    if (metadata->topics[i].err == RD_KAFKA_RESP_ERR_NO_ERROR) {
      names.emplace_back(metadata->topics[i].topic);
    }
  }
  std::ranges::sort(names);
  return names;
}

Result<std::vector<int64_t>> ListOffsets(const Query& query, std::span<const int32_t> partitions,
                                         int64_t time) {
  const TopicList list = MakeList(query.topic, partitions, time);
  // Kafka's special times EARLIEST and LATEST pass through as they are: librdkafka copies the
  // offset field into the request's timestamp.
  const auto code = rd_kafka_offsets_for_times(query.handle, list.get(), query.LeftMs());
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return NoAnswer(code, query.connection_errors).In("topic " + query.topic + ": list offsets");
  }
  std::vector<int64_t> offsets;
  offsets.reserve(partitions.size());
  for (const int32_t partition : partitions) {
    const auto found = Find(list, query.topic, partition);
    if (!found) return Error(found.error()).In("topic " + query.topic + ": list offsets");
    offsets.push_back((*found)->offset);
  }
  return offsets;
}

Result<std::vector<std::optional<int64_t>>> CommittedOffsets(const Query& query,
                                                             std::span<const int32_t> partitions) {
  const TopicList list = MakeList(query.topic, partitions, RD_KAFKA_OFFSET_INVALID);
  const auto code = rd_kafka_committed(query.handle, list.get(), query.LeftMs());
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return NoAnswer(code, query.connection_errors)
        .In("topic " + query.topic + ": committed offsets");
  }
  std::vector<std::optional<int64_t>> offsets;
  offsets.reserve(partitions.size());
  for (const int32_t partition : partitions) {
    const auto found = Find(list, query.topic, partition);
    if (!found) return Error(found.error()).In("topic " + query.topic + ": committed offsets");
    const int64_t offset = (*found)->offset;
    offsets.push_back(offset >= 0 ? std::optional(offset) : std::nullopt);
  }
  return offsets;
}

}  // namespace gamevents::kafka
