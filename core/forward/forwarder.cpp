#include "core/forward/forwarder.h"

#include "core/base/notes.h"
#include "core/base/stop.h"
#include "core/base/thread.h"
#include "core/forward/worker.h"
#include "core/kafka/reader.h"
#include "core/kafka/transactional_producer.h"

#include <atomic>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

namespace gamevents::forward {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// Each is a thread with a client of the target and, of a source at an address, one of the source.
constexpr size_t kWorkersMax = 256;
// How often the source is asked how far it is, in this process and over the network.
constexpr milliseconds kLookInProcess{500};
constexpr milliseconds kLookOverNetwork{5'000};
constexpr milliseconds kLookAgain{1'000};
constexpr milliseconds kDoneLook{50};
constexpr milliseconds kSourceAskMax{5'000};

class WorkingForwarder final : public Forwarder {
 public:
  WorkingForwarder(const ForwardOptions& options, OnSafe on_safe)
      : shared_(options, std::move(on_safe)) {}
  ~WorkingForwarder() override;

  Status Begin() {
    return StartThread(thread_, [this] { Run(); });
  }
  ForwardProgress Progress() const override;
  Status WaitUntilDone() override;

 private:
  using Place = std::pair<std::string, int32_t>;

  void Run();
  bool LookAtAll();
  Status LookAt(const std::string& topic);
  Status StartWorker(const Place& place, int32_t partitions, OffsetRange source);
  std::optional<Status> Outcome() const;

  WorkerShared shared_;
  mutable std::mutex mutex_;  // for what follows
  std::map<Place, std::unique_ptr<Worker>> workers_;
  std::map<std::string, Error> missing_;  // topics that cannot be looked at, and why
  bool found_all_ = false;                // each topic was found at least once

  steady_clock::time_point begun_ = steady_clock::now();
  std::thread thread_;
};

WorkingForwarder::~WorkingForwarder() {
  shared_.interrupt.Request();
  if (thread_.joinable()) thread_.join();
  workers_.clear();
}

// Finds the topics' partitions, and follows how far the source is.
void WorkingForwarder::Run() {
  const bool in_process = shared_.options.source.in_process != nullptr;
  const milliseconds often = in_process ? kLookInProcess : kLookOverNetwork;
  while (true) {
    const bool found = LookAtAll();
    // What comes later is not copied then.
    if (found && shared_.options.once) return;
    if (shared_.interrupt.WaitFor(found ? often : kLookAgain)) return;
  }
}

bool WorkingForwarder::LookAtAll() {
  bool all = true;
  for (const std::string& topic : shared_.options.topics) {
    if (shared_.interrupt.Requested()) return false;
    auto looked = LookAt(topic);
    all = all && looked;
    const std::lock_guard lock(mutex_);
    if (looked) {
      missing_.erase(topic);
      continue;
    }
    const bool news = !missing_.contains(topic);
    missing_.insert_or_assign(topic, looked.error());
    if (news && !shared_.options.once) {
      Note(NoteLevel::kWarning, "forward " + topic + ": source: " + looked.error().context);
    }
  }
  const std::lock_guard lock(mutex_);
  found_all_ = found_all_ || all;
  return all;
}

Status WorkingForwarder::LookAt(const std::string& topic) {
  kafka::ReaderOptions reading;
  reading.client = shared_.options.source;
  reading.client.timeout = std::min(reading.client.timeout, kSourceAskMax);
  reading.topic = topic;
  const auto ranges = kafka::Reader::Find(reading);
  if (!ranges) return Error(ranges.error());
  for (const kafka::PartitionRange& range : *ranges) {
    const Place place(topic, range.partition);
    const OffsetRange source{range.begin, range.high_watermark};
    const auto partitions = static_cast<int32_t>(ranges->size());
    if (auto started = StartWorker(place, partitions, source); !started) return started;
  }
  return Done{};
}

Status WorkingForwarder::StartWorker(const Place& place, int32_t partitions, OffsetRange source) {
  std::unique_lock lock(mutex_);
  if (const auto found = workers_.find(place); found != workers_.end()) {
    found->second->SetSource(source);
    return Done{};
  }
  if (workers_.size() >= kWorkersMax) {
    return Error{Fault::kFull, "one forwarder copies at most " + std::to_string(kWorkersMax) +
                                   " partitions; name fewer topics"};
  }
  auto worker = std::make_unique<Worker>(shared_, place.first, place.second, partitions, source);
  Worker& added = *workers_.emplace(place, std::move(worker)).first->second;
  lock.unlock();
  if (shared_.safe) shared_.safe(place.first, place.second, source.begin);
  return added.Start();
}

ForwardProgress WorkingForwarder::Progress() const {
  ForwardProgress progress;
  const RateMeter::Rates rates = shared_.meter.PerSecond(steady_clock::now());
  progress.records_per_second = rates.records;
  progress.bytes_per_second = rates.bytes;
  progress.records_copied = shared_.records.load();
  progress.bytes_copied = shared_.bytes.load();
  const std::lock_guard lock(mutex_);
  for (const auto& [place, worker] : workers_) progress.partitions.push_back(worker->Progress());
  return progress;
}

// With options.once: nullopt while there is something to be done.
std::optional<Status> WorkingForwarder::Outcome() const {
  const std::lock_guard lock(mutex_);
  if (!missing_.empty()) {
    const Error& error = missing_.begin()->second;
    const bool away = steady_clock::now() - begun_ > shared_.options.source.timeout;
    if (error.fault != Fault::kUnavailable || away) return Error(error).In("source");
  }
  if (!found_all_) return std::nullopt;
  std::optional<Status> failed;
  for (const auto& [place, worker] : workers_) {
    auto outcome = worker->Outcome();
    if (!outcome) return std::nullopt;
    if (!*outcome && !failed) failed = std::move(outcome);
  }
  return failed ? failed : Status(Done{});
}

Status WorkingForwarder::WaitUntilDone() {
  while (true) {
    if (auto outcome = Outcome()) return std::move(*outcome);
    if (StopSignal::WaitFor(kDoneLook)) return Error{Fault::kClosed, "interrupted"};
  }
}

}  // namespace

Result<std::unique_ptr<Forwarder>> Forwarder::Start(const ForwardOptions& options, OnSafe on_safe) {
  if (options.topics.empty()) return Error{Fault::kBadInput, "there is no topic to be forwarded"};
  if (options.source_cluster_id.empty() ||
      options.source_cluster_id.find(' ') != std::string::npos) {
    return Error{Fault::kBadInput, "the source has no cluster id to tell its records by"};
  }
  if (auto checked = kafka::TransactionalProducer::Check({options.target, "gamevents-forward"});
      !checked) {
    return std::move(checked).error().In("forward.properties");
  }
  auto forwarder = std::make_unique<WorkingForwarder>(options, std::move(on_safe));
  if (auto begun = forwarder->Begin(); !begun) return std::move(begun).error();
  return std::unique_ptr<Forwarder>(std::move(forwarder));
}

}  // namespace gamevents::forward
