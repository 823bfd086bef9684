#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace prometheus {
struct ClientMetric;
}

namespace gamevents::collector {

/// How long things took, in buckets. prometheus-cpp's own histogram holds a lock while it counts,
/// which every thread that answers would meet at; this one only adds to atomics. Thread-safe; what
/// is collected while others observe may lack their latest.
class LatencyHistogram {
 public:
  /// The buckets' upper ends in seconds, each included; above the last there is +Inf. From a local
  /// broker that does not sync to one that is about to be given up (kafka.timeout).
  static constexpr auto kBounds =
      std::to_array<double>({0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0,
                             2.5, 5.0, 10.0, 30.0, 60.0});

  /// Counts `duration` as that of `count` things.
  void Observe(std::chrono::nanoseconds duration, uint64_t count = 1);

  /// As prometheus-cpp wants it, without labels.
  prometheus::ClientMetric Collect() const;

 private:
  std::array<std::atomic<uint64_t>, kBounds.size() + 1> counts_ = {};
  std::atomic<uint64_t> nanoseconds_{0};
};

}  // namespace gamevents::collector
