#pragma once

#include "core/base/clock.h"
#include "core/forward/forwarder.h"

#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

namespace gamevents::forward {

/// How far one partition's worker is, and what keeps it: for Progress, and for stderr. Thread-safe.
class WorkerReport {
 public:
  /// `end` is what the source has. A `quiet` one notes no trouble: whoever waits is told by an
  /// error.
  WorkerReport(std::string topic, int32_t partition, int64_t end, bool quiet);

  /// "forward TOPIC [PARTITION]", for what is said of it.
  const std::string& where() const { return where_; }

  /// The source has records up to `end` by now.
  void SourceEnds(int64_t end);
  /// What the source had when it was asked last.
  int64_t source_end() const;

  /// All below `next` is in the target, or need not be.
  void Reached(int64_t next);
  /// A run of records begins, the first of which has that time.
  void Begins(TimestampMs oldest);
  /// A run is stored: all below `next`.
  void Copied(int64_t records, int64_t bytes, int64_t next);
  /// The target answers, and the copying goes on.
  void Connected();

  /// It tries again by itself after `why`.
  void Waits(const std::string& why);
  /// Somebody has to do something about `why`.
  void Stopped(const std::string& why);

  PartitionProgress Progress() const;

 private:
  using TimePoint = std::chrono::steady_clock::time_point;

  void Say(const std::string& what, const std::string& why, bool news);
  void GoOn();

  const std::string where_;
  const bool quiet_;

  mutable std::mutex mutex_;  // for what follows
  PartitionProgress progress_;
  int64_t copied_records_ = 0;
  int64_t copied_bytes_ = 0;
  TimePoint last_said_{};
};

}  // namespace gamevents::forward
