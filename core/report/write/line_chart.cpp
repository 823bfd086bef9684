#include "core/report/write/chart.h"
#include "core/report/write/html.h"
#include "core/report/write/scale.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace gamevents::report {
namespace {

constexpr int kTop = 8;
constexpr int kPlotHeight = 200;
constexpr int kBottom = kTop + kPlotHeight;
constexpr int kHeight = kBottom + 42;  // two lines of labels
constexpr int kPlotUnits = 10'000;     // the width of the line's own coordinates
constexpr size_t kValueTicks = 4;
constexpr size_t kTimeTicks = 5;
constexpr size_t kFewPoints = 40;  // up to here each has a dot

/// Where things are.
struct Frame {
  int64_t begin = 0;
  int64_t end = 0;
  Scale scale;

  /// 0 at the left, 1 at the right; a single point stands in the middle.
  double Across(int64_t time) const {
    if (end == begin) return 0.5;
    return static_cast<double>(time - begin) / static_cast<double>(end - begin);
  }
  /// Pixels below the plot's top.
  double Down(double value) const { return kPlotHeight * (1 - scale.Position(value)); }
};

Frame FrameOf(const std::vector<Point>& points) {
  const auto [low, high] = std::ranges::minmax_element(points, {}, &Point::value);
  const bool whole = std::ranges::all_of(
      points, [](const Point& point) { return std::floor(point.value) == point.value; });
  return {points.front().time_ms, points.back().time_ms,
          NiceScale(low->value, high->value, kValueTicks, whole)};
}

std::string TimeText(int64_t time_ms) {
  std::string text = FormatTimestampLikeSpark(TimestampMs(time_ms));
  return text.ends_with(":00") ? text.substr(0, text.size() - 3) : text;
}

void AppendAxes(std::string& out, const Frame& frame) {
  for (const double tick : frame.scale.Ticks()) {
    const double y = kTop + frame.Down(tick);
    out += fmt::format(
        "<line class=\"{0}\" x1=\"0\" x2=\"100%\" y1=\"{1:.1f}\" y2=\"{1:.1f}\"/>"
        "<text class=\"tick\" x=\"-8\" y=\"{1:.1f}\" dy=\".32em\" text-anchor=\"end\">{2}</text>\n",
        tick == 0 ? "axis" : "grid", y, ShortNumber(tick));
  }
  for (const TimeTick& tick : TimeTicks(frame.begin, frame.end, kTimeTicks)) {
    const double x = frame.Across(tick.time_ms) * 100;
    out += fmt::format(
        "<line class=\"axis\" x1=\"{0:.2f}%\" x2=\"{0:.2f}%\" y1=\"{1}\" y2=\"{2}\"/>"
        "<text class=\"tick\" x=\"{0:.2f}%\" y=\"{3}\" text-anchor=\"middle\">{4}</text>",
        x, kBottom, kBottom + 4, kBottom + 18, tick.label);
    if (!tick.below.empty()) {
      out += fmt::format(
          "<text class=\"tick\" x=\"{:.2f}%\" y=\"{}\" text-anchor=\"middle\">{}</text>", x,
          kBottom + 34, tick.below);
    }
    out += "\n";
  }
}

/// The line and the area below it, in coordinates that are stretched to the width.
void AppendLine(std::string& out, const Frame& frame, const std::vector<Point>& points) {
  std::string path;
  for (const Point& point : points) {
    path += fmt::format("{}{:.0f} {:.1f}", path.empty() ? "M" : "L",
                        frame.Across(point.time_ms) * kPlotUnits, frame.Down(point.value));
  }
  const double zero = frame.Down(0);
  out += fmt::format(
      "<svg y=\"{}\" width=\"100%\" height=\"{}\" viewBox=\"0 0 {} {}\" "
      "preserveAspectRatio=\"none\" aria-hidden=\"true\">"
      "<path class=\"area\" d=\"{}L{:.0f} {:.1f}L{:.0f} {:.1f}Z\"/>"
      "<path class=\"line\" d=\"{}\"/></svg>\n",
      kTop, kPlotHeight, kPlotUnits, kPlotHeight, path,
      frame.Across(points.back().time_ms) * kPlotUnits, zero,
      frame.Across(points.front().time_ms) * kPlotUnits, zero, path);
}

/// What the pointer finds: a band around each point with its time and value.
void AppendBands(std::string& out, const Frame& frame, const std::vector<Point>& points) {
  for (size_t i = 0; i < points.size(); ++i) {
    const double x = frame.Across(points[i].time_ms);
    const double before = i == 0 ? 0 : frame.Across(points[i - 1].time_ms);
    const double after = i + 1 == points.size() ? 1 : frame.Across(points[i + 1].time_ms);
    const double left = i == 0 ? 0 : (before + x) / 2;
    const double right = i + 1 == points.size() ? 1 : (x + after) / 2;
    out += fmt::format(
        "<g class=\"point\"><title>{}: {}</title><rect class=\"band\" x=\"{:.2f}%\" y=\"{}\" "
        "width=\"{:.2f}%\" height=\"{}\"/><circle class=\"dot\" cx=\"{:.2f}%\" cy=\"{:.1f}\" "
        "r=\"4\"/></g>\n",
        TimeText(points[i].time_ms), FullNumber(points[i].value), left * 100, kTop,
        (right - left) * 100, kPlotHeight, x * 100, kTop + frame.Down(points[i].value));
  }
}

}  // namespace

std::string LineChart(std::string_view name, const std::vector<Point>& points) {
  if (points.empty()) return "<p class=\"empty\">There is nothing to show yet.</p>\n";
  const Frame frame = FrameOf(points);
  const auto highest = std::ranges::max_element(points, {}, &Point::value);
  std::string out = fmt::format(
      "<svg role=\"img\" class=\"timeline{}\" height=\"{}\" aria-label=\"Line chart: {}. From {} "
      "to {} (UTC), at most {} at {}.\">\n",
      points.size() <= kFewPoints ? " few" : "", kHeight, HtmlText(name), TimeText(frame.begin),
      TimeText(frame.end), FullNumber(highest->value), TimeText(highest->time_ms));
  AppendAxes(out, frame);
  AppendLine(out, frame, points);
  AppendBands(out, frame, points);
  return out + "</svg>\n";
}

}  // namespace gamevents::report
