// Goal: a rate is kept to in the long run, and measured over the last ten seconds. Method: times
// that the test makes up.
#include "core/forward/rate.h"

#include "tests/unit/catch.h"

namespace gamevents::forward {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

TEST_CASE("without a limit nobody waits") {
  RateLimit limit(0);
  CHECK(limit.Take(int64_t{1} << 40, steady_clock::now()) == nanoseconds(0));
  CHECK(limit.Take(1, steady_clock::now()) == nanoseconds(0));
}

TEST_CASE("who waits as told keeps to the limit") {
  RateLimit limit(1'000);
  const auto start = steady_clock::now();
  auto now = start;
  for (int i = 0; i < 100; ++i) now += limit.Take(100, now);
  // 99 records have passed when the last one may: 9.9 s, and a tenth of a second was saved up.
  CHECK(now - start >= milliseconds(9'700));
  CHECK(now - start <= milliseconds(9'900));
}

TEST_CASE("a pause saves up a tenth of a second and no more") {
  RateLimit limit(1'000);
  const auto start = steady_clock::now();
  CHECK(limit.Take(100, start) == nanoseconds(0));
  const auto later = start + seconds(60);
  CHECK(limit.Take(100, later) == nanoseconds(0));
  CHECK(limit.Take(100, later) == nanoseconds(0));
  CHECK(limit.Take(100, later) == milliseconds(100));
}

TEST_CASE("the rate is that of the last ten whole seconds") {
  const auto start = steady_clock::now();
  RateMeter meter(start);
  meter.Add(50, 500, start);
  CHECK(meter.PerSecond(start).records == Approx(50));
  for (int second = 0; second < 30; ++second) {
    meter.Add(10, 100, start + seconds(second) + milliseconds(500));
  }
  const auto rates = meter.PerSecond(start + milliseconds(30'100));
  CHECK(rates.records == Approx(10));
  CHECK(rates.bytes == Approx(100));
  CHECK(meter.PerSecond(start + seconds(60)).records == Approx(0));
}

}  // namespace gamevents::forward
