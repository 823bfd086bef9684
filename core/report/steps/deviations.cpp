#include "core/report/steps/deviations.h"

#include <algorithm>

namespace gamevents::report {

void Deviations::Add(double value) {
  count_ += 1;
  const long double distance = value - mean_;
  mean_ += distance / static_cast<long double>(count_);
  squares_ += distance * (value - mean_);
}

void Deviations::Remove(double value) {
  if (count_ <= 1) {
    *this = {};
    return;
  }
  count_ -= 1;
  const long double distance = value - mean_;
  mean_ -= distance / static_cast<long double>(count_);
  // Rounding may take more away than there was.
  squares_ = std::max(0.0L, squares_ - distance * (value - mean_));
}

void Deviations::Merge(const Deviations& other) {
  if (other.count_ == 0) return;
  const auto mine = static_cast<long double>(count_);
  const auto theirs = static_cast<long double>(other.count_);
  const long double distance = other.mean_ - mean_;
  const long double all = mine + theirs;
  count_ += other.count_;
  mean_ += distance * theirs / all;
  squares_ += other.squares_ + distance * distance * mine * theirs / all;
}

std::optional<double> Deviations::SampleVariance() const {
  if (count_ < 2) return std::nullopt;
  return static_cast<double>(squares_ / static_cast<long double>(count_ - 1));
}

std::optional<double> Deviations::Variance() const {
  if (count_ == 0) return std::nullopt;
  return static_cast<double>(squares_ / static_cast<long double>(count_));
}

}  // namespace gamevents::report
