#include "core/generate/histogram.h"

#include "core/base/check.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace gamevents::generate {

// Values below 2^kBits have a bucket each. Above, a value's highest bit gives the power of two and
// the kBits bits behind it the bucket within.
size_t Histogram::BucketOf(uint64_t value) {
  const int shift = std::max(0, static_cast<int>(std::bit_width(value)) - kBits - 1);
  return (static_cast<size_t>(shift) << kBits) + static_cast<size_t>(value >> shift);
}

// The largest value that falls into the bucket.
uint64_t Histogram::LastOf(size_t bucket) {
  const size_t power = bucket >> kBits;
  const uint64_t shift = power == 0 ? 0 : power - 1;
  const uint64_t leading = bucket - (shift << kBits);
  return ((leading + 1) << shift) - 1;
}

void Histogram::Record(Duration latency, int64_t times) {
  latency = std::clamp(latency, Duration(0), kMax);
  counts_[BucketOf(static_cast<uint64_t>(latency.count()))] += times;
  count_ += times;
  if (times > 0) max_ = std::max(max_, latency);
}

void Histogram::Merge(const Histogram& other) {
  for (size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
  count_ += other.count_;
  max_ = std::max(max_, other.max_);
}

Histogram::Duration Histogram::Quantile(double quantile) const {
  INVARIANT(quantile >= 0 && quantile <= 1);
  const auto wanted =
      std::max<int64_t>(1, static_cast<int64_t>(std::ceil(quantile * static_cast<double>(count_))));
  int64_t seen = 0;
  for (size_t bucket = 0; bucket < counts_.size(); ++bucket) {
    seen += counts_[bucket];
    if (seen >= wanted) {
      return std::min(max_, Duration(static_cast<int64_t>(LastOf(bucket))));
    }
  }
  return max_;
}

}  // namespace gamevents::generate
