// Goal: bars and funnels show their values at the right length, in words too, and stay harmless.
// Method: small charts; the lengths, texts and labels in their SVG.

#include "core/report/write/chart.h"

#include "tests/unit/catch.h"

namespace gamevents::report {
namespace {

bool ChartHas(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

size_t ChartCount(const std::string& text, std::string_view part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

TEST_CASE("a bar is as long as its value") {
  const std::string svg = BarChart("by type", {{"a", 100}, {"b", 25}, {"c", 0}});
  CHECK(ChartHas(svg, "width=\"100.00%\""));
  CHECK(ChartHas(svg, "width=\"25.00%\""));
  CHECK(ChartCount(svg, "<rect") == 2);
  CHECK(ChartHas(svg, "aria-label=\"Bar chart: by type. a 100, b 25, c 0.\""));
  CHECK(ChartHas(svg, "role=\"img\""));
}

TEST_CASE("the rest is said, not drawn") {
  const std::string svg = BarChart("n", {{"a", 100}, {"(9 other)", 5'000, true}});
  CHECK(ChartCount(svg, "<rect") == 1);
  CHECK(ChartHas(svg, "width=\"100.00%\""));
  CHECK(ChartHas(svg, "5,000"));
}

TEST_CASE("bars below zero go the other way") {
  const std::string svg = BarChart("n", {{"a", 50}, {"b", -50}});
  CHECK(ChartHas(svg, "x=\"50.00%\" y=\"18\" width=\"50.00%\""));
  CHECK(ChartHas(svg, "x=\"0.00%\" y=\"56\" width=\"50.00%\""));
}

TEST_CASE("labels are cut to fit and are never markup") {
  const std::string svg = BarChart("<b>", {{std::string(100, 'x'), 2}, {"</svg><script>x\x1B", 1}});
  CHECK(ChartHas(svg, ">" + std::string(31, 'x') + "...</text>"));
  CHECK(ChartHas(svg, "&lt;/svg&gt;&lt;script&gt;x\\x1B"));
  CHECK_FALSE(ChartHas(svg, "<script"));
  CHECK_FALSE(ChartHas(svg, "<b>"));
}

TEST_CASE("a funnel says what is left of the first step and of the one before") {
  const std::string svg = FunnelChart("steps", {{"seen", 200}, {"cart", 100}, {"bought", 25}});
  CHECK(ChartHas(svg, "100 · 50 %"));
  CHECK(ChartHas(svg, "25 · 12 %"));
  CHECK(ChartHas(svg, "<title>bought: 25, 25 % of the step before</title>"));
  CHECK(ChartCount(svg, "class=\"mark\"") == 3);
  CHECK(ChartCount(svg, "class=\"lost\"") == 2);
}

TEST_CASE("charts of nothing say so") {
  CHECK(ChartHas(BarChart("n", {}), "nothing to show"));
  CHECK(ChartHas(FunnelChart("n", {}), "nothing to show"));
  CHECK(ChartHas(FunnelChart("n", {{"a", 0}, {"b", 0}}), "0 · 0 %"));
}

}  // namespace
}  // namespace gamevents::report
