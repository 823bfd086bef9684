#include "core/report/write/chart.h"

#include "core/report/table/spark_text.h"
#include "core/report/table/utf8.h"
#include "core/report/write/html.h"
#include "core/report/write/scale.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace gamevents::report {
namespace {

constexpr int kLineHeight = 38;  // of a bar with its label
constexpr int kBarTop = 18;      // below its label
constexpr int kBarHeight = 12;
constexpr int kAxisHeight = 20;       // with its ticks' labels
constexpr size_t kLabelColumns = 34;  // beside a value on a narrow phone
constexpr size_t kBarTicks = 4;
constexpr size_t kBarsNamed = 3;  // in the text for readers who cannot see the chart

std::string EmptyChart() { return "<p class=\"empty\">There is nothing to show yet.</p>\n"; }

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
std::string InWords(std::string_view kind, std::string_view name, const std::vector<Bar>& bars) {
  std::string words = fmt::format("{}: {}.", kind, HtmlText(name));
  const size_t named = std::min(bars.size(), kBarsNamed);
  for (size_t i = 0; i < named; ++i) {
    words += fmt::format("{} {} {}", i == 0 ? "" : ",", FittedLabel(bars[i].label),
                         FullNumber(bars[i].value));
  }
  if (named < bars.size()) words += fmt::format(" and {} more", bars.size() - named);
  return words + ".";
}

std::string Share(double of_whole) { return fmt::format("{:.0f} %", of_whole * 100); }

/// Label and value of one line; `top` is where the line begins.
void AppendTexts(std::string& out, int top, const Bar& bar, std::string_view value) {
  out += fmt::format(
      "<text class=\"halo\" x=\"0\" y=\"{0}\">{1}</text>"
      "<text class=\"halo\" x=\"100%\" y=\"{0}\" text-anchor=\"end\">{2}</text>",
      top + kBarTop - 5, FittedLabel(bar.label), value);
}

void AppendRect(std::string& out, std::string_view css, int top, double from, double to) {
  // A value that is there shows, however small.
  const double width = std::max(std::abs(to - from) * 100, 0.3);
  out += fmt::format(
      "<rect class=\"{}\" x=\"{:.2f}%\" y=\"{}\" width=\"{:.2f}%\" height=\"{}\" rx=\"3\"/>", css,
      std::min({from, to, 1.0}) * 100, top + kBarTop, width, kBarHeight);
}

void AppendTitle(std::string& out, const Bar& bar, std::string_view more) {
  out += fmt::format("<title>{}: {}{}</title>", HtmlText(ReplaceMalformed(bar.label)),
                     FullNumber(bar.value), more);
}

}  // namespace

std::string BarChart(std::string_view name, const std::vector<Bar>& bars) {
  if (bars.empty()) return EmptyChart();
  const auto drawn = [](const Bar& bar) { return bar.rest ? 0.0 : bar.value; };
  const double low = drawn(*std::ranges::min_element(bars, {}, drawn));
  const double high = drawn(*std::ranges::max_element(bars, {}, drawn));
  const bool whole =
      std::ranges::all_of(bars, [](const Bar& bar) { return std::floor(bar.value) == bar.value; });
  const Scale scale = NiceScale(low, high, kBarTicks, whole);
  const int bottom = static_cast<int>(bars.size()) * kLineHeight;
  std::string out = fmt::format("<svg role=\"img\" height=\"{}\" aria-label=\"{}\">\n",
                                bottom + kAxisHeight, InWords("Bar chart", name, bars));
  for (const double tick : scale.Ticks()) {
    const double at = scale.Position(tick);
    out += fmt::format(
        "<line class=\"{0}\" x1=\"{1:.2f}%\" x2=\"{1:.2f}%\" y1=\"0\" y2=\"{2}\"/>"
        "<text class=\"tick\" x=\"{1:.2f}%\" y=\"{3}\" text-anchor=\"{4}\">{5}</text>\n",
        tick == 0 ? "axis" : "grid", at * 100, bottom, bottom + kAxisHeight - 4,
        at == 0   ? "start"
        : at == 1 ? "end"
                  : "middle",
        ShortNumber(tick));
  }
  int top = 0;
  for (const Bar& bar : bars) {
    out += "<g>";
    AppendTitle(out, bar, "");
    AppendTexts(out, top, bar, FullNumber(bar.value));
    if (drawn(bar) != 0) {
      AppendRect(out, "mark", top, scale.Position(0), scale.Position(bar.value));
    }
    out += "</g>\n";
    top += kLineHeight;
  }
  return out + "</svg>\n";
}

std::string FunnelChart(std::string_view name, const std::vector<Bar>& steps) {
  if (steps.empty()) return EmptyChart();
  const double first = std::max(steps.front().value, 0.0);
  const auto share = [](double part, double whole) { return whole > 0 ? part / whole : 0.0; };
  std::string out = fmt::format("<svg role=\"img\" height=\"{}\" aria-label=\"{}\">\n",
                                static_cast<int>(steps.size()) * kLineHeight,
                                InWords("Funnel chart", name, steps));
  double before = first;
  int top = 0;
  for (const Bar& step : steps) {
    const double left = std::clamp(share(step.value, first), 0.0, 1.0);
    const std::string of_first = Share(share(step.value, first));
    out += "<g>";
    AppendTitle(out, step,
                fmt::format(", {} of the step before", Share(share(step.value, before))));
    AppendTexts(out, top, step, fmt::format("{} · {}", FullNumber(step.value), of_first));
    // What the step before had, paler: the part that shows is who was lost here.
    if (before > step.value) {
      AppendRect(out, "lost", top, 0, std::clamp(share(before, first), 0.0, 1.0));
    }
    if (step.value > 0) AppendRect(out, "mark", top, 0, left);
    out += "</g>\n";
    before = step.value;
    top += kLineHeight;
  }
  return out + "</svg>\n";
}

}  // namespace gamevents::report
