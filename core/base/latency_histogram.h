#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace gamevents {

/// How long things took, in buckets. Counting is three additions to atomics and no lock, so it may
/// stand where every request passes. Thread-safe; what is read while others observe may lack their
/// latest.
class LatencyHistogram {
 public:
  /// The buckets' upper ends in seconds, each included; above the last there is +Inf. From a local
  /// broker that does not sync to one that is about to be given up (kafka.timeout).
  static constexpr auto kBounds =
      std::to_array<double>({0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0,
                             2.5, 5.0, 10.0, 30.0, 60.0});

  /// What was observed so far.
  struct Totals {
    /// How many took at most each bound, in their order; the last is all of them.
    std::array<uint64_t, kBounds.size() + 1> at_most{};
    double seconds = 0;  ///< of all together

    uint64_t count() const { return at_most.back(); }
  };

  /// Counts `duration` as that of `count` things.
  void Observe(std::chrono::nanoseconds duration, uint64_t count = 1);

  Totals Read() const;

 private:
  std::array<std::atomic<uint64_t>, kBounds.size() + 1> counts_ = {};
  std::atomic<uint64_t> nanoseconds_{0};
};

}  // namespace gamevents
