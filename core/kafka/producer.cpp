#include "core/kafka/producer.h"

#include "core/base/burst.h"
#include "core/base/thread.h"
#include "core/kafka/configuration.h"
#include "core/kafka/error.h"
#include "core/kafka/handles.h"
#include "core/kafka/in_process_broker.h"
#include "core/kafka/outgoing.h"

#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <thread>
#include <utility>

namespace gamevents::kafka {
namespace {

using std::chrono::milliseconds;

// The deliveries' thread sleeps in librdkafka for at most this long before it looks whether it
// should end; queue_yield wakes it earlier.
constexpr int kPollMs = 500;
// Topics that a producer keeps handles of. A program writes to a handful; this only bounds what a
// caller that makes up names could hold.
constexpr size_t kTopicsMax = 1'024;
// So many at once are few callers who each wait for their record: lingering gains them nothing.
constexpr int64_t kFew = 4;

class RdProducer;

// What a record's delivery needs, carried through librdkafka as the message's opaque. Owned by
// librdkafka from a successful produce call to the delivery report.
struct PendingDelivery {
  RdProducer* producer;
  OnDelivery on_delivery;
  size_t number;
};

class RdProducer final : public Producer {
 public:
  explicit RdProducer(const ProducerOptions& options)
      : delivery_timeout_(options.delivery_timeout),
        linger_(options.linger),
        hurries_(!options.client.properties.contains("linger.ms") &&
                 !options.client.properties.contains("queue.buffering.max.ms")),
        connection_errors_(options.client.brokers) {}
  ~RdProducer() override;

  Status Start(const ProducerOptions& options);

  Sent SendAll(std::span<OutgoingRecord> records, size_t first,
               const OnDelivery& on_delivery) override;
  Status Flush(milliseconds timeout) override;
  int64_t QueuedRecords() const override { return pending_.load(std::memory_order_relaxed); }

 private:
  static void OnReport(rd_kafka_t* handle, const rd_kafka_message_t* message, void* opaque);

  void Run();
  Status SendOne(const OutgoingRecord& record, std::unique_ptr<PendingDelivery> pending);
  Result<Delivery> Outcome(const rd_kafka_message_t& message) const;
  Result<rd_kafka_topic_t*> TopicFor(const std::string& name);
  Error SendError(const std::string& topic, const rd_kafka_error_t* refused) const;
  void CountTaken();
  void CountReported();

  const milliseconds delivery_timeout_;
  const milliseconds linger_;
  const bool hurries_;  // records that travel alone do not linger
  ConnectionErrors connection_errors_;
  Handle handle_;
  Queue main_queue_;

  std::shared_mutex topics_mutex_;
  std::map<std::string, TopicHandle, std::less<>> topics_;

  std::atomic<int64_t> pending_{0};
  std::atomic<int64_t> most_{0};       // that were pending at once since there were none
  std::atomic<int64_t> most_last_{0};  // the same of the time before
  std::atomic<bool> alone_{false};     // a record came that should not linger
  std::atomic<int> flushing_{0};
  std::mutex idle_mutex_;
  std::condition_variable idle_;

