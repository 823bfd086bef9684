// Goal: columns are as high as their sums, their parts stand one upon the other, and the highest
// one ends where the scale does.
// Method: few columns; the boxes in their SVG.

#include "core/report/write/chart.h"
#include "tests/support/fixed_clock.h"
#include "tests/unit/catch.h"

#include <string>

namespace gamevents::report {
namespace {

constexpr double kColumnTestDay = 86'400'000;

bool ColumnsHave(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

Picture StackedDays() {
  const double first = static_cast<double>(kTestNow - kTestNow % 86'400'000);
  return {.kind = ChartKind::kStacked,
          .name = "sales <per> day",
          .at = {first, first + kColumnTestDay},
          .is_time = true,
          .step = kColumnTestDay,
          .series = {{"sword", {60.0, 20.0}}, {"gem", {40.0, std::nullopt}}}};
}

TEST_CASE("parts stand one upon the other, up to the end of the scale") {
  const std::string svg = ColumnChart(StackedDays());
  // The plot is 200 pixels high below 8 pixels of room, and 100 is the scale's end.
  CHECK(ColumnsHave(svg,
                    "class=\"part s0\" x=\"5.00%\" y=\"88.0\" width=\"40.00%\" height=\"120.0\""));
  CHECK(
      ColumnsHave(svg, "class=\"part s1\" x=\"5.00%\" y=\"8.0\" width=\"40.00%\" height=\"80.0\""));
  CHECK(ColumnsHave(svg,
                    "class=\"part s0\" x=\"55.00%\" y=\"168.0\" width=\"40.00%\" height=\"40.0\""));
  CHECK(ColumnsHave(svg, "<title>2026-11-23: 100; sword 60, gem 40</title>"));
  CHECK(ColumnsHave(svg,
                    "aria-label=\"Stacked columns: sales &lt;per&gt; day. From 2026-11-23 to "
                    "2026-11-24, at most 100 at 2026-11-23. Parts: sword 80, gem 40.\""));
  CHECK(ColumnsHave(svg, "together <b>120</b>"));
  CHECK(ColumnsHave(svg, ">Nov 23</text>"));
  CHECK(ColumnsHave(svg, "text-anchor=\"middle\">100</text>"));  // the sum above the column
}

TEST_CASE("a day that is not over is marked") {
  Picture picture = StackedDays();
  CHECK_FALSE(ColumnsHave(ColumnChart(picture), "class=\"point open\""));
  picture.is_open = true;
  CHECK(ColumnsHave(ColumnChart(picture), "<g class=\"point open\"><title>2026-11-24: 20;"));
}

TEST_CASE("a histogram names its numbers") {
  const Picture picture{.kind = ChartKind::kHistogram,
                        .name = "prices",
                        .at = {0, 50},
                        .step = 50,
                        .series = {{"n", {3.0, 6.0}}}};
  const std::string svg = ColumnChart(picture);
  CHECK(ColumnsHave(svg, "Histogram: prices. From 0 to 50 to 50 to 100, at most 6 at 50 to 100."));
  CHECK(ColumnsHave(svg, "<title>50 to 100: 6</title>"));
  CHECK_FALSE(ColumnsHave(svg, "texture"));
}

TEST_CASE("what is below zero hangs from the axis") {
  const Picture picture{
      .kind = ChartKind::kHistogram, .name = "n", .at = {1, 2}, .series = {{"n", {50.0, -50.0}}}};
  const std::string svg = ColumnChart(picture);
  CHECK(ColumnsHave(svg, "x=\"5.00%\" y=\"8.0\" width=\"40.00%\" height=\"100.0\""));
  CHECK(ColumnsHave(svg, "x=\"55.00%\" y=\"108.0\" width=\"40.00%\" height=\"100.0\""));
}

}  // namespace
}  // namespace gamevents::report
