#pragma once

#include <cstdint>
#include <optional>

namespace gamevents::report {

/// What the variance of numbers is made of: their count, mean and the sum of the squares of their
/// distances from it (Welford 1962; two of them are put together as by Chan, Golub and LeVeque
/// 1983). Not thread-safe.
class Deviations {
 public:
  /// Requires: not NaN.
  void Add(double value);
  /// Takes a value back that was added.
  void Remove(double value);
  /// Takes what `other` has.
  void Merge(const Deviations& other);

  int64_t count() const { return count_; }
  /// Of a sample of what there is, divided by count - 1; nullopt of fewer than two values.
  std::optional<double> SampleVariance() const;
  /// Of all that there is, divided by the count; nullopt of no value.
  std::optional<double> Variance() const;

 private:
  int64_t count_ = 0;
  long double mean_ = 0;
  long double squares_ = 0;
};

}  // namespace gamevents::report
