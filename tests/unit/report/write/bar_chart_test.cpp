// Goal: bars and funnels show their values at the right length, in words too, and stay harmless.
// Method: small charts; the lengths, texts and labels in their SVG.

#include "core/report/write/chart.h"
#include "tests/unit/catch.h"

#include <string>
#include <utility>
#include <vector>

namespace gamevents::report {
namespace {

bool ChartHas(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

/// A picture of one series, of bars or of a funnel.
Picture BarsPicture(const std::string& name,
                    const std::vector<std::pair<std::string, double>>& bars,
                    ChartKind kind = ChartKind::kBars) {
  Picture picture{.kind = kind, .name = name, .series = {{"n"}}};
  for (const auto& [label, value] : bars) {
    picture.labels.push_back(label);
    picture.series[0].values.emplace_back(value);
  }
  return picture;
}

size_t ChartCount(const std::string& text, std::string_view part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

TEST_CASE("a bar is as long as its value") {
  const std::string svg = BarChart(BarsPicture("by type", {{"a", 100}, {"b", 25}, {"c", 0}}));
  CHECK(ChartHas(svg, "width=\"100.00%\""));
  CHECK(ChartHas(svg, "width=\"25.00%\""));
  CHECK(ChartCount(svg, "<rect") == 2);
  CHECK(ChartHas(svg, "aria-label=\"Bar chart: by type. a 100, b 25, c 0.\""));
  CHECK(ChartHas(svg, "role=\"img\""));
}

TEST_CASE("the rest is said, not drawn") {
  Picture picture = BarsPicture("n", {{"a", 100}, {"(9 other)", 5'000}});
  picture.has_rest = true;
  const std::string svg = BarChart(picture);
  CHECK(ChartCount(svg, "<rect") == 1);
  CHECK(ChartHas(svg, "width=\"100.00%\""));
  CHECK(ChartHas(svg, "5,000"));
}

TEST_CASE("bars below zero go the other way") {
  const std::string svg = BarChart(BarsPicture("n", {{"a", 50}, {"b", -50}}));
  CHECK(ChartHas(svg, "x=\"50.00%\" y=\"18\" width=\"50.00%\""));
  CHECK(ChartHas(svg, "x=\"0.00%\" y=\"56\" width=\"50.00%\""));
}

TEST_CASE("labels are cut to fit and are never markup") {
  const std::string svg =
      BarChart(BarsPicture("<b>", {{std::string(100, 'x'), 2}, {"</svg><script>x\x1B", 1}}));
  CHECK(ChartHas(svg, ">" + std::string(31, 'x') + "...</text>"));
  CHECK(ChartHas(svg, "&lt;/svg&gt;&lt;script&gt;x\\x1B"));
  CHECK_FALSE(ChartHas(svg, "<script"));
  CHECK_FALSE(ChartHas(svg, "<b>"));
}

TEST_CASE("a funnel says what is left of the first step and of the one before") {
  const std::string svg = FunnelChart(
      BarsPicture("steps", {{"seen", 200}, {"cart", 100}, {"bought", 25}}, ChartKind::kFunnel));
  CHECK(ChartHas(svg, "100 · 50 %"));
  CHECK(ChartHas(svg, "25 · 12 %"));
  CHECK(ChartHas(svg, "<title>bought: 25, 25 % of the step before</title>"));
  CHECK(ChartCount(svg, "class=\"mark\"") == 3);
  CHECK(ChartCount(svg, "class=\"lost\"") == 2);
}

TEST_CASE("a funnel that nobody entered has no shares") {
  CHECK(ChartHas(FunnelChart(BarsPicture("n", {{"a", 0}, {"b", 0}})), "0 · 0 %"));
}

TEST_CASE("the parts of a bar are as long as the bar, and told apart by texture") {
  const Picture picture{.kind = ChartKind::kStacked,
                        .name = "by kind and platform",
                        .labels = {"sword", "gem"},
                        .series = {{"ios", {60.0, 20.0}}, {"web", {40.0, std::nullopt}}}};
  const std::string svg = BarChart(picture);
  CHECK(ChartHas(svg, "class=\"part s0\" x=\"0.00%\" y=\"18\" width=\"60.00%\""));
  CHECK(ChartHas(svg, "class=\"part s1\" x=\"60.00%\" y=\"18\" width=\"40.00%\""));
  CHECK(ChartHas(svg, "class=\"texture s1-texture\""));
  CHECK(ChartHas(svg, "<title>sword: 100; ios 60, web 40</title>"));
  CHECK(ChartHas(svg,
                 "aria-label=\"Bar chart: by kind and platform. sword 100, gem 20. Parts: ios "
                 "80, web 40.\""));
  CHECK(ChartHas(svg, "<pattern id=\"texture-s1\""));
  CHECK(ChartHas(svg, "ios <b>80</b>"));
  CHECK(ChartHas(svg, "together <b>120</b>"));
}

}  // namespace
}  // namespace gamevents::report
