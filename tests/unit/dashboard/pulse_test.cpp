// Goal: the figures of the moment are of their times, however events are ordered, and what is kept
// is bounded. Method: a clock that the test sets, and events around it.
#include "core/dashboard/pulse.h"

#include "tests/support/fixed_clock.h"
#include "tests/unit/catch.h"

#include <string>

namespace gamevents::dashboard {
namespace {

constexpr int64_t kNow = kTestNow;
constexpr int64_t kSecond = 1'000;
constexpr int64_t kMinute = 60 * kSecond;
constexpr int64_t kHour = 60 * kMinute;

}  // namespace

TEST_CASE("a rate is of the last minute, and of the one before") {
  const FixedClock clock;
  Pulse pulse(clock, {}, 100);
  for (int i = 0; i < 30; ++i) pulse.Take(kNow - i * kSecond, std::nullopt);
  for (int i = 0; i < 6; ++i) pulse.Take(kNow - 90 * kSecond, std::nullopt);
  pulse.Take(kNow - 3 * kHour, std::nullopt);
  pulse.Take(kNow + kHour, std::nullopt);  // not yet
  const PulseFigures figures = pulse.Finish();
  CHECK(figures.per_second == 0.5);
  CHECK(figures.per_second_before == 0.1);
  CHECK(figures.Fades());
}

TEST_CASE("a player is active once, now and in the five minutes before") {
  const FixedClock clock;
  Pulse pulse(clock, {}, 100);
  pulse.Take(kNow - 7 * kMinute, "ann");
  pulse.Take(kNow - kMinute, "ann");
  pulse.Take(kNow - 2 * kMinute, "ann");
  pulse.Take(kNow - 2 * kMinute, "bob");
  pulse.Take(kNow - 8 * kMinute, "eve");
  pulse.Take(kNow - kHour, "long gone");
  pulse.Take(kNow, std::nullopt);
  const PulseFigures figures = pulse.Finish();
  CHECK(figures.active == 2);
  CHECK(figures.active_before == 2);
}

TEST_CASE("more players than can be told apart are not counted wrongly") {
  const FixedClock clock;
  Pulse pulse(clock, {}, 3);
  for (int i = 0; i < 5; ++i) pulse.Take(kNow, std::to_string(i));
  CHECK_FALSE(pulse.Finish().active);
}

TEST_CASE("revenue is of today, and of yesterday by the same time, on the clocks of the zone") {
  const auto tokyo = TimeZone::Find("Asia/Tokyo");  // it is 19:00 there
  REQUIRE(tokyo);
  const FixedClock clock;
  Pulse pulse(clock, *tokyo, 100);
  pulse.Sell(kNow - kHour, 10);
  pulse.Sell(kNow - 18 * kHour, 20);
  pulse.Sell(kNow - 20 * kHour, 400);  // yesterday, 23:00: later than now
  pulse.Sell(kNow - 26 * kHour, 3);
  pulse.Sell(kNow - 60 * kHour, 5'000);
  const PulseFigures figures = pulse.Finish();
  CHECK(figures.today == 30);
  CHECK(figures.yesterday == 3);
  CHECK_FALSE(Pulse(clock, {}, 1).Finish().Fades());
}

}  // namespace gamevents::dashboard
