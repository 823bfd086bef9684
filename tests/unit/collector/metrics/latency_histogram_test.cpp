// Goal: durations land in their buckets, and none is lost when many threads observe. Method: values
// on and around the bounds; eight threads.
#include "core/collector/metrics/latency_histogram.h"

#include "tests/unit/catch.h"

#include <prometheus/client_metric.h>

#include <cmath>
#include <thread>
#include <vector>

namespace gamevents::collector {

using std::chrono::microseconds;

TEST_CASE("a bound belongs to its bucket, and buckets are cumulative") {
  LatencyHistogram histogram;
  for (const int us : {0, 500, 501, 1'000, 61'000'000}) histogram.Observe(microseconds(us));
  const auto collected = histogram.Collect().histogram;
  REQUIRE(collected.bucket.size() == LatencyHistogram::kBounds.size() + 1);
  CHECK(collected.bucket[0].upper_bound == 0.0005);
  CHECK(collected.bucket[0].cumulative_count == 2);
  CHECK(collected.bucket[1].cumulative_count == 4);
  CHECK(collected.bucket[15].cumulative_count == 4);  // 60 s
  CHECK(std::isinf(collected.bucket[16].upper_bound));
  CHECK(collected.bucket[16].cumulative_count == 5);
  CHECK(collected.sample_count == 5);
  CHECK(collected.sample_sum == 61.002001);
}

TEST_CASE("threads lose none of each other's observations") {
  LatencyHistogram histogram;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int j = 0; j < 10'000; ++j) histogram.Observe(std::chrono::milliseconds(1));
    });
  }
  for (std::thread& thread : threads) thread.join();
  const auto collected = histogram.Collect().histogram;
  CHECK(collected.sample_count == 80'000);
  CHECK(collected.sample_sum == 80.0);
}

}  // namespace gamevents::collector
