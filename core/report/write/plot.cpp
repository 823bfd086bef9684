#include "core/report/write/plot.h"

#include "core/report/chart/picture_text.h"
#include "core/report/table/utf8.h"
#include "core/report/write/html.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

namespace gamevents::report {
namespace {

constexpr size_t kValueTicks = 4;

/// About the point 0 0: a disc, a square, a triangle, a diamond, a cross; and of the rest a
/// triangle upside down.
constexpr auto kShapes = std::to_array<std::string_view>({
    "M-4 0A4 4 0 1 1 4 0A4 4 0 1 1 -4 0Z",
    "M-3.5 -3.5H3.5V3.5H-3.5Z",
    "M0 -4.5L4.5 3.5H-4.5Z",
    "M0 -5L4.5 0L0 5L-4.5 0Z",
    "M-1.5 -4.5H1.5V-1.5H4.5V1.5H1.5V4.5H-1.5V1.5H-4.5V-1.5H-1.5Z",
    "M0 4.5L4.5 -3.5H-4.5Z",
});
static_assert(kShapes.size() == kSeriesMax);

size_t ShapeOf(const Picture& picture, size_t series) {
  return picture.series[series].is_rest ? kSeriesMax - 1 : series % kSeriesMax;
}

std::string NameText(const Series& series) { return HtmlText(ReplaceMalformed(series.name)); }

}  // namespace

double DownTo(const Scale& scale, double value) {
  return kPlotHeight * (1 - scale.Position(value));
}

Scale ValueScale(const Picture& picture, double low, double high) {
  const auto is_whole = [](const Series& series) {
    return std::ranges::all_of(series.values, [](const std::optional<double>& value) {
      return !value || std::floor(*value) == *value;
    });
  };
  const bool whole = !picture.is_shares && std::ranges::all_of(picture.series, is_whole);
  return NiceScale(low, high, kValueTicks, whole);
}

std::string TickText(const Picture& picture, double tick) {
  return picture.is_shares ? fmt::format("{:.4g} %", tick * 100) : ShortNumber(tick);
}

void AppendValueAxis(std::string& out, const Picture& picture, const Scale& scale) {
  for (const double tick : scale.Ticks()) {
    out += fmt::format(
        "<line class=\"{0}\" x1=\"0\" x2=\"100%\" y1=\"{1:.1f}\" y2=\"{1:.1f}\"/>"
        "<text class=\"tick\" x=\"-8\" y=\"{1:.1f}\" dy=\".32em\" text-anchor=\"end\">{2}</text>\n",
        tick == 0 ? "axis" : "grid", kPlotTop + DownTo(scale, tick), TickText(picture, tick));
  }
}

void AppendTick(std::string& out, const PlotTick& tick) {
  const double x = tick.across * 100;
  out += fmt::format(
      "<line class=\"axis\" x1=\"{0:.2f}%\" x2=\"{0:.2f}%\" y1=\"{1}\" y2=\"{2}\"/>"
      "<text class=\"tick\" x=\"{0:.2f}%\" y=\"{3}\" text-anchor=\"{5}\">{4}</text>",
      x, kPlotBottom, kPlotBottom + 4, kPlotBottom + 18, tick.label, tick.anchor);
  if (!tick.below.empty()) {
    out +=
        fmt::format("<text class=\"tick\" x=\"{:.2f}%\" y=\"{}\" text-anchor=\"middle\">{}</text>",
                    x, kPlotBottom + 34, tick.below);
  }
  out += "\n";
}

std::string SeriesClass(const Picture& picture, size_t series) {
  const size_t shape = ShapeOf(picture, series);
  return shape + 1 == kSeriesMax ? "rest" : fmt::format("s{}", shape);
}

void AppendMarker(std::string& out, const Picture& picture, size_t series, double across,
                  double down) {
  out += fmt::format(
      "<svg class=\"marker\" x=\"{:.2f}%\" y=\"{:.1f}\"><path class=\"{}\" d=\"{}\"/></svg>\n",
      across * 100, down, SeriesClass(picture, series), kShapes[ShapeOf(picture, series)]);
}

std::string Legend(const Picture& picture, bool textured) {
  if (picture.series.size() < 2) return {};
  std::string out = "<ul class=\"legend\">\n";
  for (size_t i = 0; i < picture.series.size(); ++i) {
    const std::string css = SeriesClass(picture, i);
    out += "<li><svg class=\"key\" aria-hidden=\"true\">";
    out += textured ? fmt::format(
                          "<rect class=\"part {0}\" width=\"14\" height=\"14\"/>"
                          "<rect class=\"texture {0}-texture\" width=\"14\" height=\"14\"/>",
                          css)
                    : fmt::format("<path class=\"{}\" transform=\"translate(7 7)\" d=\"{}\"/>", css,
                                  kShapes[ShapeOf(picture, i)]);
    out += fmt::format("</svg>{}", NameText(picture.series[i]));
    const std::string total = TotalText(picture, picture.series[i]);
    if (textured && !total.empty()) out += fmt::format(" <b>{}</b>", total);
    out += "</li>\n";
  }
  if (textured && !picture.is_shares) {
    double total = 0;
    for (size_t at = 0; at < picture.Positions(); ++at) total += TotalAt(picture, at);
    out += fmt::format("<li>together <b>{}</b></li>\n", FullNumber(total));
  }
  return out + "</ul>\n";
}

std::string Textures() {
  struct Texture {
    std::string_view css;
    std::string_view lines;
  };
  constexpr auto kTextures = std::to_array<Texture>({
      {"s1", "M-2 2L2 -2M0 8L8 0M6 10L10 6"},
      {"s2", "M2 2h2v2h-2zM6 6h2v2h-2z"},
      {"s3", "M-2 6L2 10M0 0L8 8M6 -2L10 2"},
      {"s4", "M0 2H8M0 6H8"},
      {"rest", "M2 0V8M6 0V8"},
  });
  std::string out = "<defs>";
  for (const Texture& texture : kTextures) {
    out += fmt::format(
        "<pattern id=\"texture-{}\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\">"
        "<path d=\"{}\"/></pattern>",
        texture.css, texture.lines);
  }
  return out + "</defs>\n";
}

std::string ValuesAt(const Picture& picture, size_t at) {
  if (picture.series.size() == 1) {
    const auto& value = picture.series[0].values[at];
    return value ? ": " + ValueText(picture, *value) : "";
  }
  std::string text;
  for (const Series& series : picture.series) {
    if (!series.values[at]) continue;
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", NameText(series),
                        ValueText(picture, *series.values[at]));
  }
  if (picture.kind != ChartKind::kStacked) return ": " + text;
  return fmt::format(": {}; {}", FullNumber(TotalAt(picture, at)), text);
}

std::string SeriesInWords(const Picture& picture) {
  std::string text;
  for (const Series& series : picture.series) {
    const std::string total = TotalText(picture, series);
    text += fmt::format("{}{}{}{}", text.empty() ? "" : ", ", NameText(series),
                        total.empty() ? "" : " ", total);
  }
  return text;
}

}  // namespace gamevents::report
