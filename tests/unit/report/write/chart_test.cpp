// Goal: each picture is drawn by what it is, and one of nothing says so.
// Method: the same values as each kind.

#include "core/report/write/chart.h"

#include "tests/unit/catch.h"

#include <string>

namespace gamevents::report {
namespace {

bool IsDrawnAs(Picture picture, ChartKind kind, std::string_view words) {
  picture.kind = kind;
  return ChartHtml(picture).find(words) != std::string::npos;
}

TEST_CASE("each kind has its drawing") {
  const Picture along{.name = "n", .at = {1, 2}, .series = {{"a", {1.0, 2.0}}}};
  CHECK(IsDrawnAs(along, ChartKind::kLine, "aria-label=\"Line chart: n."));
  CHECK(IsDrawnAs(along, ChartKind::kHistogram, "aria-label=\"Histogram: n."));
  CHECK(IsDrawnAs(along, ChartKind::kStacked, "aria-label=\"Stacked columns: n."));
  const Picture named{.name = "n", .labels = {"x", "y"}, .series = {{"a", {1.0, 2.0}}}};
  CHECK(IsDrawnAs(named, ChartKind::kBars, "aria-label=\"Bar chart: n."));
  CHECK(IsDrawnAs(named, ChartKind::kStacked, "aria-label=\"Bar chart: n."));
  CHECK(IsDrawnAs(named, ChartKind::kFunnel, "aria-label=\"Funnel chart: n."));
  CHECK(IsDrawnAs(named, ChartKind::kHeatmap, "aria-label=\"Heat map: n\""));
}

TEST_CASE("charts of nothing say so") {
  for (const ChartKind kind : {ChartKind::kLine, ChartKind::kBars, ChartKind::kStacked,
                               ChartKind::kHeatmap, ChartKind::kHistogram, ChartKind::kFunnel}) {
    CHECK(IsDrawnAs({}, kind, "nothing to show"));
    CHECK(IsDrawnAs({.series = {{"a"}}}, kind, "nothing to show"));
  }
}

}  // namespace
}  // namespace gamevents::report
