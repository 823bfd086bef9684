#include "core/embedded/in_process_producer.h"

#include "core/base/burst.h"
#include "core/base/check.h"
#include "core/base/thread.h"
#include "core/broker/groups/offset_store.h"
#include "core/broker/topic_creation.h"
#include "core/embedded/batch_queues.h"
#include "core/embedded/producer_limits.h"
#include "core/kafka/reading_errors.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

namespace gamevents::embedded {
namespace {

using std::chrono::milliseconds;
using Steady = OpenBatch::Clock;

// Why a batch was not written.
Error NotStored(const std::string& topic, const Error& error) {
  // Closed: its topic was deleted after it was looked up.
  if (error.fault == Fault::kClosed) return kafka::NoSuchTopic(topic);
  return {Fault::kIo, error.context};
}

Error NotStored(const log::Refused& refused) {
  const bool unsupported = refused.refusal == log::Refusal::kUnsupportedCodec;
  return {unsupported ? Fault::kUnsupported : Fault::kBadInput, refused.reason};
}

class InProcessProducer final : public kafka::Producer {
 public:
  InProcessProducer(broker::Broker& broker, const ProducerLimits& limits)
      : broker_(broker),
        limits_(limits),
        queues_(broker.logs, limits.batch_bytes_max, limits.codec) {}
  ~InProcessProducer() override;

  Status Start();

  kafka::Sent SendAll(std::span<kafka::OutgoingRecord> records, size_t first,
                      const OnDelivery& on_delivery) override;
  Status Flush(milliseconds timeout) override;
  int64_t QueuedRecords() const override { return pending_.load(std::memory_order_relaxed); }

 private:
  using BatchPtr = BatchQueues::BatchPtr;

  // A batch that is written, and what has to be on disk before its records are reported.
  struct Written {
    BatchPtr batch;
    std::shared_ptr<log::Log> log;
    log::Appended place;
    size_t bytes;
  };
  // What is told of records: of the first, and of those behind it with the offsets that follow.
  struct Report {
    std::vector<Addressee> addressees;
    int64_t bytes;
    Result<kafka::Delivery> first;
  };

  // One that is to be sent.
  struct Outgoing {
    const kafka::OutgoingRecord& record;
    const OnDelivery& on_delivery;
    size_t number;
  };

  Result<int32_t> CountPartitions(const std::string& topic);
  Result<int32_t> PartitionsOf(const std::string& topic, std::unique_lock<std::mutex>& lock);
  Status CheckRoom(const kafka::OutgoingRecord& record) const;
  Status CheckRecord(const kafka::OutgoingRecord& record, const Result<int32_t>& partitions) const;
  void Add(const Outgoing& outgoing, int32_t partitions, Steady::time_point now, TimestampMs time);

  void StoreBatches();
  void Store(const std::vector<BatchPtr>& batches);
  std::optional<Written> Write(const BatchPtr& batch, const log::Log*& synced_here);
  std::optional<log::Appended> Append(const BatchPtr& batch, log::Log& log, log::CommitBy commit,
                                      const log::RecordFacts& facts, std::vector<std::byte>& bytes);
  Status DropRefused(const BatchPtr& batch, const log::Refused& refused,
                     std::vector<std::byte>& bytes);
  void AwaitDisk(const std::vector<Written>& written, const log::Log* synced_here);

  void FailOne(Addressee addressee, int64_t bytes, Error error);
  void Finish(const BatchPtr& batch, Result<kafka::Delivery> first);
  void FinishLocked(OpenBatch& batch, Result<kafka::Delivery> first);
  void ReportOutcomes();
  void ReportFinished(std::unique_lock<std::mutex>& lock);
  void Tell(Report& report);
  void EndOverdue(Steady::time_point now);

  broker::Broker& broker_;
  const ProducerLimits limits_;
  std::vector<std::vector<std::byte>> rooms_;  // the storing thread's: of batches it has written
  std::atomic<int64_t> pending_{0};            // records that were taken and not reported

