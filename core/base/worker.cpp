#include "core/base/worker.h"

#include "core/base/thread.h"

#include <string>
#include <utility>

namespace gamevents {

Result<std::unique_ptr<Worker>> Worker::Start() {
  std::unique_ptr<Worker> made(new Worker());
  auto started = StartThread(made->thread_, [worker = made.get()] { worker->Work(); });
  if (!started) return std::move(started).error();
  return made;
}

Worker::~Worker() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    wake_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

Status Worker::Run(std::function<void()> job) {
  const std::lock_guard lock(mutex_);
  if (jobs_.size() >= kWorkerJobsMax) {
    return Error{Fault::kFull, std::to_string(kWorkerJobsMax) + " jobs wait already"};
  }
  jobs_.push_back(std::move(job));
  wake_.notify_all();
  return Done{};
}

void Worker::Work() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
    if (jobs_.empty()) return;
    const std::function<void()> job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    job();
    lock.lock();
  }
}

}  // namespace gamevents
