#include "core/report/chart/picture_text.h"
#include "core/report/chart/scale.h"
#include "core/report/write/chart.h"
#include "core/report/write/html.h"
#include "core/report/write/plot.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>

namespace gamevents::report {
namespace {

constexpr size_t kTicksMax = 6;
constexpr size_t kTotalsMax = 12;  // columns that have their sum above them
constexpr size_t kTotalsOnPhone = 6;
constexpr double kWidthShare = 0.8;  // of a column, of its place

double CenterOf(const Picture& picture, size_t at) {
  return (static_cast<double>(at) + 0.5) / static_cast<double>(picture.Positions());
}

void AppendTicks(std::string& out, const Picture& picture) {
  const size_t all = picture.Positions();
  const size_t each = (all + kTicksMax - 1) / kTicksMax;
  std::vector<int64_t> times;
  for (size_t at = 0; at < all; at += each) times.push_back(static_cast<int64_t>(picture.at[at]));
  if (!picture.is_time) {
    for (size_t at = 0; at < all; at += each) {
      AppendTick(out, {CenterOf(picture, at), ShortNumber(picture.at[at])});
    }
    return;
  }
  constexpr int64_t kColumnDay = 86'400'000;
  const bool are_days = std::ranges::all_of(
      picture.at, [](double at) { return std::fmod(at, static_cast<double>(kColumnDay)) == 0; });
  const auto ticks = TicksAt(times, are_days ? kColumnDay : kColumnDay / 24);
  for (size_t i = 0; i < ticks.size(); ++i) {
    AppendTick(out, {CenterOf(picture, i * each), ticks[i].label, ticks[i].below});
  }
}

struct Box {
  double left = 0;  // of the width, as are all across
  double width = 0;
  double top = 0;  // pixels below the plot's top
  double height = 0;
};

void AppendBox(std::string& out, std::string_view css, const Box& box) {
  out += fmt::format(
      "<rect class=\"{}\" x=\"{:.2f}%\" y=\"{:.1f}\" width=\"{:.2f}%\" height=\"{:.1f}\"/>", css,
      box.left * 100, kPlotTop + box.top, box.width * 100, box.height);
}

/// One column: its parts from the axis upwards, the first series lowest.
void AppendColumn(std::string& out, const Picture& picture, const Scale& scale, size_t at) {
  const double place = 1 / static_cast<double>(picture.Positions());
  const bool is_open = picture.is_open && at + 1 == picture.Positions();
  out += fmt::format("<g class=\"point{}\"><title>{}{}</title>", is_open ? " open" : "",
                     HtmlText(PositionText(picture, at)), ValuesAt(picture, at));
  AppendBox(out, "band", {static_cast<double>(at) * place, place, 0, kPlotHeight});
  Box box{CenterOf(picture, at) - place * kWidthShare / 2, place * kWidthShare, 0, 0};
  double below = 0;
  for (size_t i = 0; i < picture.series.size(); ++i) {
    const double value = picture.series[i].values[at].value_or(0);
    if (value == 0) continue;
    const double from = DownTo(scale, below);
    const double to = DownTo(scale, below + value);
    box.top = std::min(from, to);
    box.height = std::max(std::abs(from - to), 0.5);
    const std::string css = SeriesClass(picture, i);
    AppendBox(out, "part " + css, box);
    if (picture.series.size() > 1) AppendBox(out, fmt::format("texture {}-texture", css), box);
    below += value;
  }
  if (picture.Positions() <= kTotalsMax && below != 0) {
    out += fmt::format(
        "<text class=\"tick halo total\" x=\"{:.2f}%\" y=\"{:.1f}\" "
        "text-anchor=\"middle\">{}</text>",
        CenterOf(picture, at) * 100, kPlotTop + DownTo(scale, std::max(below, 0.0)) - 5,
        ShortNumber(below));
  }
  out += "</g>\n";
}

}  // namespace

std::string ColumnChart(const Picture& picture) {
  double low = 0;
  double high = 0;
  size_t highest = 0;
  for (size_t at = 0; at < picture.Positions(); ++at) {
    const double total = TotalAt(picture, at);
    if (total > high) highest = at;
    low = std::min(low, total);
    high = std::max(high, total);
  }
  const Scale scale = ValueScale(picture, low, high);
  const std::string parts =
      picture.series.size() > 1 ? "Parts: " + SeriesInWords(picture) + "." : "";
  std::string out = Legend(picture, true);
  out += fmt::format(
      "<svg role=\"img\" class=\"timeline{}\" height=\"{}\" aria-label=\"{}: {}. From {} to {}, at "
      "most {} at {}. {}\">\n",
      picture.Positions() > kTotalsOnPhone ? " many" : "", kPlotWithLabels,
      picture.kind == ChartKind::kHistogram ? "Histogram" : "Stacked columns",
      HtmlText(picture.name), HtmlText(PositionText(picture, 0)),
      HtmlText(PositionText(picture, picture.Positions() - 1)), FullNumber(high),
      HtmlText(PositionText(picture, highest)), parts);
  if (picture.series.size() > 1) out += Textures();
  AppendValueAxis(out, picture, scale);
  AppendTicks(out, picture);
  for (size_t at = 0; at < picture.Positions(); ++at) AppendColumn(out, picture, scale, at);
  return out + "</svg>\n";
}

}  // namespace gamevents::report
