#include "core/http/worker_pool.h"

#include <string>
#include <system_error>
#include <utility>

namespace gamevents::http {

Result<std::unique_ptr<WorkerPool>> WorkerPool::Start(size_t threads, size_t queue_max) {
  std::unique_ptr<WorkerPool> pool(new WorkerPool(queue_max));
  try {
    for (size_t i = 0; i < threads; ++i) {
      pool->threads_.emplace_back([self = pool.get()] { self->Work(); });
      const std::lock_guard lock(pool->mutex_);
      ++pool->running_;
    }
  } catch (const std::system_error& error) {
    return Error{Fault::kFull, "start " + std::to_string(threads) + " threads: " + error.what()};
  }
  return pool;
}

WorkerPool::~WorkerPool() { Stop(); }

void WorkerPool::Run(std::function<void()> job) {
  std::unique_lock lock(mutex_);
  has_room_.wait(lock, [this] { return jobs_.size() < queue_max_ || unbounded_; });
  jobs_.push_back(std::move(job));
  has_job_.notify_one();
}

bool WorkerPool::Crowded() const {
  const std::lock_guard lock(mutex_);
  return jobs_.size() > idle_;
}

void WorkerPool::StopWaiting() {
  const std::lock_guard lock(mutex_);
  unbounded_ = true;
  has_room_.notify_all();
}

void WorkerPool::Stop() {
  // A century is for ever here, and does not overflow the clock.
  StopWithin(std::chrono::hours(24 * 365 * 100));
}

bool WorkerPool::StopWithin(std::chrono::milliseconds timeout) {
  std::unique_lock lock(mutex_);
  stopping_ = true;
  has_job_.notify_all();
  if (!ended_.wait_for(lock, timeout, [this] { return running_ == 0; })) return false;
  lock.unlock();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  return true;
}

void WorkerPool::Work() {
  while (true) {
    std::unique_lock lock(mutex_);
    ++idle_;
    has_job_.wait(lock, [this] { return !jobs_.empty() || stopping_; });
    --idle_;
    if (jobs_.empty()) {
      if (--running_ == 0) ended_.notify_all();
      return;
    }
    const std::function<void()> job = std::move(jobs_.front());
    jobs_.pop_front();
    has_room_.notify_one();
    lock.unlock();
    job();
  }
}

}  // namespace gamevents::http
