#include "core/report/chart/picture_text.h"
#include "core/report/chart/scale.h"
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

constexpr int kPlotUnits = 10'000;  // the width of the line's own coordinates
constexpr size_t kTimeTicks = 5;
constexpr size_t kFewPoints = 40;       // up to here each has a dot
constexpr size_t kMarkersMax = 10;      // of one of several lines
constexpr size_t kNumbersMax = 8;       // positions that have a tick each
constexpr double kTickDistance = 0.06;  // of the width: nearer ones would touch

/// Where things are.
struct Frame {
  double begin = 0;
  double end = 0;
  Scale scale;

  /// 0 at the left, 1 at the right; a single point stands in the middle.
  double Across(double at) const { return end == begin ? 0.5 : (at - begin) / (end - begin); }
};

/// The highest value and where it is.
struct Highest {
  double value = 0;
  size_t at = 0;
};

Frame FrameOf(const Picture& picture, Highest& highest) {
  double low = 0;
  bool any = false;
  for (const Series& series : picture.series) {
    for (size_t at = 0; at < series.values.size(); ++at) {
      if (!series.values[at]) continue;
      const double value = *series.values[at];
      if (!any || value > highest.value) highest = {value, at};
      low = any ? std::min(low, value) : value;
      any = true;
    }
  }
  return {picture.at.front(), picture.at.back(), ValueScale(picture, low, highest.value)};
}

void AppendAxes(std::string& out, const Picture& picture, const Frame& frame) {
  AppendValueAxis(out, picture, frame.scale);
  if (picture.is_time) {
    const auto ticks =
        TimeTicks(static_cast<int64_t>(frame.begin), static_cast<int64_t>(frame.end), kTimeTicks);
    for (const TimeTick& tick : ticks) {
      AppendTick(out, {frame.Across(static_cast<double>(tick.time_ms)), tick.label, tick.below});
    }
    return;
  }
  std::vector<double> numbers = picture.at;
  if (numbers.size() > kNumbersMax) {
    numbers.clear();
    const Scale scale = NiceScale(frame.begin, frame.end, kTimeTicks, false);
    for (const double tick : scale.Ticks()) {
      if (tick >= frame.begin && tick <= frame.end) numbers.push_back(tick);
    }
  }
  for (size_t i = 0; i < numbers.size(); ++i) {
    const double across = frame.Across(numbers[i]);
    const auto is_near = [&](size_t other) {
      return other < numbers.size() &&
             std::abs(frame.Across(numbers[other]) - across) < kTickDistance;
    };
    // 0 and 1 of 30 days stand back to back.
    const std::string_view anchor = is_near(i + 1) ? "end" : is_near(i - 1) ? "start" : "middle";
    AppendTick(out, {across, ShortNumber(numbers[i]), "", anchor});
  }
}

/// A path through the points of `series` from `first` on, before `end`, in coordinates that are
/// stretched to the width; positions without a value are passed over.
std::string PathOf(const Picture& picture, const Frame& frame, const Series& series, size_t first,
                   size_t end) {
  std::string path;
  for (size_t at = first; at < end; ++at) {
    if (!series.values[at]) continue;
    path += fmt::format("{}{:.0f} {:.1f}", path.empty() ? "M" : "L",
                        frame.Across(picture.at[at]) * kPlotUnits,
                        DownTo(frame.scale, *series.values[at]));
  }
  return path;
}

/// What lies below a single line, from its first value to its last: no area says of a position
/// without a value that there was nothing.
void AppendArea(std::string& out, const Picture& picture, const Frame& frame) {
  const auto& values = picture.series[0].values;
  const auto has_value = [](const auto& value) { return value.has_value(); };
  const auto first = std::ranges::find_if(values, has_value);
  if (first == values.end()) return;
  const auto last = std::find_if(values.rbegin(), values.rend(), has_value).base() - 1;
  const auto across = [&](auto value) {
    return frame.Across(picture.at[static_cast<size_t>(value - values.begin())]) * kPlotUnits;
  };
  const double zero = DownTo(frame.scale, 0);
  out += fmt::format("<path class=\"area\" d=\"{}L{:.0f} {:.1f}L{:.0f} {:.1f}Z\"/>",
                     PathOf(picture, frame, picture.series[0], 0, picture.Positions()),
                     across(last), zero, across(first), zero);
}

