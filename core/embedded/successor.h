#pragma once

#include "core/base/result.h"
#include "core/embedded/runner.h"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

namespace gamevents::embedded {

/// Waits until the process whose broker is being used has gone, then starts one in its place, on
/// the same address, so that clients that are connected there go on; one that speaks TLS listens
/// where it is configured, too. For a process that may run longer than the one it found: `serve`
/// beside a `report`, the second of two in a pipe. Start and Stop from one thread.
class Successor {
 public:
  /// `options` with the address of `found`, whose process has the lock now.
  Successor(const EmbeddedOptions& options, const Endpoint& found);
  /// As Stop(0), without its error.
  ~Successor();
  Successor(const Successor&) = delete;
  Successor& operator=(const Successor&) = delete;

  /// Calls `use` with the broker once it was started: at once, or in this object's thread. Call at
  /// most once.
  void WhenStarted(std::function<void(EmbeddedBroker&)> use);

  /// Waits no longer, and stops the broker if it was started. Errors: as EmbeddedBroker::Stop.
  Status Stop(std::chrono::milliseconds timeout);

 private:
  void Run();
  bool TakeOver();

  EmbeddedOptions options_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;                            // mutex_
  std::unique_ptr<EmbeddedBroker> own_;              // mutex_; stays once it is there
  std::function<void(EmbeddedBroker&)> on_started_;  // mutex_
  std::thread thread_;
};

}  // namespace gamevents::embedded
