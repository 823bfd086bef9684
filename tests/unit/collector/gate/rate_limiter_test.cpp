// Goal: a caller gets its burst and its rate, no more and no less, and the table stays bounded.
// Method: a clock of the test's own, one caller at a time and many at once.
#include "core/collector/gate/rate_limiter.h"

#include "tests/unit/catch.h"

#include <string>
#include <thread>
#include <vector>

namespace gamevents::collector {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr RateLimiter::Time kLimiterStart{seconds(1'000)};

int Admitted(RateLimiter& limiter, const std::string& address, RateLimiter::Time now, int tries) {
  int admitted = 0;
  for (int i = 0; i < tries; ++i) admitted += limiter.Refuse(address, now) ? 0 : 1;
  return admitted;
}

}  // namespace

TEST_CASE("a burst at once, then as many as the rate gives") {
  RateLimiter limiter({10, 5});
  CHECK(Admitted(limiter, "10.0.0.1", kLimiterStart, 100) == 5);
  CHECK(limiter.Refuse("10.0.0.1", kLimiterStart) == milliseconds(100));
  CHECK(limiter.Refuse("10.0.0.1", kLimiterStart + milliseconds(60)) == milliseconds(40));
  CHECK(Admitted(limiter, "10.0.0.1", kLimiterStart + milliseconds(100), 100) == 1);
  CHECK(Admitted(limiter, "10.0.0.1", kLimiterStart + milliseconds(400), 100) == 3);
  // A pause gives back no more than the burst.
  CHECK(Admitted(limiter, "10.0.0.1", kLimiterStart + seconds(3600), 100) == 5);
}

TEST_CASE("one bucket holds what may come in a second") {
  TokenBucket bucket(4);
  int admitted = 0;
  for (int i = 0; i < 10; ++i) admitted += bucket.Refuse(kLimiterStart) ? 0 : 1;
  CHECK(admitted == 4);
  CHECK(bucket.Refuse(kLimiterStart) == milliseconds(250));
  CHECK_FALSE(bucket.Refuse(kLimiterStart + milliseconds(250)).has_value());
}

TEST_CASE("in the long run it is the rate, however often a caller tries") {
  RateLimiter limiter({100, 1});
  int admitted = 0;
  for (int ms = 0; ms < 10'000; ++ms) {
    admitted += Admitted(limiter, "10.0.0.1", kLimiterStart + milliseconds(ms), 3);
  }
  CHECK(admitted == 1000);
}

TEST_CASE("callers are told apart by address, those of IPv6 by network") {
  RateLimiter limiter({1, 1});
  for (const char* address : {"10.0.0.1", "10.0.0.2", "2001:db8:0:1::1", "2001:db8:0:2::1",
                              "fe80::1%eth0", "::ffff:0:0:1", "not an address"}) {
    INFO(address);
    CHECK_FALSE(limiter.Refuse(address, kLimiterStart).has_value());
    CHECK(limiter.Refuse(address, kLimiterStart).has_value());
  }
  CHECK(limiter.Refuse("2001:db8:0:1:ffff::9", kLimiterStart).has_value());
  CHECK(limiter.Refuse("fe80::2%eth1", kLimiterStart).has_value());
  CHECK(limiter.Refuse("", kLimiterStart).has_value());  // as the other that is no address
}

TEST_CASE("the table is bounded: the caller longest unseen is forgotten") {
  RateLimiter limiter({1, 1, 160});
  for (int i = 0; i < 10'000; ++i) {
    const std::string address = "10.1." + std::to_string(i / 250) + "." + std::to_string(i % 250);
    CHECK_FALSE(limiter.Refuse(address, kLimiterStart).has_value());
    // Who keeps coming is not forgotten, however many others come.
    if (i > 0) CHECK(limiter.Refuse("192.0.2.1", kLimiterStart).has_value());
    if (i == 0) CHECK_FALSE(limiter.Refuse("192.0.2.1", kLimiterStart).has_value());
  }
  CHECK(limiter.callers() <= 160);
  CHECK_FALSE(limiter.Refuse("10.1.0.0", kLimiterStart).has_value());  // begins anew
}

TEST_CASE("threads together get no more than the burst") {
  RateLimiter limiter({1, 1000});
  std::vector<int> admitted(8);
  std::vector<std::thread> threads;
  for (int& mine : admitted) {
    threads.emplace_back([&] { mine = Admitted(limiter, "10.0.0.1", kLimiterStart, 1000); });
  }
  int total = 0;
  for (size_t i = 0; i < threads.size(); ++i) {
    threads[i].join();
    total += admitted[i];
  }
  CHECK(total == 1000);
}

}  // namespace gamevents::collector
