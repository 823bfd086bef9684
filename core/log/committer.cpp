// Group commit. A sync costs the same for one record as for a thousand, so while one runs, whatever
// is written waits for the next, which then serves all of it. No timer decides how long to wait for
// company: under load the sync before is that wait, and an idle log syncs at once.
//
// A log leaves the queue before its sync begins (Begin), so that what is written during the sync
// puts it there again: such bytes may or may not be covered, and only the next sync is sure to be.
// A log is never committed by two threads: the second sync could end first and acknowledge what the
// first has not reported yet. Different logs are, for a file system joins their journal commits.

#include "core/log/committer.h"

#include <algorithm>
#include <utility>

namespace gamevents::log {
namespace {

// What is run in place of a sync.
class Task final : public Committable {
 public:
  explicit Task(std::function<void()> task) : task_(std::move(task)) {}
  void Commit() override { task_(); }

 private:
  const std::function<void()> task_;
};

}  // namespace

Committer::Committer(const Options& options) : options_(options) {
  for (int i = 0; i < options_.threads; ++i) threads_.emplace_back([this] { Run(); });
}

Committer::~Committer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void Committer::Schedule(std::shared_ptr<Committable> log) {
  {
    const std::lock_guard lock(mutex_);
    if (!scheduled_.insert(log.get()).second) return;
    const bool running = running_.contains(log.get());
    queue_.push_back({std::move(log), std::chrono::steady_clock::now() + options_.interval});
    if (running) return;  // the thread that commits it looks here next
  }
  wake_.notify_one();
}

void Committer::Post(std::function<void()> task) {
  if (options_.threads == 0) return task();
  {
    const std::lock_guard lock(mutex_);
    auto item = std::make_shared<Task>(std::move(task));
    scheduled_.insert(item.get());
    queue_.push_front({std::move(item), std::chrono::steady_clock::now()});
  }
  wake_.notify_one();
}

size_t Committer::CommitScheduled() {
  if (options_.threads > 0) return 0;
  size_t committed = 0;
  for (;;) {
    std::shared_ptr<Committable> log;
    {
      const std::lock_guard lock(mutex_);
      const auto idle = FindIdle();
      if (idle == queue_.end()) return committed;
      log = Begin(idle);
    }
    log->Commit();
    ++committed;
    const std::lock_guard lock(mutex_);
    running_.erase(log.get());
  }
}

// The first log that nobody is committing. With mutex_ held, as the next two.
std::deque<Committer::Item>::iterator Committer::FindIdle() {
  return std::find_if(queue_.begin(), queue_.end(),
                      [&](const Item& item) { return !running_.contains(item.log.get()); });
}

// The first log that is due and that no other thread is committing.
std::deque<Committer::Item>::iterator Committer::FindReady() {
  const auto now = std::chrono::steady_clock::now();
  return std::find_if(queue_.begin(), queue_.end(), [&](const Item& item) {
    return (always() || stopping_ || item.due <= now) && !running_.contains(item.log.get());
  });
}

// Out of the queue before the sync begins: what is written from now on is scheduled again.
std::shared_ptr<Committable> Committer::Begin(std::deque<Item>::iterator item) {
  std::shared_ptr<Committable> log = std::move(item->log);
  queue_.erase(item);
  scheduled_.erase(log.get());
  running_.insert(log.get());
  return log;
}

// Until something may have become ready. With `lock` on mutex_ held, but while sleeping.
void Committer::Sleep(std::unique_lock<std::mutex>& lock) {
  const auto idle = FindIdle();
  if (idle == queue_.end()) {
    wake_.wait(lock);
  } else {
    wake_.wait_until(lock, std::chrono::steady_clock::time_point(idle->due));
  }
}

void Committer::Run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    const auto ready = FindReady();
    if (ready == queue_.end()) {
      if (stopping_ && queue_.empty()) return;
      Sleep(lock);
      continue;
    }
    std::shared_ptr<Committable> log = Begin(ready);
    lock.unlock();
    log->Commit();
    lock.lock();
    running_.erase(log.get());
    if (stopping_) {
      wake_.notify_all();
    } else if (queue_.size() > 1) {
      wake_.notify_one();  // this thread takes one; others may have been passed over meanwhile
    }
    lock.unlock();
    log.reset();
    lock.lock();
  }
}

}  // namespace gamevents::log
