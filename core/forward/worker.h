#pragma once

#include "core/base/result.h"
#include "core/forward/forwarder.h"
#include "core/forward/interrupt.h"
#include "core/forward/rate.h"
#include "core/forward/resume.h"
#include "core/forward/skips.h"
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
  void SetSource(OffsetRange source);

  PartitionProgress Progress() const;

  /// With options.once: nullopt until it has ended; then whether all was copied.
  std::optional<Status> Outcome() const;

 private:
  // Why a session ended before everything was done.
  struct Trouble {
    Error error;
    bool needs_help = false;  // trying again soon cannot help
    bool again = false;       // no trouble at all: begin another session at once
  };
  // The records since the last commit.
  struct RunOfRecords {
    bool open = false;
    size_t records = 0;
    int64_t bytes = 0;
    int64_t next = 0;  // the source's offset after the last one
    std::chrono::steady_clock::time_point since{};
  };

  void Run();
  std::optional<Trouble> Session();
  Status EnsureTarget();
  Status CheckTarget();
  Result<OpenedWriter> OpenWriter();
  std::optional<Trouble> Resume(std::optional<int64_t> kept);
  std::optional<Trouble> OpenSource(std::unique_ptr<kafka::Reader>& reader);
  std::optional<Trouble> Copy(kafka::Reader& reader, Writer& writer);
  std::optional<Trouble> Take(const kafka::RecordView& record, Writer& writer);
  std::optional<Trouble> Throttle(int64_t bytes, Writer& writer);
  std::optional<Trouble> CommitRun(Writer& writer);
  std::optional<Trouble> RefreshMark(Writer& writer);
  Trouble RefusedBy(const Writer& writer, Error error);
  bool SkippedAhead();
  void SetNext(int64_t next);
  void WaitAfter(const Trouble& trouble, std::chrono::milliseconds wait);
  void Report(const Trouble& trouble);
  void ReportWell();
  void End(Status outcome);
  std::string Where() const;

  WorkerShared& shared_;
  const std::string topic_;
  const int32_t partition_;
  const int32_t partitions_;
  const OffsetRange source_at_start_;
  const WriterOptions writing_;
  SkipWatch skips_;

  // The thread's own.
  bool target_seen_ = false;  // the target's topic was there
  bool target_checked_ = false;
  std::optional<int64_t> resumed_;  // where the target is; nullopt: it has nothing
  std::optional<int64_t> known_;    // the same, of what was committed in this life
  int64_t next_ = 0;
  int64_t safe_ = -1;  // what shared.safe was told last
  size_t run_max_;
  RunOfRecords run_;
  std::chrono::steady_clock::time_point last_good_;
  std::chrono::steady_clock::time_point last_commit_;
  std::chrono::steady_clock::time_point last_noted_{};
  std::chrono::steady_clock::time_point last_skip_look_{};

  mutable std::mutex mutex_;  // for what follows
  PartitionProgress progress_;
  int64_t copied_records_ = 0;
  int64_t copied_bytes_ = 0;
  std::optional<Status> outcome_;

  std::thread thread_;
};

}  // namespace gamevents::forward
