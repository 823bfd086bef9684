#pragma once

#include "core/broker/limits.h"
#include "core/broker/request_budget.h"
#include "core/broker/service.h"
#include "core/tls/channel.h"

#include <asio/awaitable.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>

#include <algorithm>
#include <atomic>
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
  /// The small requests' part, or the large ones'.
  struct Part {
    RequestBudget budget;
    const int64_t first_step;
    const int64_t second_step;

    /// How many bytes a request of `size` should have memory for when `arrived` have come.
    int64_t NextStep(int64_t arrived, int64_t size) const {
      if (arrived == 0) return std::min(size, first_step);
      return std::min(size, std::max(second_step, 2 * arrived));
    }
  };

  explicit RequestMemory(const Limits& limits)
      : small_bytes_(limits.small_request_bytes),
        small_{RequestBudget(limits.small_request_memory_max, limits.small_request_bytes),
               limits.small_first_step_bytes, limits.small_request_bytes},
        large_{RequestBudget(limits.request_memory_max, limits.request_bytes_max),
               limits.large_first_step_bytes, limits.usual_request_bytes} {}

  Part& PartFor(int64_t size) { return size <= small_bytes_ ? small_ : large_; }

  /// Bytes that nobody has.
  int64_t free() const { return small_.budget.free() + large_.budget.free(); }

 private:
  const int64_t small_bytes_;
  Part small_;
  Part large_;
};

/// One client's connection: reads requests, has them answered, several at a time, and sends the
/// responses in the order of the requests, as Kafka promises. Lives as long as its coroutines.
/// Everything but Start runs on the socket's executor, which must be a single thread's.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  /// `service` and `memory` must outlive the connection. With `tls`, the client must begin with a
  /// handshake, and show a certificate where that says so; where `session` asks for it, it must
  /// then say who it is.
  Connection(asio::ip::tcp::socket socket, Session session, Service& service, RequestMemory& memory,
             const Limits& limits, tls::ContextHandle tls = nullptr);

  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Begins to read. Call once, from any thread.
  void Start();

  /// Whether the client is not let in yet: within its TLS handshake, or before it has said who it
  /// is. From any thread.
  bool opening() const { return opening_.load(std::memory_order_relaxed); }

  /// Reads no further request; closes when those that were begun are answered.
  void Drain();

  /// Closes at once and cancels what is being answered.
  void Close(const std::string& reason);

  /// Close for a client that takes too long; where it has not said who it is, that is counted.
  void GiveUp(const std::string& reason);

 private:
  using TimePoint = std::chrono::steady_clock::time_point;

  // A request's place in the line of responses.
  struct Slot {
    std::optional<Reply> reply;
    asio::cancellation_signal cancel;
  };
  using SlotPtr = std::shared_ptr<Slot>;

  asio::awaitable<void> ReadRequests();
  asio::awaitable<std::optional<RequestFrame>> ReadFrame();
  asio::awaitable<asio::error_code> ReadPrefix(std::span<std::byte> prefix);
  asio::awaitable<size_t> ReadSome(std::span<std::byte> into, asio::error_code& error);
  asio::awaitable<bool> ReadBody(RequestFrame& frame, int64_t size);
  asio::awaitable<bool> MakeRoom(RequestFrame& frame, RequestBudget& budget, int64_t bytes,
                                 int64_t whole);
  asio::awaitable<void> AnswerInto(SlotPtr slot, RequestFrame frame);
  asio::awaitable<void> WriteReplies();
  asio::awaitable<bool> Send(const Reply& reply);
  asio::awaitable<bool> SendBytes(std::span<const std::byte> bytes, bool more_follows);
  asio::awaitable<bool> SendFile(const FilePart& part);
  asio::awaitable<bool> CopyFile(const FilePart& part);
  asio::awaitable<bool> WaitToWrite();
  void NoteOpened();
  asio::awaitable<void> WatchTime();
  void Moved() { last_move_ = std::chrono::steady_clock::now(); }
  TimePoint LookAgainAt(TimePoint now, std::string& overdue) const;

  asio::ip::tcp::socket socket_;
  Session session_;
  Service& service_;
  RequestMemory& memory_;
  const Limits limits_;
  tls::ContextHandle tls_;  // until the handshake begins
  tls::Channel channel_;    // of socket_; TLS once that is begun
  std::atomic<bool> opening_;
  const TimePoint began_;

  std::deque<SlotPtr> slots_;       // requests not yet answered on the wire, oldest first
  asio::steady_timer slot_freed_;   // cancelled to wake the reader
  asio::steady_timer reply_ready_;  // cancelled to wake the writer
  asio::steady_timer watch_;
  asio::cancellation_signal stop_reading_;
  TimePoint last_move_;
  bool frame_begun_ = false;
  // Of the request that is being read. Its time does not run while it waits for memory.
  TimePoint frame_began_;
  TimePoint last_byte_;
  bool awaits_memory_ = false;
  RequestBudget* reserve_of_ = nullptr;  // where others may wait for the part that it has
  bool sending_ = false;
  bool draining_ = false;
  bool closed_ = false;
};

}  // namespace gamevents::broker