  std::atomic<bool> closing_{false};   // nothing more is taken
  std::atomic<bool> stopping_{false};  // thread_ ends once nothing is pending
  std::thread thread_;
};

Properties Settings(const ProducerOptions& options) {
  const auto ms = [](milliseconds value) { return std::to_string(value.count()); };
  // A quarter of the record's time for the cluster to say whether a topic exists at all.
  const milliseconds topic_wait = std::max(options.delivery_timeout / 4, milliseconds(500));
  Properties settings = {
      {"acks", std::to_string(options.acks)},
      {"enable.idempotence", options.acks == -1 ? "true" : "false"},
      {"message.timeout.ms", ms(options.delivery_timeout)},
      {"linger.ms", ms(options.linger)},
      {"partitioner", "murmur2_random"},
      {"queue.buffering.max.messages", std::to_string(options.queue_records_max)},
      {"queue.buffering.max.kbytes",
       std::to_string(std::max<int64_t>(options.queue_bytes_max >> 10, 1))},
      {"topic.metadata.propagation.max.ms", ms(topic_wait)},
  };
  // Without idempotence a retry may overtake the batch behind it, unless there is none in flight.
  if (options.acks != -1) settings["max.in.flight.requests.per.connection"] = "1";
  return settings;
}

std::vector<Promise> Promises(const ProducerOptions& options) {
  constexpr std::string_view kAcks =
      "how many replicas hold a record before it counts is the command's own promise";
  const std::string_view acks = options.acks == -1 ? "-1 all" : "1";
  std::vector<Promise> promises = {
      {"acks", acks, kAcks},
      {"request.required.acks", acks, kAcks},
      {"delivery.report.only.error", "false", "every record's delivery is counted"},
      {"message.timeout.ms", "", "set kafka.timeout, which bounds how long a record may wait"},
      {"delivery.timeout.ms", "", "set kafka.timeout, which bounds how long a record may wait"},
      {"transactional.id", "", "records are sent outside of transactions"},
  };
  if (options.acks == -1) {
    promises.push_back({"enable.idempotence", "true",
                        "without it a retry could store a record twice or out of order"});
  } else {
    promises.push_back({"max.in.flight.requests.per.connection", "1",
                        "with acks=1 more than one would let a retry change the order"});
    promises.push_back(
        {"max.in.flight", "1", "with acks=1 more than one would let a retry change the order"});
  }
  return promises;
}

Status CheckAcks(const ProducerOptions& options) {
  if (options.acks == -1 || options.acks == 1) return Done{};
  return Error{Fault::kBadInput,
               "acks must be -1 (all in-sync replicas) or 1, not " + std::to_string(options.acks)};
}

Status RdProducer::Start(const ProducerOptions& options) {
  if (auto checked = CheckAcks(options); !checked) return checked;
  auto handle = OpenHandle(
      RD_KAFKA_PRODUCER, options.client, Settings(options), Promises(options), connection_errors_,
      [](rd_kafka_conf_t* conf) { rd_kafka_conf_set_dr_msg_cb(conf, &RdProducer::OnReport); });
  if (!handle) return std::move(handle).error();
  handle_ = std::move(*handle);
  main_queue_.reset(rd_kafka_queue_get_main(handle_.get()));
  return StartThread(thread_, [this] { Run(); });
}

RdProducer::~RdProducer() {
  if (!handle_) return;
  closing_.store(true);
  if (!Flush(delivery_timeout_)) {
    // What is left now is answered as purged (kClosed) by the thread below.
    rd_kafka_purge(handle_.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
  }
  stopping_.store(true);
  rd_kafka_queue_yield(main_queue_.get());
  if (thread_.joinable()) thread_.join();
}

// The thread that calls every delivery callback. Ends once it is told to and nothing is pending:
// after a purge that is a matter of one round.
void RdProducer::Run() {
  while (!stopping_.load() || pending_.load() > 0) {
    // While it flushes, librdkafka lets no record linger; it polls meanwhile, too.
    if (alone_.exchange(false)) {
      rd_kafka_flush(handle_.get(), static_cast<int>(linger_.count()));
    } else {
      const Burst burst;  // of the deliveries that have come meanwhile
      rd_kafka_poll(handle_.get(), kPollMs);
    }
  }
}

Result<rd_kafka_topic_t*> RdProducer::TopicFor(const std::string& name) {
  {
    const std::shared_lock lock(topics_mutex_);
    if (const auto found = topics_.find(name); found != topics_.end()) return found->second.get();
  }
  const std::unique_lock lock(topics_mutex_);
  if (const auto found = topics_.find(name); found != topics_.end()) return found->second.get();
  if (topics_.size() >= kTopicsMax) {
    return Error{Fault::kFull, "topic " + name + ": a producer writes to at most " +
                                   std::to_string(kTopicsMax) + " topics"};
  }
  TopicHandle topic(rd_kafka_topic_new(handle_.get(), name.c_str(), nullptr));
  if (!topic) return KafkaError(rd_kafka_last_error(), "topic " + name);
  return topics_.emplace(name, std::move(topic)).first->second.get();
}

Sent RdProducer::SendAll(std::span<OutgoingRecord> records, size_t first,
                         const OnDelivery& on_delivery) {
  Sent sent;
  for (const OutgoingRecord& record : records) {
    std::unique_ptr<PendingDelivery> pending(
        new PendingDelivery{this, on_delivery, first + sent.count});
    sent.status = SendOne(record, std::move(pending));
    if (!sent.status) break;
    ++sent.count;
  }
  return sent;
}

Status RdProducer::SendOne(const OutgoingRecord& record, std::unique_ptr<PendingDelivery> pending) {
  if (closing_.load()) {
    return Error{Fault::kClosed, "send to " + record.topic + ": the producer is closing"};
  }
  auto topic = TopicFor(record.topic);
  if (!topic) return std::move(topic).error();

  // Counted before, because the report may come before produceva returns.
  CountTaken();
  const KafkaErrorHandle refused = Produce(handle_.get(), *topic, record, pending.get());
  if (refused) {
    CountReported();
    return SendError(record.topic, refused.get());
  }
  // librdkafka owns it from here on.
  static_cast<void>(pending.release());
  if (alone_.load()) rd_kafka_queue_yield(main_queue_.get());
  return Done{};
}

void RdProducer::CountTaken() {
  const int64_t before = pending_.fetch_add(1);
  if (!hurries_) return;
  for (int64_t most = most_.load(); most <= before;) {
    if (most_.compare_exchange_weak(most, before + 1)) break;
  }
  if (before == 0 && most_last_.load() <= kFew) alone_.store(true);
}

Error RdProducer::SendError(const std::string& topic, const rd_kafka_error_t* refused) const {
  const rd_kafka_resp_err_t code = rd_kafka_error_code(refused);
  const std::string where = "send to " + topic;
  if (code == RD_KAFKA_RESP_ERR__FATAL) {
    char text[512] = "";
    const rd_kafka_resp_err_t cause = rd_kafka_fatal_error(handle_.get(), text, sizeof text);
    return Error{Fault::kClosed, where + ": " + DescribeCode(cause, text) +
                                     "; this producer sends nothing more, open a new one"};
  }
  Error error = KafkaError(code, rd_kafka_error_string(refused));
  // Refused at once: the caller named a partition or topic that the cluster has said is not there.
  if (code == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION) error.fault = Fault::kBadInput;
  return std::move(error).In(where);
}

Result<Delivery> RdProducer::Outcome(const rd_kafka_message_t& message) const {
  if (message.err == RD_KAFKA_RESP_ERR_NO_ERROR) {
    return Delivery{message.partition, message.offset};
  }
  // Not rd_kafka_message_errstr: for a produced message it gives the record's own bytes, unended.
  Error error = NoAnswer(message.err, connection_errors_);
  if (message.err == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION && message.partition >= 0) {
    error.context = "there is no partition " + std::to_string(message.partition);
  }
  return std::move(error).In(std::string("deliver to ") + rd_kafka_topic_name(message.rkt));
}

void RdProducer::OnReport(rd_kafka_t*, const rd_kafka_message_t* message, void*) {
  const std::unique_ptr<PendingDelivery> pending(static_cast<PendingDelivery*>(message->_private));
  RdProducer& self = *pending->producer;
  if (pending->on_delivery) pending->on_delivery(self.Outcome(*message), {pending->number, 1});
  self.CountReported();
}

// The count is what Flush waits on: the callback has returned when it goes down.
void RdProducer::CountReported() {
  if (pending_.fetch_sub(1) != 1) return;
  most_last_.store(most_.exchange(0));
  if (flushing_.load() == 0) return;
  const std::lock_guard lock(idle_mutex_);
  idle_.notify_all();
}

Status RdProducer::Flush(milliseconds timeout) {
  flushing_.fetch_add(1);
  bool idle = false;
  {
    std::unique_lock lock(idle_mutex_);
    idle = idle_.wait_for(lock, timeout, [this] { return pending_.load() == 0; });
  }
  flushing_.fetch_sub(1);
  if (idle) return Done{};
  return Error{Fault::kUnavailable, "flush: " + std::to_string(pending_.load()) +
                                        " records are not acknowledged after " +
                                        std::to_string(timeout.count()) + " ms; " +
                                        connection_errors_.Describe()};
}

}  // namespace

Result<std::unique_ptr<Producer>> Producer::Open(const ProducerOptions& options) {
  if (options.client.in_process != nullptr) return options.client.in_process->OpenProducer(options);
  auto producer = std::make_unique<RdProducer>(options);
  if (auto started = producer->Start(options); !started) return std::move(started).error();
  return std::unique_ptr<Producer>(std::move(producer));
}

Status Producer::Check(const ProducerOptions& options) {
  if (auto checked = CheckAcks(options); !checked) return checked;
  return CheckProperties(RD_KAFKA_PRODUCER, options.client, Settings(options), Promises(options));
}

}  // namespace gamevents::kafka
