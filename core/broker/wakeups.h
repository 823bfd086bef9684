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

/// Wakes whoever waits for records when a log's high watermark moves, or the log is abandoned: the
/// fetches of clients, and readers of this process. So a consumer at the end sees a record when it
/// is durable and not when its wait is over. A log has one listener, which serves all of them.
/// Thread-safe.
class Wakeups {
 public:
  using LogPtr = std::shared_ptr<log::Log>;
  struct Registry;
  struct Sleeper;

  Wakeups();

  /// Has a sleeper woken by some logs, until it is destroyed.
  class Registration {
   public:
    Registration(Wakeups& wakeups, std::span<const LogPtr> logs, std::shared_ptr<Sleeper> sleeper);
    ~Registration();
    Registration(const Registration&) = delete;
    Registration& operator=(const Registration&) = delete;

   private:
    const std::shared_ptr<Registry> registry_;
    const std::vector<LogPtr> logs_;
    const std::shared_ptr<Sleeper> sleeper_;
  };

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
    struct State;
    const std::shared_ptr<State> state_;
    const Registration registration_;
  };

  /// A thread that waits on some logs. Registered as long as it lives, so it may be kept from one
  /// wait to the next. To be used by one thread at a time.
  class ThreadWaiter {
   public:
    ThreadWaiter(Wakeups& wakeups, std::span<const LogPtr> logs);
    ~ThreadWaiter();
    ThreadWaiter(const ThreadWaiter&) = delete;
    ThreadWaiter& operator=(const ThreadWaiter&) = delete;

    /// Blocks as Waiter's Wait suspends. After WakeAll the first call returns true at once; who
    /// waits again is to look first whether the broker stops.
    bool Wait(std::chrono::steady_clock::time_point deadline);

   private:
    struct State;
    const std::shared_ptr<State> state_;
    const Registration registration_;
  };

  /// Wakes everyone now and from now on: the broker stops.
  void WakeAll();

 private:
  // Shared with the logs' listeners: one that is running may outlive this object.
  const std::shared_ptr<Registry> registry_;
};

}  // namespace gamevents::broker
