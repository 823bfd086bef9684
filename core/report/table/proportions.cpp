#include "core/report/table/proportions.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>

namespace gamevents::report {
namespace {

/// The normal distribution has 95 % of its mass within so many deviations.
constexpr double kDeviations95 = 1.959963984540054;
/// Below it an expected count is too small for the normal distribution.
constexpr double kExpectedMin = 5;
/// Tables whose chances differ by less are equally likely: what rounding makes of equal ones.
constexpr double kAlike = 1 + 1e-7;

/// The chance of a normal deviate to be as far from 0, on either side, or farther.
double BothTails(double deviations) {
  return std::erfc(std::abs(deviations) / std::numbers::sqrt2);
}

/// The chance of a chi-square deviate to be `x` or more, for whole degrees of freedom (Abramowitz
/// and Stegun 26.4.4 and 26.4.5).
double ChiSquareTail(double x, size_t degrees) {
  const double half = x / 2;
  const bool is_odd = degrees % 2 == 1;
  double tail = is_odd ? std::erfc(std::sqrt(half)) : 0;
  // The terms e^-half * half^k / gamma(k + 1), of k = 0, 1, … or 1/2, 3/2, …
  double k = is_odd ? 0.5 : 0;
  double term = std::exp(-half) * (is_odd ? 2 * std::sqrt(half / std::numbers::pi) : 1);
  for (size_t left = degrees / 2; left > 0; --left) {
    tail += term;
    k += 1;
    term *= half / k;
  }
  return std::min(tail, 1.0);
}

/// Tables of two rows with fixed sums, by the first count of the first row: how many times as
/// likely as the one before each is.
struct Margins {
  double row;     ///< of the first row
  double column;  ///< of the first column
  double all;

  double low() const { return std::max(0.0, row + column - all); }
  double high() const { return std::min(row, column); }
  /// The count that is the most likely.
  double mode() const { return std::floor((row + 1) * (column + 1) / (all + 2)); }
  /// P(count + 1) / P(count).
  double Step(double count) const {
    return (row - count) * (column - count) / ((count + 1) * (all - row - column + count + 1));
  }
};

}  // namespace

Interval WilsonInterval(const Proportion& of) {
  const auto whole = static_cast<double>(of.whole);
  const double share = of.share();
  const double square = kDeviations95 * kDeviations95;
  const double middle = share + square / (2 * whole);
  const double half =
      kDeviations95 * std::sqrt(share * (1 - share) / whole + square / (4 * whole * whole));
  const double scale = 1 + square / whole;
  // Rounding would leave a trace beyond the ends, where the formula gives them exactly.
  return {of.part == 0 ? 0 : (middle - half) / scale,
          of.part == of.whole ? 1 : (middle + half) / scale};
}

Interval NewcombeInterval(const Proportion& one, const Proportion& other) {
  const Interval a = WilsonInterval(one);
  const Interval b = WilsonInterval(other);
  const double difference = one.share() - other.share();
  return {difference - std::hypot(one.share() - a.low, b.high - other.share()),
          difference + std::hypot(a.high - one.share(), other.share() - b.low)};
}

bool AreFew(const Proportion& one, const Proportion& other) {
  const auto whole = static_cast<double>(one.whole) + static_cast<double>(other.whole);
  const auto part = static_cast<double>(one.part) + static_cast<double>(other.part);
  const auto smaller = static_cast<double>(std::min(one.whole, other.whole));
  return smaller * std::min(part, whole - part) / whole < kExpectedMin;
}

double ZTestP(const Proportion& one, const Proportion& other) {
  const auto n = static_cast<double>(one.whole);
  const auto m = static_cast<double>(other.whole);
  const double pooled = (static_cast<double>(one.part) + static_cast<double>(other.part)) / (n + m);
  const double deviation = std::sqrt(pooled * (1 - pooled) * (1 / n + 1 / m));
  if (!(deviation > 0)) return 1;
  return BothTails((one.share() - other.share()) / deviation);
}

// Chances are told beside that of the most likely table, which is 1, so that none is too small by
// itself; from there they fall on both sides.
double FisherExactP(const Proportion& one, const Proportion& other) {
  const auto seen = static_cast<double>(one.part);
  const Margins of{static_cast<double>(one.whole), seen + static_cast<double>(other.part),
                   static_cast<double>(one.whole) + static_cast<double>(other.whole)};
  const double mode = std::clamp(of.mode(), of.low(), of.high());
  double of_seen = 1;
  for (double k = mode; k < seen; ++k) of_seen *= of.Step(k);
  for (double k = mode; k > seen; --k) of_seen /= of.Step(k - 1);
  double all = 0;
  double unlikely = 0;
  const auto add = [&](double chance) {
    all += chance;
    if (chance <= of_seen * kAlike) unlikely += chance;
  };
  double chance = 1;
  for (double k = mode; k <= of.high() && chance > 0; ++k) {
    add(chance);
    chance *= of.Step(k);
  }
  chance = 1;
  for (double k = mode; k > of.low() && chance > 0; --k) {
    chance /= of.Step(k - 1);
    add(chance);
  }
  return std::min(unlikely / all, 1.0);
}

double ChiSquareP(std::span<const int64_t> counts, std::span<const double> shares) {
  double users = 0;
  double whole = 0;
  for (size_t i = 0; i < counts.size(); ++i) {
    users += static_cast<double>(counts[i]);
    whole += shares[i];
  }
  if (counts.size() < 2) return 1;
  double square = 0;
  for (size_t i = 0; i < counts.size(); ++i) {
    const double expected = users * shares[i] / whole;
    const double away = static_cast<double>(counts[i]) - expected;
    square += away * away / expected;
  }
  return ChiSquareTail(square, counts.size() - 1);
}

}  // namespace gamevents::report
