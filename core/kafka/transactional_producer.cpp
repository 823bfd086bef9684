#include "core/kafka/transactional_producer.h"

#include "core/base/number.h"
#include "core/kafka/configuration.h"
#include "core/kafka/error.h"
#include "core/kafka/handles.h"
#include "core/kafka/outgoing.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <string_view>
#include <utility>

namespace gamevents::kafka {
namespace {

using std::chrono::milliseconds;

// What may wait in librdkafka's queue. Whoever sends bounds a transaction; this bounds a mistake.
constexpr int64_t kQueueRecordsMax = 100'000;
constexpr int64_t kQueueKibMax = 262'144;
// Larger than what any cluster takes, so that the cluster decides.
constexpr int64_t kRecordBytesMax = 200'000'000;
// The embedded broker's words, for which Kafka's protocol has no code of its own.
constexpr std::string_view kNoTransactions = "transactions are not supported";
// How long a clean end may take to abort what is open.
constexpr milliseconds kAbortMax{1'500};

// How long a failed record's report may take, in milliseconds.
constexpr int kReportMax = 100;
// How long a batch that is not full may take to leave, in milliseconds.
constexpr int kDepartMax = 5;

// What a producer's handle says outside of calls. It is the handle's opaque, as the
// ConnectionErrors that OpenHandle was given.
struct SendNotices : ConnectionErrors {
  using ConnectionErrors::ConnectionErrors;
  std::optional<int64_t> failed_offset;
  rd_kafka_resp_err_t failed_code = RD_KAFKA_RESP_ERR_NO_ERROR;
  std::map<int32_t, int64_t> stored;  // of each partition of the topic, the last record's offset
  bool moved_back = false;            // an offset came after a larger one
  int64_t waiting_records = 0;        // that nothing was reported of yet
  int64_t waiting_bytes = 0;          // of their keys and values, as librdkafka counts them
};

bool IsFencing(rd_kafka_resp_err_t code) {
  return code == RD_KAFKA_RESP_ERR__FENCED || code == RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH ||
         code == RD_KAFKA_RESP_ERR_PRODUCER_FENCED;
}

// Called within Poll and Commit, in the caller's thread.
void OnSent(rd_kafka_t*, const rd_kafka_message_t* message, void* opaque) {
  auto* notices = static_cast<SendNotices*>(static_cast<ConnectionErrors*>(opaque));
  --notices->waiting_records;
  notices->waiting_bytes -= static_cast<int64_t>(message->len + message->key_len);
  if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
    if (message->offset < 0) return;  // it was stored by an earlier attempt, nobody says where
    int64_t& last = notices->stored.try_emplace(message->partition, -1).first->second;
    notices->moved_back = notices->moved_back || message->offset < last;
    last = message->offset;
    return;
  }
  // What is purged follows from something else.
  const bool purged = message->err == RD_KAFKA_RESP_ERR__PURGE_QUEUE ||
                      message->err == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT;
  if (notices->failed_offset || purged) return;
  notices->failed_offset = static_cast<int64_t>(reinterpret_cast<intptr_t>(message->_private));
  notices->failed_code = message->err;
}

class RdTransactionalProducer final : public TransactionalProducer {
 public:
  explicit RdTransactionalProducer(const TransactionalOptions& options)
      : notices_(options.client.brokers) {}
  ~RdTransactionalProducer() override;

  Status Start(const TransactionalOptions& options);
  Status InitTransactions(milliseconds timeout) override;
  Status Begin() override;
  Status Send(const RecordView& record) override;
  Status Poll(milliseconds timeout) override;
  std::optional<int64_t> failed_offset() const override { return notices_.failed_offset; }
  bool fenced() const override { return fenced_; }
  Status SendOffset(const std::string& group, const GroupOffset& place,
                    milliseconds timeout) override;
  Status Commit(milliseconds timeout) override;

 private:
  Status Outcome(rd_kafka_error_t* error, std::string_view what);
  Error FailedRecord() const;
  std::optional<Error> Fenced(rd_kafka_resp_err_t code);
  int64_t Setting(const char* name) const;

