#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace gamevents::forward {

/// Has all threads of a forwarder end: what they wait by. Thread-safe.
class Interrupt {
 public:
  /// From now on nobody waits any more.
  void Request() {
    {
      const std::lock_guard lock(mutex_);
      requested_ = true;
    }
    changed_.notify_all();
  }

  bool Requested() const {
    const std::lock_guard lock(mutex_);
    return requested_;
  }

  /// Waits until it is requested, or for `time`; whether it was.
  bool WaitFor(std::chrono::nanoseconds time) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, time, [this] { return requested_; });
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool requested_ = false;
};

}  // namespace gamevents::forward
