#include "core/collector/metrics/latency_histogram.h"

#include <prometheus/client_metric.h>

#include <algorithm>
#include <limits>

namespace gamevents::collector {

void LatencyHistogram::Observe(std::chrono::nanoseconds duration, uint64_t count) {
  const double seconds = std::chrono::duration<double>(duration).count();
  const auto bound = std::ranges::lower_bound(kBounds, seconds);
  counts_[static_cast<size_t>(bound - kBounds.begin())].fetch_add(count, std::memory_order_relaxed);
  const auto each = static_cast<uint64_t>(std::max<int64_t>(duration.count(), 0));
  nanoseconds_.fetch_add(each * count, std::memory_order_relaxed);
}

prometheus::ClientMetric LatencyHistogram::Collect() const {
  prometheus::ClientMetric metric;
  uint64_t cumulative = 0;
  for (size_t i = 0; i < counts_.size(); ++i) {
    cumulative += counts_[i].load(std::memory_order_relaxed);
    const double bound = i < kBounds.size() ? kBounds[i] : std::numeric_limits<double>::infinity();
    metric.histogram.bucket.push_back({cumulative, bound});
  }
  metric.histogram.sample_count = cumulative;
  metric.histogram.sample_sum =
      static_cast<double>(nanoseconds_.load(std::memory_order_relaxed)) / 1e9;
  return metric;
}

}  // namespace gamevents::collector