/// The lines, and below a single one the area. The way to a step that is not over is dashed.
void AppendLines(std::string& out, const Picture& picture, const Frame& frame) {
  const size_t all = picture.Positions();
  const size_t whole = picture.is_open && all > 1 ? all - 1 : all;
  out += fmt::format(
      "<svg y=\"{}\" width=\"100%\" height=\"{}\" viewBox=\"0 0 {} {}\" "
      "preserveAspectRatio=\"none\" aria-hidden=\"true\">",
      kPlotTop, kPlotHeight, kPlotUnits, kPlotHeight);
  if (picture.series.size() == 1) AppendArea(out, picture, frame);
  for (size_t i = 0; i < picture.series.size(); ++i) {
    const std::string css = SeriesClass(picture, i);
    out += fmt::format("<path class=\"line {}\" d=\"{}\"/>", css,
                       PathOf(picture, frame, picture.series[i], 0, whole));
    if (whole == all) continue;
    out += fmt::format("<path class=\"line open {}\" d=\"{}\"/>", css,
                       PathOf(picture, frame, picture.series[i], whole - 1, all));
  }
  out += "</svg>\n";
}

/// What the pointer finds: a band around each point with what stands there.
void AppendBands(std::string& out, const Picture& picture, const Frame& frame) {
  const size_t all = picture.Positions();
  for (size_t at = 0; at < all; ++at) {
    const double x = frame.Across(picture.at[at]);
    const double left = at == 0 ? 0 : (frame.Across(picture.at[at - 1]) + x) / 2;
    const double right = at + 1 == all ? 1 : (x + frame.Across(picture.at[at + 1])) / 2;
    const std::string_view open = picture.is_open && at + 1 == all ? " (not over yet)" : "";
    out += fmt::format(
        "<g class=\"point\"><title>{}{}{}</title><rect class=\"band\" x=\"{:.2f}%\" y=\"{}\" "
        "width=\"{:.2f}%\" height=\"{}\"/>",
        HtmlText(PositionText(picture, at)), ValuesAt(picture, at), open, left * 100, kPlotTop,
        (right - left) * 100, kPlotHeight);
    const auto& value = picture.series[0].values[at];
    if (picture.series.size() == 1 && value) {
      out += fmt::format("<circle class=\"dot\" cx=\"{:.2f}%\" cy=\"{:.1f}\" r=\"4\"/>", x * 100,
                         kPlotTop + DownTo(frame.scale, *value));
    }
    out += "</g>\n";
  }
}

/// The shapes by which several lines are told apart, not all at one place.
void AppendMarkers(std::string& out, const Picture& picture, const Frame& frame) {
  if (picture.series.size() < 2) return;
  const size_t all = picture.Positions();
  const size_t each = all <= kMarkersMax ? 1 : all / kMarkersMax;
  out += "<g class=\"markers\" aria-hidden=\"true\">\n";
  for (size_t i = 0; i < picture.series.size(); ++i) {
    const size_t first = each * i / picture.series.size();
    for (size_t at = first; at < all; at += each) {
      const auto& value = picture.series[i].values[at];
      if (!value) continue;
      AppendMarker(out, picture, i, frame.Across(picture.at[at]),
                   kPlotTop + DownTo(frame.scale, *value));
    }
  }
  out += "</g>\n";
}

}  // namespace

std::string LineChart(const Picture& picture) {
  Highest highest;
  const Frame frame = FrameOf(picture, highest);
  const size_t last = picture.Positions() - 1;
  const std::string series =
      picture.series.size() > 1 ? " Lines: " + SeriesInWords(picture) + "." : "";
  std::string out = Legend(picture, false);
  out += fmt::format(
      "<svg role=\"img\" class=\"timeline{}\" height=\"{}\" aria-label=\"Line chart: {}. From {} "
      "to {}{}, at most {} at {}.{}\">\n",
      picture.Positions() <= kFewPoints ? " few" : "", kPlotWithLabels, HtmlText(picture.name),
      HtmlText(PositionText(picture, 0)), HtmlText(PositionText(picture, last)),
      picture.is_open ? " (not over yet)" : "", ValueText(picture, highest.value),
      HtmlText(PositionText(picture, highest.at)), series);
  AppendAxes(out, picture, frame);
  AppendLines(out, picture, frame);
  AppendBands(out, picture, frame);
  AppendMarkers(out, picture, frame);
  return out + "</svg>\n";
}

}  // namespace gamevents::report
