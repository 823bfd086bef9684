#pragma once

#include "core/base/result.h"
#include "core/log/log.h"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <span>

namespace gamevents::broker {

/// What keeps batches from being stored. Clients only see requests that fail and are tried again,
/// so whoever appends notes it here: it is logged when it begins, and whoever wants to know whether
/// the broker can take records asks. A failure that may pass, as of a full disk, lasts until a
/// batch is stored or could be: whoever is told may send nothing meanwhile, so Retry has to be
/// called from time to time. Thread-safe.
class StorageTrouble {
 public:
  /// A batch of `bytes` bytes could not be appended to `log`, or not be made durable. kClosed, a
  /// log that was deleted meanwhile, is no trouble. Requires: a batch can be as small.
  void NoteFailure(const std::shared_ptr<log::Log>& log, size_t bytes, const Error& error);

  /// A batch is as durable as it is acknowledged.
  void NoteSuccess(const log::Log& log);

  /// Tries each log that failed, unless it has stopped itself, with as many bytes as it failed
  /// with: on a disk that is nearly full, small batches would let in the next large one that fails.
  /// Costs nothing without trouble; may wait for the disk.
  void Retry();

  /// Done, or why the storage takes no records now, with the file. A log that was deleted is
  /// forgotten.
  Status Present() const;

  /// Done, or why nothing should be sent to `logs`, the partitions of a topic: the disk of one of
  /// them is full, and so everyone's; or all of them have stopped themselves. Where only some have,
  /// the others still take what is theirs.
  Status PresentIn(std::span<const std::shared_ptr<log::Log>> logs) const;

  /// Whether there may be trouble; costs next to nothing.
  bool any() const { return any_failing_; }

 private:
  using Clock = std::chrono::steady_clock;
  struct Entry {
    std::weak_ptr<log::Log> log;
    Error error;
    size_t bytes = 0;
    Clock::time_point said;  // when that was logged
    bool failing = false;
  };

  std::atomic<bool> any_failing_{false};
  mutable std::mutex mutex_;
  std::map<const log::Log*, Entry> entries_;  // mutex_; of logs that failed once
};

}  // namespace gamevents::broker
