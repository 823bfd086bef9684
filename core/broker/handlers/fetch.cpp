// Fetch: file slices for what is there, and a wait for what is not.
//
// A look goes once over the partitions in the request's order and stops at its byte limits, so a
// client that always asks in one order would starve the last ones: clients turn their order round
// (KIP-74), and the first partition with data is answered whole even where it is over the limit,
// or a large batch would never be read. Whoever finds less than min_bytes waits until a partition
// grows or its time is over, and then looks again from the start: what was found before the wait
// may have been deleted meanwhile. What all that wait hold is bounded (fetch_wait_memory): who
// finds no room there is answered at once.

#include "core/broker/handlers/authorize.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>

namespace gamevents::broker {
namespace {

constexpr int8_t kReadCommitted = 1;
constexpr int32_t kNoSessionEpoch = -1;
constexpr int32_t kNewSessionEpoch = 0;

// From here on topics are named by their ids.
constexpr int16_t kFirstWithIds = 13;

// What was asked for, and where that is.
struct WantedLogs {
  const FetchRequest& request;
  bool by_id = false;
  std::vector<std::shared_ptr<log::Log>> logs;  // in the request's order; null where there is none
  std::vector<bool> refused;                    // topics that the caller may not read
};

// One look at all partitions that were asked for.
struct Look {
  FetchResponse response;
  std::vector<FilePart> parts;
  size_t bytes = 0;
  bool at_once = false;  // For an answer that says more than that there is nothing yet.
};

void Fail(FetchPartitionData& answer, ErrorCode code, Look& look) {
  answer.error_code = code;
  answer.high_watermark = -1;
  answer.last_stable_offset = -1;
  answer.log_start_offset = -1;
  answer.records = Records{};
  look.at_once = true;
}

ErrorCode CodeOfRead(const Error& error) {
  if (error.fault == Fault::kNotFound) return ErrorCode::kOffsetOutOfRange;
  return error.fault == Fault::kCorrupt ? ErrorCode::kCorruptMessage : CodeOfLog(error);
}

// Whether the log holds what the reader has read so far, up to its offset in the epoch of its last
// record. If not, the answer says where the two part (KIP-595).
bool Continues(const log::Log& log, const FetchPartition& wanted, FetchPartitionData& answer,
               Look& look) {
  const auto end = log.FindEpochEnd(log::LeaderEpoch(wanted.last_fetched_epoch));
  if (!end || wanted.fetch_offset < log.log_start().value) {
    Fail(answer, ErrorCode::kOffsetOutOfRange, look);
    return false;
  }
  const bool parted =
      end->epoch.value < wanted.last_fetched_epoch || end->end.value < wanted.fetch_offset;
  if (!parted) return true;
  answer.diverging_epoch = {end->epoch.value, end->end.value};
  answer.high_watermark = log.high_watermark().value;
  answer.last_stable_offset = answer.high_watermark;
  answer.log_start_offset = log.log_start().value;
  answer.records = Records{};
  look.at_once = true;
  return false;
}

// Reads one partition, at most `bytes_left` of it, but the first batch of the whole response
// however large it is: a consumer could never get past it otherwise (KIP-74). Replicas would be
// other brokers, of which there are none.
void LookAt(const log::Log* log, const FetchRequest& request, const FetchPartition& wanted,
            size_t bytes_left, FetchPartitionData& answer, Look& look) {
  answer.partition_index = wanted.partition;
  if (log == nullptr) {
    answer.aborted_transactions.emplace();
    return Fail(answer, ErrorCode::kUnknownTopicOrPartition, look);
  }
  // A negative epoch is not compared.
  const ErrorCode epoch = CheckLeaderEpoch(*log, std::max(kNoEpoch, wanted.current_leader_epoch));
  if (epoch != ErrorCode::kNone) return Fail(answer, epoch, look);
  if (std::max(request.replica_id, request.replica_state.replica_id) >= 0) {
    return Fail(answer, ErrorCode::kNotLeaderOrFollower, look);
  }
  if (wanted.last_fetched_epoch >= 0 && !Continues(*log, wanted, answer, look)) return;

  const auto partition_max = static_cast<size_t>(std::max(0, wanted.partition_max_bytes));
  const bool first = look.bytes == 0;
  auto read =
      log->Read(log::Offset(wanted.fetch_offset), std::min(partition_max, bytes_left), first);
  if (!read) return Fail(answer, CodeOfRead(read.error()), look);
  answer.high_watermark = read->high_watermark.value;
  answer.last_stable_offset = read->high_watermark.value;
  answer.log_start_offset = read->log_start.value;
  if (request.isolation_level == kReadCommitted) answer.aborted_transactions.emplace();
  answer.records = Records{};
  if (read->slice.length == 0) return;
  answer.records->external = ExternalRecords{static_cast<uint32_t>(read->slice.length),
                                             static_cast<uint32_t>(look.parts.size())};
  look.bytes += read->slice.length;
  const int fd = read->slice.file->descriptor();
  look.parts.push_back({std::move(read->slice.file), fd, static_cast<int64_t>(read->slice.position),
                        read->slice.length});
}

// Whether the caller may not read the topic. Of an id that no topic has there is nothing to hide.
bool IsRefused(const Broker& broker, const Call& call, const FetchTopic& topic, bool by_id) {
  if (!call.session.asks()) return false;
  if (!by_id) return !MayUse(call, topic.topic);
  const auto found = broker.logs.FindById(topic.topic_id);
  return found && !MayUse(call, found->name);
}

WantedLogs FindLogs(const Broker& broker, const Call& call, const FetchRequest& request,
                    bool by_id) {
  WantedLogs wanted{request, by_id, {}, {}};
  for (const FetchTopic& topic : request.topics) {
    wanted.refused.push_back(IsRefused(broker, call, topic, by_id));
    for (const FetchPartition& partition : topic.partitions) {
      wanted.logs.push_back(by_id ? broker.logs.Partition(topic.topic_id, partition.partition)
                                  : broker.logs.Partition(topic.topic, partition.partition));
    }
  }
  return wanted;
}

Look LookAtAll(const Broker& broker, const WantedLogs& wanted) {
  Look look;
  const FetchRequest& request = wanted.request;
  const auto bytes_max =
      static_cast<size_t>(std::clamp(request.max_bytes, 0, broker.options.limits.fetch_bytes_max));
  size_t index = 0;
  for (size_t place = 0; place < request.topics.size(); ++place) {
    const FetchTopic& topic = request.topics[place];
    if (topic.partitions.empty()) continue;
    auto& answer = look.response.responses.emplace_back();
    answer.topic = topic.topic;
    answer.topic_id = topic.topic_id;
    answer.partitions.resize(topic.partitions.size());
    for (size_t i = 0; i < topic.partitions.size(); ++i) {
      const size_t left = bytes_max - std::min(bytes_max, look.bytes);
      FetchPartitionData& data = answer.partitions[i];
      const log::Log* log = wanted.logs[index++].get();
      if (wanted.refused[place]) {
        data.partition_index = topic.partitions[i].partition;
        Fail(data, ErrorCode::kTopicAuthorizationFailed, look);
        continue;
      }
      LookAt(log, request, topic.partitions[i], left, data, look);
      const bool no_log = data.error_code == ErrorCode::kUnknownTopicOrPartition;
      if (no_log && wanted.by_id && !broker.logs.Has(topic.topic_id)) {
        data.error_code = ErrorCode::kUnknownTopicId;
      }
    }
  }
  return look;
}

bool Enough(const Look& look, const FetchRequest& request) {
  return look.at_once || look.response.responses.empty() ||
         look.bytes >= static_cast<size_t>(std::max(0, request.min_bytes));
}

// What a fetch that waits keeps of its request, with its places in the answer and its logs.
int64_t BytesKept(const FetchRequest& request) {
  constexpr size_t kPartitionBytes =
      sizeof(FetchPartition) + sizeof(FetchPartitionData) + 2 * sizeof(Wakeups::LogPtr);
  size_t bytes = sizeof(request) + request.rack_id.size();
  if (request.cluster_id) bytes += request.cluster_id->size();
  for (const FetchTopic& topic : request.topics) {
    bytes += sizeof(FetchTopic) + sizeof(FetchableTopicResponse) + 2 * topic.topic.size() +
             topic.partitions.size() * kPartitionBytes;
  }
  for (const ForgottenTopic& topic : request.forgotten_topics_data) {
    bytes += sizeof(topic) + topic.topic.size() + topic.partitions.size() * sizeof(int32_t);
  }
  return static_cast<int64_t>(bytes);
}

Reply Finish(Broker& broker, Look look, const Call& call) {
  broker.traffic.AddFetched(look.bytes);
  return ReplyWith(call, look.response, std::move(look.parts));
}

}  // namespace

ErrorCode CodeOfLog(const Error& error) {
  return error.fault == Fault::kClosed ? ErrorCode::kUnknownTopicOrPartition
                                       : ErrorCode::kKafkaStorageError;
}

ErrorCode CheckLeaderEpoch(const log::Log& log, int32_t current_leader_epoch) {
  if (current_leader_epoch == kNoEpoch) return ErrorCode::kNone;
  const int32_t ours = log.leader_epoch().value;
  if (current_leader_epoch < ours) return ErrorCode::kFencedLeaderEpoch;
  return current_leader_epoch > ours ? ErrorCode::kUnknownLeaderEpoch : ErrorCode::kNone;
}

asio::awaitable<Reply> OnFetch(Broker& broker, Call call, const FetchRequest& request) {
  // Sessions are declined: answering with session id 0 is legal for every client.
  if (request.session_epoch != kNoSessionEpoch && request.session_epoch != kNewSessionEpoch) {
    Look refused;
    refused.response.error_code = ErrorCode::kFetchSessionIdNotFound;
    co_return Finish(broker, std::move(refused), call);
  }
  const auto wait = std::min(std::chrono::milliseconds(std::max(0, request.max_wait_ms)),
                             broker.options.limits.fetch_wait_max);
  const auto deadline = std::chrono::steady_clock::now() + wait;
  WantedLogs wanted = FindLogs(broker, call, request, call.header.api_version >= kFirstWithIds);
  Look look = LookAtAll(broker, wanted);
  if (Enough(look, request) || wait.count() == 0) co_return Finish(broker, std::move(look), call);

  RequestBudget::Lease kept;
  if (!broker.fetch_wait_memory.TryTake(kept, BytesKept(request))) {
    co_return Finish(broker, std::move(look), call);
  }
  // No error, so every log is there.
  Wakeups::Waiter waiter(broker.wakeups, co_await asio::this_coro::executor, wanted.logs);
  for (;;) {
    look = LookAtAll(broker, wanted);
    if (Enough(look, request)) break;
    if (broker.stopping() || !co_await waiter.Wait(deadline)) break;
  }
  co_return Finish(broker, std::move(look), call);
}

}  // namespace gamevents::broker
