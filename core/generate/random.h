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

/// A short series of numbers that follows from three numbers alone, so that what a player does on
/// one day can be drawn without what was drawn before, and again. The generator is SplitMix64
/// (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014). 8 bytes, to be
/// copied. Not thread-safe.
class Draws {
 public:
  Draws(uint64_t seed, uint64_t player, uint64_t what);

  uint64_t Bits();

  /// Uniform in [0, 1).
  double Unit() { return static_cast<double>(Bits() >> 11) * 0x1p-53; }

  /// True with that probability.
  bool Chance(double probability) { return Unit() < probability; }

  /// Normally distributed with mean 0 and variance 1.
  double Normal();

 private:
  uint64_t state_;
};

}  // namespace gamevents::generate
