// Goal: a heat map is a table whose cells say their values, shaded by them.
// Method: a small one; its cells.

#include "core/report/write/chart.h"
#include "tests/unit/catch.h"

#include <string>

namespace gamevents::report {
namespace {

bool HeatHas(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

Picture CohortSample() {
  return {.kind = ChartKind::kHeatmap,
          .name = "who <came>",
          .labels = {"2026-11-01", "2026-11-02"},
          .series = {{"day 0", {1.0, 1.0}}, {"day 1", {0.5, 0.25}}, {"day 7", {0.0, std::nullopt}}},
          .is_shares = true,
          .rows_name = "first day",
          .sizes = {1'200, 4}};
}

TEST_CASE("cells have their value, and a shade by it") {
  const std::string html = HeatTable(CohortSample());
  CHECK(HeatHas(html,
                "<th scope=\"row\">2026-11-01</th><td class=\"number\">1,200</td>"
                "<td class=\"number h9\">100.0 %</td><td class=\"number h9\">50.0 %</td>"
                "<td class=\"number h0\">0.0 %</td></tr>"));
  CHECK(HeatHas(html, "<td class=\"number h5\">25.0 %</td><td class=\"number null\">–</td></tr>"));
}

TEST_CASE("it is a table for readers who cannot see it, and can be scrolled by keys") {
  const std::string html = HeatTable(CohortSample());
  CHECK(HeatHas(html, "role=\"region\" aria-label=\"Heat map: who &lt;came&gt;\" tabindex=\"0\""));
  CHECK(HeatHas(html, "<caption>Heat map: who &lt;came&gt;. A darker cell is a larger value."));
  CHECK(HeatHas(html, "<th scope=\"col\">first day</th><th scope=\"col\" class=\"number\">users"));
  CHECK_FALSE(HeatHas(html, " style="));
}

}  // namespace
}  // namespace gamevents::report
