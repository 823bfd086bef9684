#pragma once

#include "core/base/result.h"

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

namespace gamevents {

/// Jobs that may wait; one more is refused.
inline constexpr size_t kWorkerJobsMax = 64;

/// One thread for what takes a while, so that the event loops need not wait.
/// Thread-safe.
class Worker {
 public:
  /// Errors: kFull when the system gives no thread.
  static Result<std::unique_ptr<Worker>> Start();
  /// Runs what is queued to its end.
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// Queues `job`. Errors: kFull, and `job` is not run.
  Status Run(std::function<void()> job);

 private:
  Worker() = default;
  void Work();

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> jobs_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace gamevents