  std::mutex mutex_;  // guards what follows; not held while anything is stored or reported
  BatchQueues queues_;
  std::deque<BatchPtr> open_;    // all that are not finished, the oldest first
  std::deque<Report> finished_;  // to be reported, in this order
  int64_t pending_bytes_ = 0;
  bool reporting_ = false;  // a thread does; it takes what comes meanwhile too
  bool closing_ = false;    // nothing more is taken
  bool stopping_ = false;   // the threads end
  std::condition_variable to_store_;
  std::condition_variable to_report_;
  std::condition_variable idle_;
  std::thread storing_thread_;
  std::thread reporting_thread_;
};

Status InProcessProducer::Start() {
  if (auto started = StartThread(storing_thread_, [this] { StoreBatches(); }); !started) {
    return started;
  }
  return StartThread(reporting_thread_, [this] { ReportOutcomes(); });
}

InProcessProducer::~InProcessProducer() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  static_cast<void>(Flush(limits_.delivery_timeout).ok());
  {
    const std::lock_guard lock(mutex_);
    while (!open_.empty()) {
      const BatchPtr oldest = open_.front();
      FinishLocked(*oldest, Error{Fault::kClosed, "deliver to " + oldest->topic +
                                                      ": the producer was closed before it was "
                                                      "known to be on disk"});
    }
    stopping_ = true;
  }
  to_store_.notify_all();
  to_report_.notify_all();
  // A disk that does not answer holds this up: nobody can take back what it was told to write.
  if (storing_thread_.joinable()) storing_thread_.join();
  if (reporting_thread_.joinable()) reporting_thread_.join();
}

Result<int32_t> InProcessProducer::CountPartitions(const std::string& topic) {
  if (topic == broker::kOffsetsTopic) {
    return Error{Fault::kBadInput, "clients cannot write " + topic};
  }
  if (const int32_t count = broker_.logs.CountPartitions(topic); count > 0) return count;
  auto made = broker::FindOrCreateTopic(broker_, topic, broker_.options.auto_create_topics);
  if (!made && made.error().fault == Fault::kFull) return Error{Fault::kIo, made.error().context};
  if (!made) return std::move(made).error();
  return static_cast<int32_t>(made->partitions.size());
}

// With `lock` on mutex_ held, but while a topic is looked up of which nothing gathers here: for the
// others that was done when their first batch was begun.
Result<int32_t> InProcessProducer::PartitionsOf(const std::string& topic,
                                                std::unique_lock<std::mutex>& lock) {
  if (const auto known = queues_.PartitionsOf(topic)) return *known;
  lock.unlock();
  auto counted = CountPartitions(topic);
  lock.lock();
  return counted;
}

// With mutex_ held.
Status InProcessProducer::CheckRoom(const kafka::OutgoingRecord& record) const {
  if (closing_) return Error{Fault::kClosed, "the producer is closing"};
  const int64_t records = pending_.load(std::memory_order_relaxed);
  const bool full = records >= limits_.records_max ||
                    (records > 0 && pending_bytes_ + CountedBytes(record) > limits_.bytes_max);
  if (!full) return Done{};
  return Error{Fault::kFull, std::to_string(records) + " records of " +
                                 std::to_string(pending_bytes_) +
                                 " bytes wait for their acknowledgement, as many as may"};
}

// With mutex_ held.
Status InProcessProducer::CheckRecord(const kafka::OutgoingRecord& record,
                                      const Result<int32_t>& partitions) const {
  if (const size_t size = EncodedBytesMax(record); size > limits_.message_bytes_max) {
    return Error{Fault::kBadInput, "the record takes " + std::to_string(size) +
                                       " bytes: message.max.bytes is " +
                                       std::to_string(limits_.message_bytes_max)};
  }
  if (partitions && record.partition &&
      (*record.partition < 0 || *record.partition >= *partitions)) {
    return Error{Fault::kBadInput, "there is no partition " + std::to_string(*record.partition)};
  }
  return CheckRoom(record);
}

// With mutex_ held.
void InProcessProducer::Add(const Outgoing& outgoing, int32_t partitions, Steady::time_point now,
                            TimestampMs time) {
  const auto& [record, on_delivery, number] = outgoing;
  const int32_t partition = queues_.ChoosePartition(record, partitions);
  const BatchPtr batch = queues_.BatchFor(record, partition, partitions, now);
  if (batch->addressees.empty()) open_.push_back(batch);
  batch->Add(record, time, on_delivery, number);
}

kafka::Sent InProcessProducer::SendAll(std::span<kafka::OutgoingRecord> records, size_t first,
                                       const OnDelivery& on_delivery) {
  kafka::Sent sent;
  if (records.empty()) return sent;
  const std::string& topic = records.front().topic;
  const auto now = Steady::now();
  const TimestampMs time = broker_.logs.clock().Now();
  std::unique_lock lock(mutex_);
  const auto partitions = PartitionsOf(topic, lock);
  for (const kafka::OutgoingRecord& record : records) {
    const size_t number = first + sent.count;
    sent.status = CheckRecord(record, partitions);
    if (!sent.status) break;
    ++sent.count;
    pending_.fetch_add(1, std::memory_order_relaxed);
    pending_bytes_ += CountedBytes(record);
    if (partitions) {
      Add({record, on_delivery, number}, *partitions, now, time);
    } else {
      FailOne({on_delivery, {number, 1}}, CountedBytes(record),
              Error(partitions.error()).In("deliver to " + topic));
    }
  }
  lock.unlock();
  if (!sent.status) sent.status = std::move(sent.status).error().In("send to " + topic);
  if (sent.count > 0) (partitions ? to_store_ : to_report_).notify_one();
  return sent;
}

Status InProcessProducer::Flush(milliseconds timeout) {
  std::unique_lock lock(mutex_);
  if (idle_.wait_for(lock, timeout, [this] { return pending_.load() == 0; })) return Done{};
  return Error{Fault::kUnavailable, "flush: " + std::to_string(pending_.load()) +
                                        " records are not acknowledged after " +
                                        std::to_string(timeout.count()) + " ms"};
}

// The thread that stores. While it waits for the disk, the next batches gather.
void InProcessProducer::StoreBatches() {
  std::unique_lock lock(mutex_);
  while (true) {
    to_store_.wait(lock, [this] { return stopping_ || queues_.HasBatches(); });
    if (!queues_.HasBatches()) return;
    std::vector<BatchPtr> batches = queues_.Take();
    std::erase_if(batches, [](const BatchPtr& batch) { return batch->reported; });
    lock.unlock();
    Store(batches);
    lock.lock();
    for (std::vector<std::byte>& room : std::exchange(rooms_, {})) {
      queues_.GiveRoom(std::move(room));
    }
    // With nothing else to do, it saves one caller the wait for another thread to wake up.
    if (queues_.HasBatches()) {
      to_report_.notify_one();
    } else {
      ReportFinished(lock);
    }
  }
}

// One log's sync is done by this thread, which spares two changes of threads; those of other logs
// are the committer's, at the same time.
void InProcessProducer::Store(const std::vector<BatchPtr>& batches) {
  std::vector<Written> written;
  const log::Log* synced_here = nullptr;
  for (const BatchPtr& batch : batches) {
    if (auto one = Write(batch, synced_here)) written.push_back(std::move(*one));
  }
  AwaitDisk(written, synced_here);
}

std::optional<InProcessProducer::Written> InProcessProducer::Write(const BatchPtr& batch,
                                                                   const log::Log*& synced_here) {
  std::shared_ptr<log::Log> log = broker_.logs.Partition(batch->topic, batch->partition);
  if (log == nullptr) {
    Finish(batch, kafka::NoSuchTopic(batch->topic));
    return std::nullopt;
  }
  const log::RecordFacts facts = batch->records.facts();
  auto bytes = batch->records.Finish();
  if (!bytes) {
    Finish(batch, std::move(bytes).error());
    return std::nullopt;
  }
  if (synced_here == nullptr) synced_here = log.get();
  const auto commit = synced_here == log.get() ? log::CommitBy::kCaller : log::CommitBy::kCommitter;
  const auto place = Append(batch, *log, commit, facts, *bytes);
  const size_t size = bytes->size();
  rooms_.push_back(*std::move(bytes));
  if (!place) return std::nullopt;
  return Written{batch, std::move(log), *place, size};
}

// Until all that is left of the batch is written; what is refused of it is reported.
std::optional<log::Appended> InProcessProducer::Append(const BatchPtr& batch, log::Log& log,
                                                       log::CommitBy commit,
                                                       const log::RecordFacts& facts,
                                                       std::vector<std::byte>& bytes) {
  bool as_built = limits_.codec == log::Codec::kNone;
  while (true) {
    auto outcome = as_built ? log.AppendBuilt(bytes, facts, commit) : log.Append(bytes, commit);
    if (!outcome) {
      broker_.trouble.NoteFailure(log.shared_from_this(), bytes.size(), outcome.error());
      Finish(batch, NotStored(batch->topic, outcome.error()));
      return std::nullopt;
    }
    if (const auto* appended = std::get_if<log::Appended>(&*outcome)) return *appended;
    const auto& refused = std::get<log::Refused>(*outcome);
    const auto count = static_cast<size_t>(log::ReadBatchHeader(bytes).record_count);
    if (refused.records.empty() || refused.records.size() >= count) {
      Finish(batch, NotStored(refused));
      return std::nullopt;
    }
    if (Status dropped = DropRefused(batch, refused, bytes); !dropped) {
      Finish(batch, std::move(dropped).error());
      return std::nullopt;
    }
    as_built = false;
  }
}

// Takes the records that are to blame out of the batch, and reports them: the others can be stored.
Status InProcessProducer::DropRefused(const BatchPtr& batch, const log::Refused& refused,
                                      std::vector<std::byte>& bytes) {
  auto rest = WithoutRecords(bytes, refused.records);
  if (!rest) return std::move(rest).error();
  bytes = std::move(*rest);
  const std::lock_guard lock(mutex_);
  if (batch->reported) return Done{};
  auto addressees = TakeAddressees(batch->addressees, refused.records);
  INVARIANT(addressees.size() == refused.records.size());
  for (size_t i = 0; i < addressees.size(); ++i) {
    FailOne(std::move(addressees[i]), 0,
            {Fault::kBadInput, "deliver to " + batch->topic + ": " + refused.records[i].reason});
  }
  return Done{};
}

void InProcessProducer::AwaitDisk(const std::vector<Written>& written,
                                  const log::Log* synced_here) {
  for (const Written& one : written) {
    Status durable = Done{};
    if (one.log->high_watermark() < one.place.next_offset) {
      durable = one.log.get() == synced_here ? one.log->Sync()
                                             : one.log->WaitCommitted(one.place.next_offset);
    }
    if (durable) {
      broker_.trouble.NoteSuccess(*one.log);
      Finish(one.batch, kafka::Delivery{one.batch->partition, one.place.base_offset.value});
      continue;
    }
    broker_.trouble.NoteFailure(one.log, one.bytes, durable.error());
    Error error = NotStored(one.batch->topic, durable.error());
    // It is written; nobody knows whether it is on disk.
    if (error.fault == Fault::kIo) error.fault = Fault::kUnavailable;
    Finish(one.batch, std::move(error));
  }
}

// A record without its batch. With mutex_ held.
void InProcessProducer::FailOne(Addressee addressee, int64_t bytes, Error error) {
  Report& report = finished_.emplace_back(Report{{}, bytes, std::move(error)});
  report.addressees.push_back(std::move(addressee));
}

void InProcessProducer::Finish(const BatchPtr& batch, Result<kafka::Delivery> first) {
  if (!first) first = std::move(first).error().In("deliver to " + batch->topic);
  const std::lock_guard lock(mutex_);
  FinishLocked(*batch, std::move(first));
}

// With mutex_ held. What is reported is no longer among the open ones.
void InProcessProducer::FinishLocked(OpenBatch& batch, Result<kafka::Delivery> first) {
  if (std::exchange(batch.reported, true)) return;
  finished_.push_back({std::exchange(batch.addressees, {}), batch.bytes, std::move(first)});
  while (!open_.empty() && open_.front()->reported) open_.pop_front();
}

// The thread that reports while the other one stores, and that ends what takes too long.
void InProcessProducer::ReportOutcomes() {
  std::unique_lock lock(mutex_);
  while (!stopping_ || pending_.load() > 0) {
    ReportFinished(lock);
    const auto begun = open_.empty() ? Steady::now() : open_.front()->begun;
    to_report_.wait_until(lock, begun + limits_.delivery_timeout, [this] {
      return (stopping_ && pending_.load() == 0) || (!finished_.empty() && !reporting_);
    });
    EndOverdue(Steady::now());
  }
}

// With `lock` on mutex_ held, but while callbacks run.
void InProcessProducer::ReportFinished(std::unique_lock<std::mutex>& lock) {
  if (reporting_) return;
  reporting_ = true;
  while (!finished_.empty()) {
    Report report = std::move(finished_.front());
    finished_.pop_front();
    lock.unlock();
    Tell(report);
    report.addressees.clear();
    lock.lock();
    queues_.GiveRoom(std::move(report.addressees));
    pending_bytes_ -= report.bytes;
    if (pending_.load() == 0) idle_.notify_all();
  }
  reporting_ = false;
  if (stopping_) to_report_.notify_all();
}

// Those who wait at one place are told together there: a batch's callers at their event loops.
void InProcessProducer::Tell(Report& report) {
  const Burst burst;
  for (const auto& [on_delivery, numbers] : report.addressees) {
    if (on_delivery) on_delivery(report.first, numbers);
    const auto count = static_cast<int64_t>(numbers.count);
    if (report.first) report.first->offset += count;
    pending_.fetch_sub(count);
  }
}

void InProcessProducer::EndOverdue(Steady::time_point now) {
  while (!open_.empty() && open_.front()->begun + limits_.delivery_timeout <= now) {
    const BatchPtr oldest = open_.front();
    FinishLocked(*oldest, Error{Fault::kUnavailable,
                                "deliver to " + oldest->topic + ": not on disk within " +
                                    std::to_string(limits_.delivery_timeout.count()) + " ms"});
  }
}

}  // namespace

Result<std::unique_ptr<kafka::Producer>> OpenProducer(broker::Broker& broker,
                                                      const kafka::ProducerOptions& options) {
  if (Status checked = kafka::Producer::Check(options); !checked) return std::move(checked).error();
  auto producer = std::make_unique<InProcessProducer>(broker, ProducerLimitsOf(options));
  if (Status started = producer->Start(); !started) return std::move(started).error();
  return std::unique_ptr<kafka::Producer>(std::move(producer));
}

}  // namespace gamevents::embedded
