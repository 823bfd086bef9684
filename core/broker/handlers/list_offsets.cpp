// Where partitions start and end, now, at a time, or in an epoch; and moving their start.

#include "core/broker/handlers/authorize.h"

#include <array>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

namespace gamevents::broker {
namespace {

// ListOffsets' special timestamps.
constexpr int64_t kLatest = -1;
constexpr int64_t kEarliest = -2;
constexpr int64_t kMaxTimestamp = -3;
constexpr int64_t kEarliestLocal = -4;    // Without tiered storage all that there is is local
constexpr int64_t kLatestTiered = -5;     // and nothing was moved to a tier
constexpr int64_t kEarliestPending = -6;  // nor waits to be.

// The first versions that have the special timestamps from kMaxTimestamp down.
constexpr std::array<int16_t, 4> kSpecialSince{7, 8, 9, 11};

constexpr int64_t kNoOffset = -1;
// Older responses have no place for the leader's epoch (KIP-320).
constexpr int16_t kListOffsetsEpochSince = 4;

// As Kafka: the end is told with the present epoch, everything else with the epoch of its record.
void FindOffset(const log::Log& log, int64_t timestamp, ListOffsetsPartitionResponse& answer) {
  answer.leader_epoch = log.leader_epoch().value;
  switch (timestamp) {
    case kLatest:
      answer.offset = log.high_watermark().value;
      return;
    case kEarliest:
    case kEarliestLocal:
      answer.offset = log.log_start().value;
      answer.leader_epoch = log.LeaderEpochAt(log::Offset(answer.offset)).value;
      return;
    case kLatestTiered:
    case kEarliestPending:
      answer.offset = kNoOffset;
      answer.leader_epoch = kNoEpoch;
      return;
    default:
      break;
  }
  const auto found =
      timestamp == kMaxTimestamp ? log.FindMaxTimestamp() : log.FindByTime(TimestampMs(timestamp));
  if (!found) {
    answer.error_code = CodeOfLog(found.error());
    return;
  }
  if (!*found) {
    answer.leader_epoch = kNoEpoch;
    return;
  }
  answer.offset = (*found)->offset.value;
  answer.leader_epoch = log.LeaderEpochAt((*found)->offset).value;
  answer.timestamp = (*found)->timestamp.value;
}

// Whether a request of this version may ask for `timestamp`.
bool HasTimestamp(int16_t version, int64_t timestamp) {
  if (timestamp >= kEarliest) return true;
  return timestamp >= kEarliestPending &&
         version >= kSpecialSince[static_cast<size_t>(kMaxTimestamp - timestamp)];
}

ErrorCode CheckListOffsets(const log::Log* log, int16_t version,
                           const ListOffsetsPartition& wanted) {
  if (log == nullptr) return ErrorCode::kUnknownTopicOrPartition;
  if (!HasTimestamp(version, wanted.timestamp)) return ErrorCode::kUnsupportedVersion;
  return CheckLeaderEpoch(*log, wanted.current_leader_epoch);
}

// How often a request names each partition.
using PartitionTimes = std::map<std::pair<std::string_view, int32_t>, int>;

template <class Topic>
PartitionTimes CountPartitions(const std::vector<Topic>& topics) {
  PartitionTimes times;
  for (const Topic& topic : topics) {
    for (const auto& partition : topic.partitions) ++times[{topic.name, partition.partition_index}];
  }
  return times;
}

}  // namespace

ListOffsetsResponse OnListOffsets(Broker& broker, Call call, const ListOffsetsRequest& request) {
  ListOffsetsResponse response;
  const bool has_epoch = call.header.api_version >= kListOffsetsEpochSince;
  PartitionTimes times = CountPartitions(request.topics);
  for (const ListOffsetsTopic& topic : request.topics) {
    auto& topic_answer = response.topics.emplace_back();
    topic_answer.name = topic.name;
    const bool may = MayUse(call, topic.name);
    for (const ListOffsetsPartition& partition : topic.partitions) {
      const int count = std::exchange(times[{topic.name, partition.partition_index}], 0);
      if (count == 0) continue;  // Answered with its first mention.
      auto& answer = topic_answer.partitions.emplace_back();
      answer.partition_index = partition.partition_index;
      const auto log = broker.logs.Partition(topic.name, partition.partition_index);
      if (!may) {
        answer.error_code = ErrorCode::kTopicAuthorizationFailed;
        continue;
      }
      answer.error_code = count > 1
                              ? ErrorCode::kInvalidRequest
                              : CheckListOffsets(log.get(), call.header.api_version, partition);
      if (answer.error_code == ErrorCode::kNone) FindOffset(*log, partition.timestamp, answer);
      if (!has_epoch) answer.leader_epoch = kNoEpoch;
    }
    if (topic_answer.partitions.empty()) response.topics.pop_back();
  }
  return response;
}

OffsetForLeaderEpochResponse OnOffsetForLeaderEpoch(Broker& broker, Call call,
                                                    const OffsetForLeaderEpochRequest& request) {
  OffsetForLeaderEpochResponse response;
  for (const OffsetForLeaderTopic& topic : request.topics) {
    auto& topic_answer = response.topics.emplace_back();
    topic_answer.topic = topic.topic;
    const bool may = MayUse(call, topic.topic);
    for (const OffsetForLeaderPartition& partition : topic.partitions) {
      auto& answer = topic_answer.partitions.emplace_back();
      answer.partition = partition.partition;
      if (!may) {
        answer.error_code = ErrorCode::kTopicAuthorizationFailed;
        continue;
      }
      const auto log = broker.logs.Partition(topic.topic, partition.partition);
      answer.error_code = log == nullptr ? ErrorCode::kUnknownTopicOrPartition
                                         : CheckLeaderEpoch(*log, partition.current_leader_epoch);
      if (answer.error_code != ErrorCode::kNone || partition.leader_epoch < 0) continue;
      const auto end = log->FindEpochEnd(log::LeaderEpoch(partition.leader_epoch));
      if (!end) continue;
      answer.leader_epoch = end->epoch.value;
      answer.end_offset = end->end.value;
    }
  }
  return response;
}

DeleteRecordsResponse OnDeleteRecords(Broker& broker, Call call,
                                      const DeleteRecordsRequest& request) {
  DeleteRecordsResponse response;
  PartitionTimes times = CountPartitions(request.topics);
  for (const auto& topic : request.topics) {
    auto& topic_answer = response.topics.emplace_back();
    topic_answer.name = topic.name;
    for (const auto& partition : topic.partitions) {
      // Of several mentions the last one counts.
      if (--times[{topic.name, partition.partition_index}] > 0) continue;
      auto& answer = topic_answer.partitions.emplace_back();
      answer.partition_index = partition.partition_index;
      answer.low_watermark = kNoOffset;
      if (!MayUse(call, topic.name)) {
        answer.error_code = ErrorCode::kTopicAuthorizationFailed;
        continue;
      }
      const auto log = broker.logs.Partition(topic.name, partition.partition_index);
      if (log == nullptr || topic.name == kOffsetsTopic) {
        answer.error_code = log == nullptr ? ErrorCode::kUnknownTopicOrPartition
                                           : ErrorCode::kInvalidTopicException;
        continue;
      }
      const auto start = broker.logs.DeleteRecords(*log, log::Offset(partition.offset));
      if (start) {
        answer.low_watermark = start->value;
      } else {
        answer.error_code = start.error().fault == Fault::kNotFound
                                ? ErrorCode::kOffsetOutOfRange
                                : CodeOfDeletion(start.error(), CodeOfLog(start.error()));
      }
    }
    if (topic_answer.partitions.empty()) response.topics.pop_back();
  }
  if (!broker.logs.Checkpoint()) {
    for (auto& topic : response.topics) {
      for (auto& answer : topic.partitions) {
        if (answer.error_code != ErrorCode::kNone) continue;
        answer.low_watermark = kNoOffset;
        answer.error_code = ErrorCode::kKafkaStorageError;
      }
    }
  }
  return response;
}

}  // namespace gamevents::broker
