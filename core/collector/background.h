#pragma once

#include "core/base/result.h"

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

namespace gamevents::collector {

/// Jobs that may wait; one more is refused.
inline constexpr size_t kBackgroundJobsMax = 64;

/// One thread for answers that take a while, so that the front end's threads need not wait.
/// Thread-safe.
class Background {
 public:
  /// Errors: kFull when the system gives no thread.
  static Result<std::unique_ptr<Background>> Start();
  /// Runs what is queued to its end.
  ~Background();
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;

  /// Queues `job`. Errors: kFull, and `job` is not run.
  Status Run(std::function<void()> job);

 private:
  Background() = default;
  void Work();

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> jobs_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace gamevents::collector
