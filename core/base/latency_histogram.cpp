#include "core/base/latency_histogram.h"

#include <algorithm>

namespace gamevents {

void LatencyHistogram::Observe(std::chrono::nanoseconds duration, uint64_t count) {
  const double seconds = std::chrono::duration<double>(duration).count();
  const auto bound = std::ranges::lower_bound(kBounds, seconds);
  counts_[static_cast<size_t>(bound - kBounds.begin())].fetch_add(count, std::memory_order_relaxed);
  const auto each = static_cast<uint64_t>(std::max<int64_t>(duration.count(), 0));
  nanoseconds_.fetch_add(each * count, std::memory_order_relaxed);
}

LatencyHistogram::Totals LatencyHistogram::Read() const {
  Totals totals;
  uint64_t so_far = 0;
  for (size_t i = 0; i < counts_.size(); ++i) {
    so_far += counts_[i].load(std::memory_order_relaxed);
    totals.at_most[i] = so_far;
  }
  totals.seconds = static_cast<double>(nanoseconds_.load(std::memory_order_relaxed)) / 1e9;
  return totals;
}

}  // namespace gamevents
