#pragma once

#include <cstdint>
#include <random>

namespace gamevents::generate {

/// Numbers that follow from a seed alone, the same with every compiler: the engine's output is
/// fixed by the standard, that of the standard's distributions is not. Not thread-safe.
class Random {
 public:
  explicit Random(uint64_t seed) : engine_(seed) {}

  uint64_t Bits() { return engine_(); }

  /// Uniform in [0, bound). Requires: bound > 0.
  uint64_t Below(uint64_t bound);

  /// In [0, bound), small numbers more often: number i about as often as 1 / (i + 1), which is
  /// Zipf's law, with one probability for each power of two. Integers only. Requires: bound > 0.
  uint64_t SkewedBelow(uint64_t bound);

  /// Exponentially distributed with mean 1: the time between arrivals that know nothing of each
  /// other (a Poisson process).
  double Exponential();

 private:
  std::mt19937_64 engine_;
};

}  // namespace gamevents::generate
