#pragma once

#include "core/base/result.h"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace gamevents::http {

/// Threads that run jobs in the order in which they came, with a bounded queue before them.
/// Thread-safe.
class WorkerPool {
 public:
  /// Errors: kFull when the system gives no more threads.
  static Result<std::unique_ptr<WorkerPool>> Start(size_t threads, size_t queue_max);
  /// Stops, if Stop was not called.
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  /// Queues `job`, waiting while the queue is full: whoever makes jobs is held back.
  void Run(std::function<void()> job);

  /// Whether a job waits because every thread is busy.
  bool Crowded() const;

  /// No longer holds anyone back in Run: what comes now is little, and ends soon.
  void StopWaiting();

  /// Runs what is queued to its end and joins the threads. Not from two threads at once.
  void Stop();

  /// As Stop, unless `timeout` ends first: then false, and the threads go on.
  bool StopWithin(std::chrono::milliseconds timeout);

 private:
  explicit WorkerPool(size_t queue_max) : queue_max_(queue_max) {}
  void Work();

  const size_t queue_max_;
  mutable std::mutex mutex_;
  std::condition_variable has_job_;
  std::condition_variable has_room_;
  std::condition_variable ended_;
  std::deque<std::function<void()>> jobs_;
  size_t idle_ = 0;     // threads that wait for a job
  size_t running_ = 0;  // threads that have not ended
  bool unbounded_ = false;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace gamevents::http
