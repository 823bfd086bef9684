// Produce: check, append, wait until it is durable, answer.

#include "core/base/bytes.h"
#include "core/broker/await_callback.h"
#include "core/broker/handlers/authorize.h"

#include <array>
#include <cstddef>
#include <span>
#include <utility>

namespace gamevents::broker {
namespace {

constexpr int16_t kAcksNone = 0;
constexpr int16_t kAcksLeader = 1;
constexpr int16_t kAcksAll = -1;
constexpr int64_t kNoProducerId = -1;
constexpr int16_t kNoProducerEpoch = -1;

// A batch that is with the kernel, and the place of its answer. The response's vectors do not grow
// any more when these are made.
struct PendingAppend {
  PartitionProduceResponse* answer;
  std::shared_ptr<log::Log> log;
  log::Offset end;
  size_t bytes;
};

ErrorCode CodeOf(log::Refusal refusal) {
  switch (refusal) {
    case log::Refusal::kCorrupt:
      return ErrorCode::kCorruptMessage;
    case log::Refusal::kTooLarge:
      return ErrorCode::kMessageTooLarge;
    case log::Refusal::kLargerThanSegment:
      return ErrorCode::kRecordListTooLarge;
    case log::Refusal::kInvalidTimestamp:
      return ErrorCode::kInvalidTimestamp;
    case log::Refusal::kOutOfOrderSequence:
      return ErrorCode::kOutOfOrderSequenceNumber;
    case log::Refusal::kFencedEpoch:
      return ErrorCode::kInvalidProducerEpoch;
    case log::Refusal::kUnsupportedCodec:
      return ErrorCode::kUnsupportedCompressionType;
    case log::Refusal::kInvalidRecord:
      return ErrorCode::kInvalidRecord;
  }
  return ErrorCode::kUnknownServerError;
}

void Refuse(PartitionProduceResponse& answer, ErrorCode code, std::string message) {
  answer.error_code = code;
  answer.error_message = std::move(message);
  answer.base_offset = -1;
}

// Where a batch will stand is not for its sender to say.
bool BeginsAtZero(std::span<const std::byte> batch) {
  return batch.size() < sizeof(uint64_t) || LoadBigEndian64(batch.data()) == 0;
}

// Appends one partition's batch; gives what has to be waited for, if anything.
std::optional<PendingAppend> AppendOne(Broker& broker, const std::string& topic,
                                       const PartitionProduceData& data,
                                       PartitionProduceResponse& answer) {
  answer.index = data.index;
  if (topic == kOffsetsTopic) {
    Refuse(answer, ErrorCode::kInvalidTopicException, "clients cannot write " + topic);
    return std::nullopt;
  }
  std::shared_ptr<log::Log> log = broker.logs.Partition(topic, data.index);
  if (log == nullptr) {
    Refuse(answer, ErrorCode::kUnknownTopicOrPartition, "no such topic or partition");
    return std::nullopt;
  }
  if (!data.records || data.records->bytes.empty()) {
    Refuse(answer, ErrorCode::kInvalidRecord, "no record batch");
    return std::nullopt;
  }
  if (!BeginsAtZero(data.records->bytes)) {
    Refuse(answer, ErrorCode::kInvalidRecord, "a batch's base offset must be 0");
    return std::nullopt;
  }
  auto outcome = log->Append(data.records->bytes);
  if (!outcome) {
    // Clients take a storage error for a passing one and try again, until their own time is over.
    broker.trouble.NoteFailure(log, data.records->bytes.size(), outcome.error());
    Refuse(answer, CodeOfLog(outcome.error()), outcome.error().context);
    return std::nullopt;
  }
  if (const auto* refused = std::get_if<log::Refused>(&*outcome)) {
    Refuse(answer, CodeOf(refused->refusal), refused->reason);
    for (const log::RefusedRecord& record : refused->records) {
      answer.record_errors.push_back({record.index, record.reason});
    }
    return std::nullopt;
  }
  const auto& appended = *std::get_if<log::Appended>(&*outcome);
  if (!appended.duplicate) {
    const int64_t records = appended.next_offset.value - appended.base_offset.value;
    broker.traffic.AddProduced(static_cast<uint64_t>(records), data.records->bytes.size());
  }
  answer.base_offset = appended.base_offset.value;
  answer.log_append_time_ms = appended.append_time.value;
  answer.log_start_offset = log->log_start().value;
  return PendingAppend{&answer, std::move(log), appended.next_offset, data.records->bytes.size()};
}

ProduceResponse AppendAll(Broker& broker, const Call& call, const ProduceRequest& request,
                          std::vector<PendingAppend>& pending) {
  ProduceResponse response;
  response.responses.reserve(request.topic_data.size());
  const bool acks_known =
      request.acks == kAcksNone || request.acks == kAcksLeader || request.acks == kAcksAll;
  for (const TopicProduceData& topic : request.topic_data) {
    if (topic.partition_data.empty()) continue;
    auto& topic_answer = response.responses.emplace_back();
    topic_answer.name = topic.name;
    topic_answer.partition_responses.resize(topic.partition_data.size());
    const bool may = MayUse(call, topic.name);
    for (size_t i = 0; i < topic.partition_data.size(); ++i) {
      PartitionProduceResponse& answer = topic_answer.partition_responses[i];
      answer.index = topic.partition_data[i].index;
      if (!acks_known) {
        Refuse(answer, ErrorCode::kInvalidRequiredAcks, "acks must be -1, 0 or 1");
      } else if (request.transactional_id) {
        Refuse(answer, ErrorCode::kInvalidRequest, kNoTransactions);
      } else if (!may) {
        Refuse(answer, ErrorCode::kTopicAuthorizationFailed,
               "the user has no role write for this topic");
      } else if (auto waits = AppendOne(broker, topic.name, topic.partition_data[i], answer)) {
        pending.push_back(std::move(*waits));
      }
    }
  }
  return response;
}

bool AnyError(const ProduceResponse& response) {
  for (const auto& topic : response.responses) {
    for (const auto& partition : topic.partition_responses) {
      if (partition.error_code != ErrorCode::kNone) return true;
    }
  }
  return false;
}

}  // namespace

asio::awaitable<Reply> OnProduce(Broker& broker, Call call, const ProduceRequest& request) {
  std::vector<PendingAppend> pending;
  ProduceResponse response = AppendAll(broker, call, request, pending);
  if (request.acks == kAcksNone) {
    // No response tells of an error: closing makes the client look up the cluster again.
    if (AnyError(response)) co_return CloseBecause("a Produce with acks=0 failed");
    co_return Reply{Reply::Kind::kNone, {}, {}};
  }
  for (const PendingAppend& batch : pending) {
    Status committed = Done{};
    if (batch.log->high_watermark() < batch.end) {
      committed = co_await AwaitCallback<Status>(
          [&batch](auto done) { batch.log->WhenCommitted(batch.end, std::move(done)); });
    }
    if (committed) {
      broker.trouble.NoteSuccess(*batch.log);
      continue;
    }
    broker.trouble.NoteFailure(batch.log, batch.bytes, committed.error());
    Refuse(*batch.answer, CodeOfLog(committed.error()), committed.error().context);
  }
  co_return ReplyWith(call, response);
}

InitProducerIdResponse OnInitProducerId(Broker& broker, Call call,
                                        const InitProducerIdRequest& request) {
  InitProducerIdResponse response;
  response.producer_epoch = kNoProducerEpoch;
  if (request.transactional_id) {
    response.error_code = request.transactional_id->empty()
                              ? ErrorCode::kInvalidRequest
                              : ErrorCode::kTransactionalIdAuthorizationFailed;
    return response;
  }
  if (!MayAsk(call)) {
    response.error_code = ErrorCode::kClusterAuthorizationFailed;
    return response;
  }
  if ((request.producer_id == kNoProducerId) != (request.producer_epoch == kNoProducerEpoch)) {
    response.error_code = ErrorCode::kInvalidRequest;
    return response;
  }
  // A producer that names its present id wants a fresh start after a fatal error. A new id gives
  // it that without any state here (KIP-360 leaves the choice to the broker).
  const auto id = broker.producer_ids.Next();
  if (!id) {
    response.error_code = ErrorCode::kKafkaStorageError;
    return response;
  }
  response.producer_id = id->value;
  response.producer_epoch = 0;
  return response;
}

}  // namespace gamevents::broker
