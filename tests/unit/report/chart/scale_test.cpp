// Goal: axes have round numbers and times that hold all values, and not too many of them.
// Method: small cases by hand; a wide range of values and spans for what must always hold.

#include "core/report/chart/scale.h"

#include "tests/support/fixed_clock.h"
#include "tests/unit/catch.h"

#include <cmath>

namespace gamevents::report {
namespace {

constexpr int64_t kScaleMinute = 60'000;
constexpr int64_t kScaleDay = 24 * 60 * kScaleMinute;

TEST_CASE("ticks are round") {
  CHECK(NiceScale(0, 147, 4, true).Ticks() == std::vector<double>{0, 50, 100, 150});
  CHECK(NiceScale(3, 3, 4, true).Ticks() == std::vector<double>{0, 1, 2, 3});
  CHECK(NiceScale(0, 0, 4, true).Ticks() == std::vector<double>{0, 1});
  CHECK(NiceScale(-5, 12, 4, true).Ticks() == std::vector<double>{-5, 0, 5, 10, 15});
  CHECK(NiceScale(0, 0.7, 4, false).Ticks().size() == 5);
}

TEST_CASE("a scale holds its values with few ticks, whatever their size") {
  for (double high = 1e-6; high < 1e15; high *= 3.7) {
    for (const double low : {0.0, -high / 3, -high * 20}) {
      const Scale scale = NiceScale(low, high, 4, false);
      INFO(low << " to " << high);
      CHECK(scale.low <= low);
      CHECK(scale.high >= high * (1 - 1e-9));
      CHECK(scale.Ticks().size() <= 7);
      CHECK(scale.Position(0) >= 0);
    }
  }
}

TEST_CASE("numbers are written for reading") {
  CHECK(FullNumber(1'234'567) == "1,234,567");
  CHECK(FullNumber(-1'000) == "-1,000");
  CHECK(FullNumber(999) == "999");
  CHECK(FullNumber(-0.5) == "-0.5");
  CHECK(FullNumber(1e20) == "1.0E20");
  CHECK(ShortNumber(0) == "0");
  CHECK(ShortNumber(1'500) == "1.5k");
  CHECK(ShortNumber(2'000'000) == "2M");
  CHECK(ShortNumber(0.25) == "0.25");
}

TEST_CASE("durations are the usual ones, and cut a span into few enough") {
  CHECK(NiceDuration(0, kScaleMinute, 240) == kScaleMinute);
  CHECK(NiceDuration(239 * kScaleMinute, kScaleMinute, 240) == kScaleMinute);
  CHECK(NiceDuration(600 * kScaleMinute, kScaleMinute, 240) == 5 * kScaleMinute);
  CHECK(NiceDuration(7 * kScaleDay, kScaleMinute, 240) == 60 * kScaleMinute);
  CHECK(NiceDuration(7 * kScaleDay, 7 * kScaleMinute, 240) % (7 * kScaleMinute) == 0);
  for (int64_t span = 0; span < 100'000 * kScaleDay; span = span * 3 + 1) {
    CHECK(span / NiceDuration(span, kScaleMinute, 240) < 240);
  }
  CHECK(DurationName(kScaleMinute) == "minute");
  CHECK(DurationName(10 * kScaleMinute) == "10 minutes");
  CHECK(DurationName(kScaleDay) == "day");
  CHECK(DurationName(1'500) == "1500 ms");
}

TEST_CASE("times on an axis are round, within it, and say a date once") {
  const auto ticks = TimeTicks(kTestNow + 40'000, kTestNow + 40 * kScaleMinute, 5);
  REQUIRE(ticks.size() == 4);
  CHECK(ticks[0].label == "10:10");
  CHECK(ticks[0].below == "Nov 23");
  CHECK(ticks[1].label == "10:20");
  CHECK(ticks[1].below.empty());
  const auto days = TimeTicks(kTestNow, kTestNow + 20 * kScaleDay, 5);
  CHECK(days[0].label == "Nov 26");
  CHECK(days[0].below == "2026");
  for (int64_t span = 0; span < 100'000 * kScaleDay; span = span * 3 + 1'000) {
    for (const TimeTick& tick : TimeTicks(kTestNow, kTestNow + span, 5)) {
      CHECK(tick.time_ms >= kTestNow);
      CHECK(tick.time_ms <= kTestNow + span);
    }
    CHECK(TimeTicks(kTestNow, kTestNow + span, 5).size() <= 6);
  }
}

}  // namespace
}  // namespace gamevents::report
