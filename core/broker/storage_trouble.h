#pragma once

#include "core/base/result.h"
#include "core/log/log.h"

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>

namespace gamevents::broker {

/// What keeps batches from being stored. Clients only see requests that fail and are tried again,
/// so whoever appends notes it here: it is logged when it begins, and whoever wants to know whether
/// the broker can take records asks. Thread-safe.
class StorageTrouble {
 public:
  /// `counts` is how long a failure that may pass, as of a full disk, counts after its last time.
  /// It must end by itself: whoever is told may send nothing meanwhile.
  explicit StorageTrouble(std::chrono::milliseconds counts = std::chrono::seconds(10))
      : counts_(counts) {}

  /// A batch could not be appended to `log`, or not be made durable. kClosed, a log that was
  /// deleted meanwhile, is no trouble.
  void NoteFailure(const std::shared_ptr<log::Log>& log, const Error& error);

  /// A batch is as durable as it is acknowledged.
  void NoteSuccess(const log::Log& log);

  /// Done, or why the storage takes no records now, with the file. A log that was deleted is
  /// forgotten.
  Status Present() const;

 private:
  using Clock = std::chrono::steady_clock;
  struct Entry {
    std::weak_ptr<log::Log> log;
    Error error;
    Clock::time_point failed;
    Clock::time_point said;  // when that was logged
    bool failing = false;
  };

  const std::chrono::milliseconds counts_;
  std::atomic<bool> any_failing_{false};
  mutable std::mutex mutex_;
  std::map<const log::Log*, Entry> entries_;  // mutex_; of logs that failed once
};

}  // namespace gamevents::broker
