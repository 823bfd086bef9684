#pragma once

#include "core/base/latency_histogram.h"
#include "core/base/result.h"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <unordered_set>
#include <vector>

namespace gamevents::log {

/// Something whose written bytes have yet to be synced.
class Committable {
 public:
  virtual ~Committable() = default;
  /// Syncs what has been written so far and tells whoever waits. Called by one committer thread at
  /// a time; what is written during the call needs a new Committer::Schedule.
  virtual void Commit() = 0;
};

/// Group commit for all logs of a data directory: whoever wants a log on disk schedules it, and a
/// thread issues one fdatasync for all who came before it began. Thread-safe.
class Committer {
 public:
  /// How often logs are synced, and how many at once.
  struct Options {
    /// 0: sync as soon as anyone waits, acknowledge after. Otherwise the log is acknowledged when
    /// written, and synced this often: a crash of the machine may lose the last interval.
    std::chrono::milliseconds interval{0};
    /// Logs that are synced at the same time; a file system joins their journal commits. 0: none is
    /// until CommitScheduled is called, for tests in which one thread does everything.
    int threads = 2;
  };

  explicit Committer(const Options& options);
  /// Commits what is scheduled, then ends its threads; without threads it commits nothing.
  ~Committer();
  Committer(const Committer&) = delete;
  Committer& operator=(const Committer&) = delete;

  /// Whether an acknowledgement has to wait for the sync.
  bool always() const { return options_.interval.count() == 0; }

  /// Has `log` committed soon: at once, or at the end of the interval. Scheduling what is
  /// scheduled already is free.
  void Schedule(std::shared_ptr<Committable> log);

  /// Runs `task` in a thread that commits, before what waits for its sync: whether one is free.
  /// Without threads at once.
  void Post(std::function<void()> task);

  /// How long syncs took, of all logs that are committed here: Log observes them.
  LatencyHistogram& syncs() { return syncs_; }
  const LatencyHistogram& syncs() const { return syncs_; }

  /// Without threads: commits what is scheduled, whatever the interval, until nothing is. Gives how
  /// often something was committed. With threads it does nothing. May be called within a commit: it
  /// passes over the log that is being committed, as another thread would.
  size_t CommitScheduled();

 private:
  struct Item {
    std::shared_ptr<Committable> log;
    std::chrono::steady_clock::time_point due;
  };
  std::deque<Item>::iterator FindIdle();
  std::deque<Item>::iterator FindReady();
  std::shared_ptr<Committable> Begin(std::deque<Item>::iterator item);
  void Sleep(std::unique_lock<std::mutex>& lock);
  void Run();

  const Options options_;
  LatencyHistogram syncs_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable wake_;
  std::deque<Item> queue_;  // each log at most once, in the order of their times
  std::unordered_set<const Committable*> scheduled_;  // those in the queue
  std::unordered_set<const Committable*> running_;    // those being committed
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace gamevents::log