  SendNotices notices_;
  int64_t waiting_records_max_ = 0;
  int64_t waiting_bytes_max_ = 0;
  Handle handle_;
  TopicHandle topic_;  // the one that was sent to last
  bool open_ = false;  // a transaction is
  bool fenced_ = false;
};

Properties TransactionalSettings(const TransactionalOptions& options) {
  const std::string timeout = std::to_string(options.transaction_timeout.count());
  return {
      {"transactional.id", options.transactional_id},
      {"transaction.timeout.ms", timeout},
      {"message.timeout.ms", timeout},
      {"enable.idempotence", "true"},
      {"acks", "-1"},
      {"compression.codec", std::string(CompressionName(options.compression))},
      // Batches leave when they are full, or when the transaction ends.
      {"linger.ms", std::to_string(options.transaction_timeout.count() / 2)},
      {"allow.auto.create.topics", "false"},
      {"message.max.bytes", std::to_string(kRecordBytesMax)},
      {"queue.buffering.max.messages", std::to_string(kQueueRecordsMax)},
      {"queue.buffering.max.kbytes", std::to_string(kQueueKibMax)},
  };
}

constexpr std::string_view kExactlyOnce = "each record is to be stored once and in order";
constexpr std::string_view kOneTransaction = "how long a transaction may take is set here";
constexpr std::array kTransactionPromises = {
    Promise{"transactional.id", "", "it says whose transactions they are, and is made here"},
    Promise{"transaction.timeout.ms", "", kOneTransaction},
    Promise{"message.timeout.ms", "", kOneTransaction},
    Promise{"delivery.timeout.ms", "", kOneTransaction},
    Promise{"enable.idempotence", "true", kExactlyOnce},
    Promise{"acks", "-1 all", kExactlyOnce},
    Promise{"request.required.acks", "-1 all", kExactlyOnce},
    Promise{"delivery.report.only.error", "false", "every record's delivery is counted"},
    Promise{"allow.auto.create.topics", "false", "topics are not created by sending"},
};

Status RdTransactionalProducer::Start(const TransactionalOptions& options) {
  auto handle = OpenHandle(
      RD_KAFKA_PRODUCER, options.client, TransactionalSettings(options), kTransactionPromises,
      notices_, [](rd_kafka_conf_t* conf) { rd_kafka_conf_set_dr_msg_cb(conf, &OnSent); });
  if (!handle) return std::move(handle).error();
  handle_ = std::move(*handle);
  // librdkafka has one request of a partition under way. While another batch waits for its turn,
  // its thread asks over and over whether it may go. So there is one under way, and at most half of
  // the next.
  waiting_records_max_ = Setting("batch.num.messages") * 3 / 2;
  waiting_bytes_max_ = Setting("batch.size") * 3 / 2;
  return Done{};
}

/// A whole number that the client has been started with.
int64_t RdTransactionalProducer::Setting(const char* name) const {
  std::array<char, 32> text{};
  size_t size = text.size();
  if (rd_kafka_conf_get(rd_kafka_conf(handle_.get()), name, text.data(), &size) !=
      RD_KAFKA_CONF_OK) {
    return 1;
  }
  return ParseWholeNumber<int64_t>(text.data()).value_or(1);
}

RdTransactionalProducer::~RdTransactionalProducer() {
  if (!handle_) return;
  if (open_) {
    // Otherwise readers of committed records would wait until the cluster's own patience ends.
    const KafkaErrorHandle unused(
        rd_kafka_abort_transaction(handle_.get(), static_cast<int>(kAbortMax.count())));
  }
  rd_kafka_purge(handle_.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
}

Error RdTransactionalProducer::FailedRecord() const {
  return NoAnswer(notices_.failed_code, notices_).In("a record was not stored");
}

// What a call ended with may only follow from it.
std::optional<Error> RdTransactionalProducer::Fenced(rd_kafka_resp_err_t code) {
  char unused[8];
  const auto fatal = rd_kafka_fatal_error(handle_.get(), unused, sizeof unused);
  fenced_ = IsFencing(code) || IsFencing(fatal) ||
            (notices_.failed_offset && IsFencing(notices_.failed_code));
  if (!fenced_) return std::nullopt;
  return Error{Fault::kClosed, "another producer of this id took over"};
}

// What a call says, with a failed record before what follows from it.
Status RdTransactionalProducer::Outcome(rd_kafka_error_t* raw, std::string_view what) {
  const KafkaErrorHandle error(raw);
  if (!error) return Done{};
  const auto code = rd_kafka_error_code(error.get());
  // The record whose failure this follows from may not have been reported yet.
  if (rd_kafka_error_is_retriable(error.get()) == 0 && !notices_.failed_offset) {
    rd_kafka_poll(handle_.get(), kReportMax);
  }
  if (auto fenced = Fenced(code)) return std::move(*fenced).In(what);
  if (rd_kafka_error_is_retriable(error.get()) != 0 && !notices_.failed_offset) {
    return Error{Fault::kUnavailable, NoAnswer(code, notices_).context}.In(what);
  }
  if (notices_.failed_offset && FaultOf(notices_.failed_code) != Fault::kClosed) {
    return FailedRecord();
  }
  const std::string_view text = rd_kafka_error_string(error.get());
  Error failed = NoAnswer(code, notices_, text).In(what);
  if (text.find(kNoTransactions) != text.npos) failed.fault = Fault::kUnsupported;
  return failed;
}

Status RdTransactionalProducer::InitTransactions(milliseconds timeout) {
  return Outcome(rd_kafka_init_transactions(handle_.get(), static_cast<int>(timeout.count())),
                 "begin as the only producer of this id");
}

Status RdTransactionalProducer::Begin() {
  auto begun = Outcome(rd_kafka_begin_transaction(handle_.get()), "begin a transaction");
  open_ = open_ || begun.ok();
  return begun;
}

Status RdTransactionalProducer::Send(const RecordView& record) {
  const auto bytes = static_cast<int64_t>((record.key ? record.key->size() : 0) +
                                          (record.value ? record.value->size() : 0));
  if (notices_.waiting_records >= waiting_records_max_ ||
      (notices_.waiting_records > 0 && notices_.waiting_bytes + bytes > waiting_bytes_max_)) {
    return Error{Fault::kFull, "send to " + std::string(record.topic) + ": wait for the cluster"};
  }
  if (!topic_ || record.topic != rd_kafka_topic_name(topic_.get())) {
    const std::string topic(record.topic);
    topic_.reset(rd_kafka_topic_new(handle_.get(), topic.c_str(), nullptr));
    if (!topic_) return KafkaError(rd_kafka_last_error(), "topic " + topic);
    notices_.stored.clear();
  }
  void* const opaque = reinterpret_cast<void*>(static_cast<intptr_t>(record.offset));
  const KafkaErrorHandle refused = Produce(handle_.get(), topic_.get(), record, opaque);
  if (!refused) {
    ++notices_.waiting_records;
    notices_.waiting_bytes += bytes;
    return Done{};
  }
  const auto code = rd_kafka_error_code(refused.get());
  if (code == RD_KAFKA_RESP_ERR__STATE) {
    // Not this record's fault: an earlier one was not stored, and its report may yet come.
    if (!notices_.failed_offset) rd_kafka_poll(handle_.get(), kReportMax);
    if (auto fenced = Fenced(code)) return std::move(*fenced);
    if (notices_.failed_offset) return FailedRecord();
    return Error{Fault::kUnavailable,
                 "send to " + std::string(record.topic) + ": the transaction is lost"};
  }
  if (code != RD_KAFKA_RESP_ERR__QUEUE_FULL && !notices_.failed_offset) {
    notices_.failed_offset = record.offset;
    notices_.failed_code = code;
  }
  return KafkaError(code, rd_kafka_error_string(refused.get()))
      .In("send to " + std::string(record.topic));
}

Status RdTransactionalProducer::Poll(milliseconds timeout) {
  rd_kafka_poll(handle_.get(), static_cast<int>(timeout.count()));
  if (!notices_.failed_offset) return Done{};
  if (auto fenced = Fenced(notices_.failed_code)) return std::move(*fenced);
  return FailedRecord();
}

Status RdTransactionalProducer::SendOffset(const std::string& group, const GroupOffset& place,
                                           milliseconds timeout) {
  // The last batch, which is not full, travels meanwhile.
  rd_kafka_flush(handle_.get(), kDepartMax);
  const TopicList list(rd_kafka_topic_partition_list_new(1));
  auto* kept = rd_kafka_topic_partition_list_add(list.get(), place.topic.c_str(), place.partition);
  kept->offset = place.offset;
  if (!place.metadata.empty()) {
    kept->metadata = ::strdup(place.metadata.c_str());  // the list frees it
    kept->metadata_size = place.metadata.size();
  }
  const GroupMetadata metadata(rd_kafka_consumer_group_metadata_new(group.c_str()));
  return Outcome(rd_kafka_send_offsets_to_transaction(handle_.get(), list.get(), metadata.get(),
                                                      static_cast<int>(timeout.count())),
                 "keep the offset of group " + group);
}

Status RdTransactionalProducer::Commit(milliseconds timeout) {
  // What is not reported yet is waited for by the commit itself, and fails it.
  rd_kafka_flush(handle_.get(), static_cast<int>(timeout.count()));
  if (notices_.moved_back) {
    return Error{Fault::kNotFound, "the topic was deleted and made again meanwhile"};
  }
  auto committed =
      Outcome(rd_kafka_commit_transaction(handle_.get(), static_cast<int>(timeout.count())),
              "commit a transaction");
  if (committed) open_ = false;
  return committed;
}

constexpr std::array kGroupPromises = {
    Promise{"group.id", "", "the group is named here"},
    Promise{"enable.auto.commit", "false", "nothing is committed by looking"},
    Promise{"isolation.level", "read_committed", "offsets of open transactions do not count"},
};

}  // namespace

Result<std::unique_ptr<TransactionalProducer>> TransactionalProducer::Open(
    const TransactionalOptions& options) {
  auto producer = std::make_unique<RdTransactionalProducer>(options);
  if (auto started = producer->Start(options); !started) return std::move(started).error();
  return std::unique_ptr<TransactionalProducer>(std::move(producer));
}

Status TransactionalProducer::Check(const TransactionalOptions& options) {
  return CheckProperties(RD_KAFKA_PRODUCER, options.client, TransactionalSettings(options),
                         kTransactionPromises);
}

Result<std::optional<GroupOffset>> FindGroupOffset(const ClientOptions& client,
                                                   const std::string& group,
                                                   const std::string& topic, int32_t partition) {
  const Properties settings = {
      {"group.id", group}, {"enable.auto.commit", "false"}, {"isolation.level", "read_committed"}};
  ConnectionErrors connection_errors(client.brokers);
  auto handle = OpenHandle(RD_KAFKA_CONSUMER, client, settings, kGroupPromises, connection_errors);
  if (!handle) return std::move(handle).error();
  const TopicList list(rd_kafka_topic_partition_list_new(1));
  const auto* kept = rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), partition);
  auto code =
      rd_kafka_committed(handle->get(), list.get(), static_cast<int>(client.timeout.count()));
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) code = kept->err;
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return NoAnswer(code, connection_errors).In("the offset that group " + group + " keeps");
  }
  if (kept->offset < 0) return std::optional<GroupOffset>();
  GroupOffset place{topic, partition, kept->offset};
  if (kept->metadata != nullptr) {
    place.metadata.assign(static_cast<const char*>(kept->metadata), kept->metadata_size);
  }
  return std::optional(std::move(place));
}

}  // namespace gamevents::kafka
