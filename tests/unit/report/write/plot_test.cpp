// Goal: what charts have in common: axes, and series that differ in more than colour.
// Method: small pictures; the parts of their SVG.

#include "core/report/write/plot.h"

#include "tests/unit/catch.h"

#include <set>
#include <string>

namespace gamevents::report {
namespace {

bool PlotHas(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST_CASE("the ends of a scale are the ends of the plot") {
  const Scale scale = ValueScale({.series = {{"n", {1.0, 100.0}}}}, 0, 100);
  CHECK(DownTo(scale, 100) == 0);
  CHECK(DownTo(scale, 0) == kPlotHeight);
  CHECK(DownTo(scale, 25) == 150);
}

TEST_CASE("whole values have whole ticks, shares percent") {
  const Picture whole{.series = {{"n", {1.0, 2.0}}}};
  std::string out;
  AppendValueAxis(out, whole, ValueScale(whole, 0, 2));
  CHECK(PlotHas(out, ">1</text>"));
  CHECK_FALSE(PlotHas(out, ">0.5</text>"));
  const Picture shares{.series = {{"n", {1.0}}}, .is_shares = true};
  out.clear();
  AppendValueAxis(out, shares, ValueScale(shares, 0, 1));
  CHECK(PlotHas(out, ">50 %</text>"));
}

TEST_CASE("each series has a shape and a texture of its own") {
  Picture picture{.kind = ChartKind::kStacked};
  for (size_t i = 0; i + 1 < kSeriesMax; ++i) picture.series.push_back({"a", {1.0}});
  picture.series.push_back({"rest", {1.0}, true});
  std::set<std::string> shapes;
  std::set<std::string> classes;
  for (size_t i = 0; i < picture.series.size(); ++i) {
    std::string marker;
    AppendMarker(marker, picture, i, 0, 0);
    shapes.insert(marker.substr(marker.find(" d=")));
    classes.insert(SeriesClass(picture, i));
  }
  CHECK(shapes.size() == kSeriesMax);
  CHECK(classes.size() == kSeriesMax);
  CHECK(classes.contains("rest"));
  const std::string textures = Textures();
  for (const std::string& css : classes) {
    CHECK(PlotHas(textures, "id=\"texture-" + css + "\"") == (css != "s0"));
  }
}

TEST_CASE("a legend names all series, one alone has none") {
  Picture picture{.kind = ChartKind::kStacked, .series = {{"<a>", {1'000.0, 2.0}}}};
  CHECK(Legend(picture, true).empty());
  picture.series.push_back({"b", {5.0, std::nullopt}});
  const std::string legend = Legend(picture, true);
  CHECK(PlotHas(legend, "&lt;a&gt; <b>1,002</b>"));
  CHECK(PlotHas(legend, "together <b>1,007</b>"));
  CHECK(ValuesAt(picture, 1) == ": 2; &lt;a&gt; 2");
  CHECK(SeriesInWords(picture) == "&lt;a&gt; 1,002, b 5");
}

TEST_CASE("a tick has its label below the plot") {
  std::string out;
  AppendTick(out, {0.5, "Nov 23", "2026"});
  CHECK(PlotHas(out, "x=\"50.00%\" y=\"226\" text-anchor=\"middle\">Nov 23</text>"));
  CHECK(PlotHas(out, ">2026</text>"));
}

}  // namespace
}  // namespace gamevents::report
