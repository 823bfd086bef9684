// Goal: a line goes through its points, from the first time to the last, and says so in words;
// several are told apart by shape, and what is not over is dashed.
// Method: lines of one, few and many points; the coordinates in their SVG.

#include "core/report/write/chart.h"
#include "tests/support/fixed_clock.h"
#include "tests/unit/catch.h"

#include <string>
#include <utility>
#include <vector>

namespace gamevents::report {
namespace {

constexpr int64_t kLineChartMinute = 60'000;

bool LineChartHas(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

/// A course of one series: minutes after kTestNow with their values.
Picture CoursePicture(const std::vector<std::pair<int64_t, double>>& points) {
  Picture picture{.kind = ChartKind::kLine, .name = "n", .is_time = true, .series = {{"n"}}};
  for (const auto& [minute, value] : points) {
    picture.at.push_back(static_cast<double>(kTestNow + minute * kLineChartMinute));
    picture.series[0].values.emplace_back(value);
  }
  return picture;
}

TEST_CASE("the line goes through the points") {
  const std::string svg = LineChart(CoursePicture({{0, 0}, {1, 100}, {4, 50}}));
  CHECK(LineChartHas(svg, "class=\"line s0\" d=\"M0 200.0L2500 0.0L10000 100.0\""));
  CHECK(LineChartHas(svg,
                     "From 2026-11-23 10:00 to 2026-11-23 10:04, at most 100 at 2026-11-23 "
                     "10:01."));
  CHECK(LineChartHas(svg, "<title>2026-11-23 10:01: 100</title>"));
  CHECK(LineChartHas(svg, "timeline few"));
  CHECK_FALSE(LineChartHas(svg, "class=\"legend\""));
}

TEST_CASE("the area ends with the last value") {
  Picture picture = CoursePicture({{0, 0}, {1, 100}, {2, 50}, {4, 0}});
  picture.series[0].values.back().reset();
  CHECK(LineChartHas(LineChart(picture),
                     "class=\"area\" d=\"M0 200.0L2500 0.0L5000 100.0L5000 200.0L0 200.0Z\""));
  picture.series[0].values.assign(4, std::nullopt);
  CHECK_FALSE(LineChartHas(LineChart(picture), "class=\"area\""));
}

TEST_CASE("one point stands in the middle") {
  CHECK(LineChartHas(LineChart(CoursePicture({{0, 7}})), "cx=\"50.00%\""));
}

TEST_CASE("many points have no dots") {
  std::vector<std::pair<int64_t, double>> points;
  for (int i = 0; i < 100; ++i) points.emplace_back(i, i * 1.0);
  CHECK_FALSE(LineChartHas(LineChart(CoursePicture(points)), "timeline few"));
}

TEST_CASE("the way to a step that is not over is dashed, and said") {
  Picture picture = CoursePicture({{0, 100}, {1, 100}, {2, 50}});
  picture.is_open = true;
  const std::string svg = LineChart(picture);
  CHECK(LineChartHas(svg, "<path class=\"line s0\" d=\"M0 0.0L5000 0.0\"/>"));
  CHECK(LineChartHas(svg, "<path class=\"line open s0\" d=\"M5000 0.0L10000 100.0\"/>"));
  CHECK(LineChartHas(svg, "to 2026-11-23 10:02 (not over yet), at most"));
  CHECK(LineChartHas(svg, "<title>2026-11-23 10:02: 50 (not over yet)</title>"));
}

TEST_CASE("several lines have a legend, marks of their own and no area") {
  Picture picture = CoursePicture({{0, 1}, {1, 2}});
  picture.series[0].name = "<ios>";
  picture.series.push_back({"web", {3.0, std::nullopt}});
  picture.series.push_back({"4 other", {1.0, 1.0}, true});
  const std::string svg = LineChart(picture);
  CHECK(LineChartHas(svg, "&lt;ios&gt;</li>"));
  CHECK(LineChartHas(svg, "<svg class=\"marker\" x=\"0.00%\" y=\"8.0\"><path class=\"s1\""));
  CHECK(LineChartHas(svg, "class=\"line rest\""));
  CHECK_FALSE(LineChartHas(svg, "class=\"area\""));
  CHECK(LineChartHas(svg, "Lines: &lt;ios&gt; 3, web 3, 4 other 2."));
  CHECK(LineChartHas(svg, "<title>2026-11-23 10:01: &lt;ios&gt; 2, 4 other 1</title>"));
}

TEST_CASE("a line over numbers has their ticks, and shares are percent") {
  const Picture picture{.kind = ChartKind::kLine,
                        .name = "n",
                        .at = {0, 1, 7, 30},
                        .series = {{"all", {1.0, 0.4, 0.2, std::nullopt}}},
                        .is_shares = true};
  const std::string svg = LineChart(picture);
  CHECK(LineChartHas(svg, "d=\"M0 0.0L333 120.0L2333 160.0\""));
  CHECK(LineChartHas(svg, ">100 %</text>"));
  CHECK(LineChartHas(svg, "x=\"23.33%\" y=\"226\" text-anchor=\"middle\">7</text>"));
  CHECK(LineChartHas(svg, "<title>7: 20.0 %</title>"));
}

}  // namespace
}  // namespace gamevents::report
