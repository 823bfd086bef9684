#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

namespace gamevents::http {

/// What a string takes beside itself.
inline size_t HeapBytes(const std::string& text) {
  static const size_t kWithin = std::string().capacity();
  return text.capacity() > kWithin ? text.capacity() : 0;
}

/// Empties a string and gives its memory back, which assigning an empty one does not.
inline void LetGo(std::string& text) { std::string().swap(text); }

/// The memory of all requests and answers of a front end. It has two parts, by who can give it
/// back:
///
/// - What connections *hold*: requests that are being read or wait to be begun, answers that are
///   ready or not sent. Closing the connection gives it back. When all of it together passes the
///   budget, the connection that holds most pays (relief.h), whoever asked for more: those that
///   hold little are served on.
/// - The bodies of requests *in flight*, for as long as their handlers keep them. Nothing but the
///   handlers can give that back, so it has half of the budget, and a body that finds no room in it
///   is not begun. One body alone always finds room, whatever its size; connections have their half
///   beside it.
///
/// Thread-safe.
class FrontEndMemory {
 public:
  explicit FrontEndMemory(int64_t bytes_max) : bytes_max_(bytes_max) {}

  /// Counts `after` in place of `before` as held by a connection. False when the budget is exceeded
  /// by then.
  bool ChangeHeld(size_t before, size_t after) {
    held_.fetch_add(static_cast<int64_t>(after) - static_cast<int64_t>(before),
                    std::memory_order_relaxed);
    return !exceeded();
  }
  /// Whether more is held than allowed.
  bool exceeded() const {
    const int64_t in_flight = in_flight_.load(std::memory_order_relaxed);
    return held_.load(std::memory_order_relaxed) > bytes_max_ - std::min(in_flight, bytes_max_ / 2);
  }
  /// Bytes that are held.
  int64_t bytes() const {
    return held_.load(std::memory_order_relaxed) + in_flight_.load(std::memory_order_relaxed);
  }

 private:
  friend class BodyLease;

  bool TakeInFlight(int64_t bytes) {
    int64_t before = in_flight_.load(std::memory_order_relaxed);
    do {
      if (before > 0 && before + bytes > bytes_max_ / 2) return false;
    } while (!in_flight_.compare_exchange_weak(before, before + bytes, std::memory_order_relaxed));
    return true;
  }
  void GiveBackInFlight(int64_t bytes) { in_flight_.fetch_sub(bytes, std::memory_order_relaxed); }

  const int64_t bytes_max_;
  std::atomic<int64_t> held_{0};
  std::atomic<int64_t> in_flight_{0};
};

/// Counts one body in flight until its end. It may outlive the front end.
class BodyLease {
 public:
  /// Null when there is no room.
  static std::shared_ptr<const BodyLease> Take(std::shared_ptr<FrontEndMemory> budget,
                                               size_t bytes) {
    if (!budget->TakeInFlight(static_cast<int64_t>(bytes))) return nullptr;
    return std::make_shared<const BodyLease>(std::move(budget), bytes);
  }

  /// As Take does, once the bytes are counted.
  BodyLease(std::shared_ptr<FrontEndMemory> budget, size_t bytes)
      : budget_(std::move(budget)), bytes_(static_cast<int64_t>(bytes)) {}
  ~BodyLease() { budget_->GiveBackInFlight(bytes_); }
  BodyLease(const BodyLease&) = delete;
  BodyLease& operator=(const BodyLease&) = delete;

 private:
  const std::shared_ptr<FrontEndMemory> budget_;
  const int64_t bytes_;
};

}  // namespace gamevents::http
