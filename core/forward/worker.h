#pragma once

#include "core/base/result.h"
#include "core/forward/forwarder.h"
#include "core/forward/interrupt.h"
#include "core/forward/rate.h"
#include "core/forward/resume.h"
#include "core/forward/skips.h"
#include "core/forward/tail.h"
#include "core/forward/target_topic.h"
#include "core/forward/worker_report.h"
#include "core/forward/writer.h"
#include "core/kafka/reader.h"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace gamevents::forward {

/// What all workers of a forwarder have in common; outlives them.
struct WorkerShared {
  WorkerShared(const ForwardOptions& forward, Forwarder::OnSafe on_safe)
      : options(forward),
        safe(std::move(on_safe)),
        limit(forward.rate),
        meter(std::chrono::steady_clock::now()) {}

  const ForwardOptions options;
  const Forwarder::OnSafe safe;
  Interrupt interrupt;
  RateLimit limit;
  RateMeter meter;
  std::atomic<uint64_t> records{0};
  std::atomic<uint64_t> bytes{0};
  std::atomic<bool> noted_plain{false};  // that the target has no transactions
};

/// Copies one partition in a thread of its own until it is done or interrupted.
class Worker {
 public:
  /// `source` is what the source's partition has, of `partitions` that its topic has.
  Worker(WorkerShared& shared, std::string topic, int32_t partition, int32_t partitions,
         OffsetRange source);
  /// Waits for the thread, which ends once shared.interrupt is requested.
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// Errors: kFull (no thread).
  Status Start();

  /// What the source's partition has by now.
  void SetSource(OffsetRange source) { report_.SourceEnds(source.end); }

  PartitionProgress Progress() const { return report_.Progress(); }

  /// With options.once: nullopt until it has ended; then whether all was copied.
  std::optional<Status> Outcome() const;

 private:
  // Why a session ended before everything was done.
  struct Trouble {
    enum class Kind : uint8_t {
      kPasses,     // tried again soon
      kNeedsHelp,  // trying again soon cannot help
      kTakenOver,  // another forwarder of the log is at work
      kAgain,      // no trouble at all: begin another session at once
    };
    Error error;
    Kind kind = Kind::kPasses;
  };
  using Kind = Trouble::Kind;
  // The records since the last commit.
  struct RunOfRecords {
    bool open = false;
    size_t records = 0;
    int64_t bytes = 0;
    int64_t next = 0;  // the source's offset after the last one
    std::chrono::steady_clock::time_point since{};
  };

  // worker.cpp: sessions, and what comes between two.
  void Run();
  std::optional<Trouble> Session();
  Result<OpenedWriter> OpenWriter();
  void Report(const Trouble& trouble);
  void WaitAfter(const Trouble& trouble, std::chrono::milliseconds wait);
  void WaitForOther();
  void End(Status outcome);
  static Kind KindOf(Fault fault);

  // worker_resume.cpp: where a session begins.
  Status FindTopicId();
  std::optional<Trouble> Resume(const std::optional<KeptMark>& kept);
  std::optional<Trouble> CheckSource(const kafka::ReaderOptions& reading);
  std::optional<Trouble> CompareLast(kafka::ReaderOptions reading);
  std::optional<Trouble> OpenSource(std::unique_ptr<kafka::Reader>& reader);
  static Trouble SourceTrouble(Error error);
  Trouble OlderSource(const std::string& what) const;
  bool SkippedAhead();
  std::string SkipCommand(int64_t to) const;

  // Another forwarder that copies nothing from one look to the next has ended.
  static constexpr std::chrono::seconds kOtherLook{20};
  // A run, and with it a transaction.
  static constexpr size_t kRunRecordsMax = 50'000;

  // worker_copy.cpp: runs of records, one after the other.
  std::optional<Trouble> Copy(kafka::Reader& reader, Writer& writer);
  std::optional<Trouble> Take(const kafka::RecordView& record, Writer& writer);
  std::optional<Trouble> BeginRun(const kafka::RecordView& record, Writer& writer);
  bool IsPackedOtherwise(const kafka::RecordView& record);
  std::optional<Trouble> Throttle(int64_t bytes, Writer& writer);
  std::optional<Trouble> CommitRun(Writer& writer);
  std::optional<Trouble> RefreshMark(Writer& writer);
  Trouble RefusedBy(const Writer& writer, Error error);
  void SetNext(int64_t next);

  WorkerShared& shared_;
  const std::string topic_;
  const int32_t partition_;
  const OffsetRange source_at_start_;
  WriterOptions writing_;
  WorkerReport report_;
  SkipWatch skips_;
  TargetTopic target_;

  // The thread's own.
  std::string topic_id_;               // of the source's topic; empty: not known
  std::optional<ResumePoint> resume_;  // where the target is; nullopt: it has nothing
  std::optional<int64_t> known_;       // the same, of what was committed in this life
  int64_t next_ = 0;
  int64_t safe_ = -1;  // what shared.safe was told last
  size_t run_max_;
  RunOfRecords run_;
  std::string mark_;                        // of the record that is sent
  std::vector<kafka::HeaderView> headers_;  // its, with the mark
  std::chrono::steady_clock::time_point last_good_;
  std::chrono::steady_clock::time_point last_commit_;
  std::chrono::steady_clock::time_point last_skip_look_{};
  std::optional<std::chrono::steady_clock::time_point> repacked_;

  mutable std::mutex mutex_;
  std::optional<Status> outcome_;  // by mutex_

  std::thread thread_;
};

}  // namespace gamevents::forward
