#pragma once

#include "core/broker/limits.h"
#include "core/broker/memory_budget.h"
#include "core/broker/service.h"

#include <asio/awaitable.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace gamevents::broker {

/// The memory of all connections' requests. Must outlive its leases.
class RequestMemory {
 public:
  explicit RequestMemory(const Limits& limits)
      : small_bytes_(limits.small_request_bytes),
        small_(limits.small_request_memory_max),
        large_(limits.request_memory_max) {}

  /// As MemoryBudget::Take.
  asio::awaitable<MemoryBudget::Lease> Take(int64_t bytes) {
    return (bytes <= small_bytes_ ? small_ : large_).Take(bytes);
  }

 private:
  const int64_t small_bytes_;
  MemoryBudget small_;
  MemoryBudget large_;
};

/// One client's connection: reads requests, has them answered, several at a time, and sends the
/// responses in the order of the requests, as Kafka promises. Lives as long as its coroutines.
/// Everything but Start runs on the socket's executor, which must be a single thread's.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  /// `service` and `memory` must outlive the connection.
  Connection(asio::ip::tcp::socket socket, Peer peer, Service& service, RequestMemory& memory,
             const Limits& limits);

  /// Begins to read. Call once, from any thread.
  void Start();

  /// Reads no further request; closes when those that were begun are answered.
  void Drain();

  /// Closes at once and cancels what is being answered.
  void Close(const std::string& reason);

 private:
  // A request's place in the line of responses.
  struct Slot {
    std::optional<Reply> reply;
    asio::cancellation_signal cancel;
  };
  using SlotPtr = std::shared_ptr<Slot>;

  asio::awaitable<void> ReadRequests();
  asio::awaitable<std::optional<RequestFrame>> ReadFrame();
  asio::awaitable<void> AnswerInto(SlotPtr slot, RequestFrame frame);
  asio::awaitable<void> WriteReplies();
  asio::awaitable<bool> Send(const Reply& reply);
  asio::awaitable<bool> SendBytes(std::span<const std::byte> bytes, bool more_follows);
  asio::awaitable<bool> SendFile(const FilePart& part);
  asio::awaitable<void> WatchTime();
  void Moved() { last_move_ = std::chrono::steady_clock::now(); }
  std::chrono::milliseconds TimeAllowed() const;

  asio::ip::tcp::socket socket_;
  const Peer peer_;
  Service& service_;
  RequestMemory& memory_;
  const Limits limits_;

  std::deque<SlotPtr> slots_;       // requests not yet answered on the wire, oldest first
  asio::steady_timer slot_freed_;   // cancelled to wake the reader
  asio::steady_timer reply_ready_;  // cancelled to wake the writer
  asio::steady_timer watch_;
  asio::cancellation_signal stop_reading_;
  std::chrono::steady_clock::time_point last_move_;
  bool frame_begun_ = false;
  bool awaits_memory_ = false;
  bool sending_ = false;
  bool draining_ = false;
  bool closed_ = false;
};

}  // namespace gamevents::broker
