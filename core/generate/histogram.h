#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace gamevents::generate {

/// How often each latency occurred, in buckets whose width grows with the value: within a power of
/// two all are equally wide, so that a value is known to better than 1 % from a microsecond to
/// half a day, in memory that no number of values makes grow. The idea is HdrHistogram's (Gil
/// Tene, hdrhistogram.org). Not thread-safe.
class Histogram {
 public:
  using Duration = std::chrono::microseconds;

  /// Counts a latency `times` times. One below 0 counts as 0, one above kMax as kMax.
  void Record(Duration latency, int64_t times = 1);

  /// Adds all that `other` counted.
  void Merge(const Histogram& other);

  int64_t count() const { return count_; }

  /// The latency that the share `quantile` of all did not exceed, rounded up to the end of its
  /// bucket but never above max(); 0 when nothing was counted. Requires: 0 <= quantile <= 1.
  Duration Quantile(double quantile) const;

  /// The longest, exactly (up to kMax); 0 when nothing was counted.
  Duration max() const { return max_; }

  static constexpr Duration kMax{(int64_t{1} << 36) - 1};  // 19 hours

 private:
  // 2^7 buckets a power of two: the error is at most 1/128 of a value.
  static constexpr int kBits = 7;
  static constexpr size_t kBuckets = size_t{36 - kBits + 1} << kBits;

  static size_t BucketOf(uint64_t value);
  static uint64_t LastOf(size_t bucket);

  std::array<int64_t, kBuckets> counts_{};
  int64_t count_ = 0;
  Duration max_{0};
};

}  // namespace gamevents::generate
