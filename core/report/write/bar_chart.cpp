#include "core/report/chart/picture_text.h"
#include "core/report/chart/scale.h"
#include "core/report/table/spark_text.h"
#include "core/report/table/utf8.h"
#include "core/report/write/chart.h"
#include "core/report/write/html.h"
#include "core/report/write/plot.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>
#include <vector>

namespace gamevents::report {
namespace {

constexpr int kLineHeight = 38;  // of a bar with its label
constexpr int kBarTop = 18;      // below its label
constexpr int kBarHeight = 12;
constexpr int kAxisHeight = 20;       // with its ticks' labels
constexpr size_t kLabelColumns = 34;  // beside a value on a narrow phone
constexpr size_t kBarsNamed = 3;      // in the text for readers who cannot see the chart

/// The label cut to what fits, as HTML.
std::string FittedLabel(std::string_view label) {
  const std::string whole = ReplaceMalformed(label);
  std::string cut = whole;
  for (size_t units = kLabelColumns; DisplayWidth(EscapeMeta(cut)) > kLabelColumns && units > 4;
       --units) {
    cut = Truncate(whole, units);
  }
  return HtmlText(cut);
}

/// "Bar chart: NAME. a 5, b 3, c 1 and 4 more." for a reader of screens.
std::string InWords(std::string_view kind, const Picture& picture) {
  std::string words = fmt::format("{}: {}.", kind, HtmlText(picture.name));
  const size_t bars = picture.labels.size();
  const size_t named = std::min(bars, kBarsNamed);
  for (size_t i = 0; i < named; ++i) {
    words += fmt::format("{} {} {}", i == 0 ? "" : ",", FittedLabel(picture.labels[i]),
                         ValueText(picture, TotalAt(picture, i)));
  }
  if (named < bars) words += fmt::format(" and {} more", bars - named);
  words += ".";
  if (picture.series.size() > 1) words += " Parts: " + SeriesInWords(picture) + ".";
  return words;
}

std::string Share(double of_whole) { return fmt::format("{:.0f} %", of_whole * 100); }

/// Label and value of one line; `top` is where the line begins.
void AppendTexts(std::string& out, int top, const std::string& label, std::string_view value) {
  out += fmt::format(
      "<text class=\"halo\" x=\"0\" y=\"{0}\">{1}</text>"
      "<text class=\"halo\" x=\"100%\" y=\"{0}\" text-anchor=\"end\">{2}</text>",
      top + kBarTop - 5, FittedLabel(label), value);
}

/// Opens the link of a line, all of which can be touched.
void AppendLink(std::string& out, std::string_view url, int top) {
  out += fmt::format(
      "<a href=\"{}\"><rect class=\"touch\" x=\"0\" y=\"{}\" width=\"100%\" height=\"{}\"/>",
      HtmlText(url), top, kLineHeight - 2);
}

void AppendRect(std::string& out, std::string_view css, int top, double from, double to) {
  // A value that is there shows, however small.
  const double width = std::max(std::abs(to - from) * 100, 0.3);
  out += fmt::format(
      "<rect class=\"{}\" x=\"{:.2f}%\" y=\"{}\" width=\"{:.2f}%\" height=\"{}\" rx=\"3\"/>", css,
      std::min({from, to, 1.0}) * 100, top + kBarTop, width, kBarHeight);
}

/// The bar's parts, one behind the other from zero on.
void AppendParts(std::string& out, const Picture& picture, const Scale& scale, size_t at, int top) {
  double from = 0;
  for (size_t i = 0; i < picture.series.size(); ++i) {
    const double value = picture.series[i].values[at].value_or(0);
    if (value == 0) continue;
    const std::string css = SeriesClass(picture, i);
    for (const std::string& each : {"part " + css, fmt::format("texture {}-texture", css)}) {
      out += fmt::format(
          "<rect class=\"{}\" x=\"{:.2f}%\" y=\"{}\" width=\"{:.2f}%\" height=\"{}\"/>", each,
          scale.Position(from) * 100, top + kBarTop,
          std::max((scale.Position(from + value) - scale.Position(from)) * 100, 0.1), kBarHeight);
    }
    from += value;
  }
}

void AppendScale(std::string& out, const Picture& picture, const Scale& scale, int bottom) {
  for (const double tick : scale.Ticks()) {
    const double at = scale.Position(tick);
    out += fmt::format(
        "<line class=\"{0}\" x1=\"{1:.2f}%\" x2=\"{1:.2f}%\" y1=\"0\" y2=\"{2}\"/>"
        "<text class=\"tick\" x=\"{1:.2f}%\" y=\"{3}\" text-anchor=\"{4}\">{5}</text>\n",
        tick == 0 ? "axis" : "grid", at * 100, bottom, bottom + kAxisHeight - 4,
        at == 0   ? "start"
        : at == 1 ? "end"
                  : "middle",
        TickText(picture, tick));
  }
}

}  // namespace

std::string BarChart(const Picture& picture) {
  const size_t bars = picture.labels.size();
  const bool has_parts = picture.series.size() > 1;
  const auto is_rest = [&](size_t at) { return picture.has_rest && at + 1 == bars; };
  double low = 0;
  double high = 0;
  for (size_t at = 0; at < bars; ++at) {
    if (is_rest(at)) continue;
    low = std::min(low, TotalAt(picture, at));
    high = std::max(high, TotalAt(picture, at));
  }
  const Scale scale = ValueScale(picture, low, high);
  const int bottom = static_cast<int>(bars) * kLineHeight;
  std::string out = Legend(picture, true);
  // What a picture holds is not read out; a group's links are.
  out += fmt::format("<svg role=\"{}\" height=\"{}\" aria-label=\"{}\">\n",
                     picture.links.empty() ? "img" : "group", bottom + kAxisHeight,
                     InWords("Bar chart", picture));
  if (has_parts) out += Textures();
  AppendScale(out, picture, scale, bottom);
  for (size_t at = 0; at < bars; ++at) {
    const int top = static_cast<int>(at) * kLineHeight;
    const double value = TotalAt(picture, at);
    const std::string name = HtmlText(ReplaceMalformed(picture.labels[at])) + ValuesAt(picture, at);
    const bool leads = at < picture.links.size() && !picture.links[at].empty();
    if (leads) AppendLink(out, picture.links[at], top);
    out += fmt::format("<g><title>{}</title>", name);
    AppendTexts(out, top, picture.labels[at], ValueText(picture, value));
    if (has_parts) {
      AppendParts(out, picture, scale, at, top);
    } else if (value != 0 && !is_rest(at)) {
      AppendRect(out, "mark", top, scale.Position(0), scale.Position(value));
    }
    out += leads ? "</g></a>\n" : "</g>\n";
  }
  return out + "</svg>\n";
}

std::string FunnelChart(const Picture& picture) {
  const double first = std::max(TotalAt(picture, 0), 0.0);
  const auto share = [](double part, double whole) { return whole > 0 ? part / whole : 0.0; };
  std::string out = fmt::format("<svg role=\"img\" height=\"{}\" aria-label=\"{}\">\n",
                                static_cast<int>(picture.labels.size()) * kLineHeight,
                                InWords("Funnel chart", picture));
  double before = first;
  int top = 0;
  for (size_t at = 0; at < picture.labels.size(); ++at) {
    const double value = TotalAt(picture, at);
    out += fmt::format("<g><title>{}{}, {} of the step before</title>",
                       HtmlText(ReplaceMalformed(picture.labels[at])), ValuesAt(picture, at),
                       Share(share(value, before)));
    AppendTexts(out, top, picture.labels[at],
                fmt::format("{} · {}", FullNumber(value), Share(share(value, first))));
    // What the step before had, paler: the part that shows is who was lost here.
    if (before > value) {
      AppendRect(out, "lost", top, 0, std::clamp(share(before, first), 0.0, 1.0));
    }
    if (value > 0) AppendRect(out, "mark", top, 0, std::clamp(share(value, first), 0.0, 1.0));
    out += "</g>\n";
    before = value;
    top += kLineHeight;
  }
  return out + "</svg>\n";
}

}  // namespace gamevents::report
