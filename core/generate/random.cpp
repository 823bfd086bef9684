#include "core/generate/random.h"

#include "core/base/check.h"

#include <bit>
#include <cmath>
#include <numbers>

namespace gamevents::generate {

uint64_t Random::Below(uint64_t bound) {
  INVARIANT(bound > 0);
  // The lowest numbers are drawn again, so that what remains is a multiple of the bound.
  const uint64_t unfair = (0 - bound) % bound;
  while (true) {
    const uint64_t bits = engine_();
    if (bits >= unfair) return bits % bound;
  }
}

uint64_t Random::SkewedBelow(uint64_t bound) {
  INVARIANT(bound > 0);
  // Level l holds the 2^l numbers from 2^l - 1 on, and each level is as likely as any other. What
  // falls beyond the bound, on the last level only, is drawn again.
  const auto levels = static_cast<uint64_t>(std::bit_width(bound));
  while (true) {
    const uint64_t first = (uint64_t{1} << Below(levels)) - 1;
    const uint64_t number = first + Below(first + 1);
    if (number < bound) return number;
  }
}

double Random::Exponential() {
  constexpr double kUnit = 0x1p-53;
  // 53 random bits in (0, 1]: the logarithm is finite.
  return -std::log(static_cast<double>((engine_() >> 11) + 1) * kUnit);
}

Draws::Draws(uint64_t seed, uint64_t player, uint64_t what) : state_(seed) {
  state_ = Bits() ^ player;
  state_ = Bits() ^ what;
}

uint64_t Draws::Bits() {
  state_ += 0x9E3779B97F4A7C15;
  uint64_t bits = state_;
  bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
  bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
  return bits ^ (bits >> 31);
}

double Draws::Normal() {
  // Box and Muller, 1958. 1 - Unit() is in (0, 1]: the logarithm is finite.
  const double radius = std::sqrt(-2 * std::log(1 - Unit()));
  return radius * std::cos(2 * std::numbers::pi * Unit());
}

}  // namespace gamevents::generate
