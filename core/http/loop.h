#pragma once

#include "core/base/file.h"
#include "core/base/result.h"
#include "core/http/connection.h"
#include "core/http/loop_state.h"

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <thread>
#include <unordered_map>
#include <vector>

namespace gamevents::http {

/// One thread and the connections that it serves. May be called from any thread.
class Loop final : private ConnectionOwner {
 public:
  /// Throws asio::system_error when the system gives no event loop. `shared` must outlive it.
  explicit Loop(Shared& shared);
  /// Stops.
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  /// Begins to run. Errors: kFull when the system gives no thread.
  Status Start();
  /// Serves a connected socket, which shared.open has counted.
  void Take(FileDescriptor socket);
  /// Begins no further requests; ends each connection once it has its answers.
  void Drain();
  /// Cuts all connections and ends the thread.
  void Stop();
  /// How many requests are unanswered. Waits, so not from the loop's own thread. Requires: Start.
  size_t CountUnanswered();

  /// What one connection holds of the common memory.
  struct Holding {
    uint64_t connection = 0;
    size_t bytes = 0;
  };
  /// The largest. Call in the loop's thread.
  Holding LargestHolding() const;
  /// Has a connection give back what it holds; nothing when it has ended meanwhile. Call in the
  /// loop's thread.
  void Shed(uint64_t connection);

  /// Connections that are served or on their way here.
  int64_t load() const { return load_.load(std::memory_order_relaxed); }
  /// Those of them that still have something to do; idle ones too, until Drain has come to them.
  int64_t busy() const { return busy_.load(std::memory_order_relaxed); }
  /// May be read from any thread.
  const LoopCounters& counters() const { return bench_.counters; }
  asio::io_context& context() { return context_; }

 private:
  void AfterEvent() override;
  void OnHandshake() override;
  void OnLingering() override;
  void OnClosed(uint64_t id, bool lingering) override;

  void AnswerAll();
  void Deliver(Completion& completion);
  void WatchTime();
  void OnTime();

  // Sockets and timers are this thread's alone; what others post is locked as ever.
  asio::io_context context_{ASIO_CONCURRENCY_HINT_UNSAFE_IO};
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  asio::steady_timer timer_;
  std::optional<Deadlines::Time> timer_at_;  // when timer_ will go off
  LoopState bench_;
  uint64_t next_id_ = 0;
  std::unordered_map<uint64_t, std::shared_ptr<Connection>> connections_;
  std::vector<Completion> batch_;
  std::vector<std::shared_ptr<Connection>> touched_;  // to be flushed
  std::atomic<int64_t> load_{0};
  std::atomic<int64_t> busy_{0};
  bool stopped_ = false;
  std::thread thread_;
};

}  // namespace gamevents::http
