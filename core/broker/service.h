#pragma once

#include "core/broker/reply.h"
#include "core/broker/request_budget.h"
#include "core/broker/session.h"
#include "core/broker/traffic.h"

#include <asio/awaitable.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>
#include <utility>

namespace gamevents::broker {

/// One request as it came off the wire, without the four bytes of its size. Owns its memory,
/// which the records of a Produce request are viewed in until they are in the log, and gives its
/// part of the budget back with it.
class RequestFrame {
 public:
  /// Makes it larger; what is in it stays. `lease` is to cover that. False: no such memory.
  [[nodiscard]] bool Grow(size_t size) {
    auto* grown = static_cast<std::byte*>(std::realloc(bytes_.get(), std::max<size_t>(size, 1)));
    if (grown == nullptr) return false;
    static_cast<void>(bytes_.release());
    bytes_.reset(grown);
    size_ = size;
    return true;
  }

  /// The part of the budget that covers this memory.
  RequestBudget::Lease& lease() { return lease_; }
  /// The memory, to be read into; moves with Grow.
  std::byte* data() { return bytes_.get(); }
  size_t size() const { return size_; }
  /// The whole request; valid until Grow.
  std::span<const std::byte> bytes() const { return {bytes_.get(), size_}; }

 private:
  struct Free {
    void operator()(std::byte* bytes) const { std::free(bytes); }
  };
  RequestBudget::Lease lease_;
  std::unique_ptr<std::byte[], Free> bytes_;
  size_t size_ = 0;
};

/// What becomes of a connection before its client is let in.
enum class Opening : uint8_t {
  kHandshake,        ///< a TLS handshake begins
  kHandshakeFailed,  ///< it was refused, broken off or given up
  kUnfinished,       ///< the client did not say who it is in time, or was given up for others
};

/// What answers requests: the broker behind its connections.
class Service {
 public:
  virtual ~Service() = default;

  /// Answers one request. Runs on the connection's executor; requests of a connection are begun
  /// in the order they came, and the part up to the first suspension runs before the next one is
  /// begun, so that records are appended in the order they were sent. When the connection closes,
  /// the coroutine is cancelled: it ends at its next wait, as Asio does it. `session` is that of
  /// the connection, and outlives it.
  virtual asio::awaitable<Reply> Answer(RequestFrame frame, Session& session) = 0;

  /// Told of a connection's beginning, on its executor, for whoever counts.
  virtual void OnOpening(Opening what, const Session& session) {
    static_cast<void>(what);
    static_cast<void>(session);
  }

  /// What is counted of the requests and of the connections that bring them.
  Traffic traffic;
};

}  // namespace gamevents::broker
