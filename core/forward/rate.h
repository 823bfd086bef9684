#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>

namespace gamevents::forward {

/// Lets so many bytes a second pass. Thread-safe.
class RateLimit {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  /// `bytes_per_second` 0: any number.
  explicit RateLimit(int64_t bytes_per_second) : bytes_per_second_(bytes_per_second) {}

  /// Counts `bytes` that are about to pass, and says how long their sender has to wait before; 0:
  /// not at all. What was not used is not saved up, but for a tenth of a second.
  std::chrono::nanoseconds Take(int64_t bytes, TimePoint now);

 private:
  const int64_t bytes_per_second_;
  std::mutex mutex_;
  TimePoint free_at_{};
};

/// How much passed a second, over the last ten. Thread-safe.
class RateMeter {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  struct Rates {
    double records = 0;
    double bytes = 0;
  };

  explicit RateMeter(TimePoint now) : start_(now) {}

  void Add(uint64_t records, uint64_t bytes, TimePoint now);
  Rates PerSecond(TimePoint now) const;

 private:
  // The last ten seconds, and the one that is not over.
  static constexpr size_t kSlots = 11;
  struct Slot {
    int64_t second = -1;
    uint64_t records = 0;
    uint64_t bytes = 0;
  };

  int64_t SecondOf(TimePoint now) const;

  const TimePoint start_;
  mutable std::mutex mutex_;
  std::array<Slot, kSlots> slots_{};
};

}  // namespace gamevents::forward
