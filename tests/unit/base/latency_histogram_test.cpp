// Goal: durations land in their buckets, and none is lost when many threads observe. Method: values
// on and around the bounds; eight threads.
#include "core/base/latency_histogram.h"

#include "tests/unit/catch.h"

#include <thread>
#include <vector>

namespace gamevents {

using std::chrono::microseconds;

TEST_CASE("a bound belongs to its bucket, and buckets are cumulative") {
  LatencyHistogram histogram;
  for (const int us : {0, 500, 501, 1'000, 61'000'000}) histogram.Observe(microseconds(us));
  const LatencyHistogram::Totals totals = histogram.Read();
  CHECK(LatencyHistogram::kBounds[0] == 0.0005);
  CHECK(totals.at_most[0] == 2);
  CHECK(totals.at_most[1] == 4);
  CHECK(totals.at_most[15] == 4);  // 60 s
  CHECK(totals.at_most[16] == 5);
  CHECK(totals.count() == 5);
  CHECK(totals.seconds == 61.002001);
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
  CHECK(histogram.Read().count() == 80'000);
  CHECK(histogram.Read().seconds == 80.0);
}

}  // namespace gamevents
