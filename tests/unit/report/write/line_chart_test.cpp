// Goal: a line goes through its points, from the first time to the last, and says so in words.
// Method: lines of none, one, few and many points; the coordinates in their SVG.

#include "core/report/write/chart.h"
#include "tests/support/fixed_clock.h"
#include "tests/unit/catch.h"

namespace gamevents::report {
namespace {

constexpr int64_t kLineChartMinute = 60'000;

bool LineChartHas(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST_CASE("the line goes through the points") {
  const std::string svg = LineChart(
      "n",
      {{kTestNow, 0}, {kTestNow + kLineChartMinute, 100}, {kTestNow + 4 * kLineChartMinute, 50}});
  CHECK(LineChartHas(svg, "class=\"line\" d=\"M0 200.0L2500 0.0L10000 100.0\""));
  CHECK(LineChartHas(svg,
                     "From 2026-11-23 10:00 to 2026-11-23 10:04 (UTC), at most 100 at 2026-11-23 "
                     "10:01."));
  CHECK(LineChartHas(svg, "<title>2026-11-23 10:01: 100</title>"));
  CHECK(LineChartHas(svg, "timeline few"));
}

TEST_CASE("one point stands in the middle") {
  const std::string svg = LineChart("n", {{kTestNow, 7}});
  CHECK(LineChartHas(svg, "cx=\"50.00%\""));
}

TEST_CASE("many points have no dots") {
  std::vector<Point> points;
  for (int i = 0; i < 100; ++i) points.push_back({kTestNow + i * kLineChartMinute, i * 1.0});
  CHECK_FALSE(LineChartHas(LineChart("n", points), "timeline few"));
}

TEST_CASE("a line of nothing says so") {
  CHECK(LineChartHas(LineChart("n", {}), "nothing to show"));
}

}  // namespace
}  // namespace gamevents::report
