#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace gamevents::collector {

/// The shortest and the longest wait that a caller is told: a second is all that the header can
/// say, and after half a minute a guess is worth no more.
inline constexpr std::chrono::seconds kRetryAfterMin{1};
inline constexpr std::chrono::seconds kRetryAfterMax{30};

/// The records that wait for Kafka's acknowledgement, and how fast they go: what Retry-After is
/// computed from. Thread-safe, but for Leave, which one thread at a time calls, as deliveries are
/// reported.
class Backlog {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// So many records, and the bytes of all of them.
  struct Load {
    int64_t records = 0;
    int64_t bytes = 0;
  };

  /// Records were given to the producer.
  void Enter(Load load);
  /// The producer did not take them after all.
  void Withdraw(Load load);
  /// Their fate was reported at `now`, `acknowledged` or not.
  void Leave(Load load, bool acknowledged, Time now);

  /// Records that wait for Kafka.
  int64_t records() const { return records_.load(std::memory_order_relaxed); }
  /// Bytes that wait for Kafka.
  int64_t bytes() const { return bytes_.load(std::memory_order_relaxed); }

  /// Acknowledgements a second, over the last few seconds.
  double PerSecond(Time now) const;

  /// How long until `waiting` things, or the records that wait if those are more, are done at this
  /// rate: from kRetryAfterMin, when nothing waits, to kRetryAfterMax, when nothing moves.
  std::chrono::seconds RetryAfter(Time now, int64_t waiting = 0) const;

 private:
  // What was acknowledged in one second of the steady clock.
  struct Slot {
    std::atomic<int64_t> second{-1};
    std::atomic<int64_t> count{0};
  };
  static constexpr int64_t kWindowSeconds = 5;  // whole ones, beside the one that goes on
  static constexpr size_t kSlots = 8;
  static_assert(kSlots > kWindowSeconds + 1, "a slot is not reused while it is counted");

  std::atomic<int64_t> records_{0};
  std::atomic<int64_t> bytes_{0};
  std::array<Slot, kSlots> slots_;
};

}  // namespace gamevents::collector
