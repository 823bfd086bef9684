#pragma once

#include "core/log/log.h"

#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>
#include <asio/steady_timer.hpp>

#include <chrono>
#include <memory>
#include <span>
#include <vector>

namespace gamevents::broker {

/// Wakes the fetches that wait for records when a log's high watermark moves, so that a consumer
/// at the end sees a record when it is durable and not when its wait is over. Thread-safe.
class Wakeups {
 public:
  using LogPtr = std::shared_ptr<log::Log>;
  struct Registry;

  Wakeups();

  /// A fetch that waits on some logs. Made before the last look at them, so that no move between
  /// the look and the wait is missed; ends the registration with its destructor.
  class Waiter {
   public:
    Waiter(Wakeups& wakeups, asio::any_io_executor executor, std::span<const LogPtr> logs);
    ~Waiter();
    Waiter(const Waiter&) = delete;
    Waiter& operator=(const Waiter&) = delete;

    /// Suspends until one of the logs has moved since the registration or the last Wait, or until
    /// `deadline` (false), or WakeAll. A cancelled coroutine ends here, as Asio does it.
    asio::awaitable<bool> Wait(std::chrono::steady_clock::time_point deadline);

   private:
    friend class Wakeups;
    struct State;
    const std::shared_ptr<Registry> registry_;
    const std::vector<LogPtr> logs_;
    const std::shared_ptr<State> state_;
  };

  /// Wakes everyone now and from now on: the broker stops.
  void WakeAll();

 private:
  // Shared with the logs' listeners: one that is running may outlive this object.
  const std::shared_ptr<Registry> registry_;
};

}  // namespace gamevents::broker
