#include "core/report/chart/text_chart.h"

#include "core/base/terminal.h"
#include "core/report/chart/picture_text.h"
#include "core/report/chart/scale.h"
#include "core/report/table/spark_text.h"
#include "core/report/table/utf8.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace gamevents::report {
namespace {

constexpr size_t kLabelMax = 28;    // columns of a label
constexpr size_t kCourseLines = 8;  // of one course; several have kStripLines each
constexpr size_t kStripLines = 3;
constexpr int kEighths = 8;

/// From nothing to a whole block, to the right and upwards.
constexpr auto kAcross =
    std::to_array<std::string_view>({"", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"});
constexpr auto kUpwards =
    std::to_array<std::string_view>({" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"});
constexpr auto kAsciiUpwards =
    std::to_array<std::string_view>({" ", ".", ".", ".", ":", ":", "|", "|", "#"});
/// Of the parts of a bar, and of the rest.
constexpr auto kParts = std::to_array<std::string_view>({"█", "▓", "▒", "░", "▚", "·"});
constexpr auto kAsciiParts = std::to_array<std::string_view>({"#", "=", "+", "-", "o", "."});
static_assert(kParts.size() == kSeriesMax);
/// Of a heat map, from nothing to much.
constexpr auto kTextShades = std::to_array<std::string_view>({" ", "░", "▒", "▓", "█"});
constexpr auto kAsciiShades = std::to_array<std::string_view>({" ", ".", ":", "+", "#"});
/// SGR of the series: blue, yellow, green, magenta, cyan, grey.
constexpr auto kColors = std::to_array<int>({34, 33, 32, 35, 36, 90});
static_assert(kColors.size() == kSeriesMax);

size_t PartOf(const Picture& picture, size_t series) {
  return picture.series[series].is_rest ? kSeriesMax - 1 : series % kSeriesMax;
}

std::string Painted(const TextDrawing& drawing, size_t part, std::string text) {
  if (!drawing.is_colored || text.empty()) return text;
  return fmt::format("\x1B[{}m{}\x1B[0m", kColors[part], text);
}

std::string Repeated(std::string_view what, size_t times) {
  std::string text;
  for (size_t i = 0; i < times; ++i) text += what;
  return text;
}

/// A label cut to `width` columns and filled up.
std::string Padded(const std::string& label, size_t width, bool to_the_right = false) {
  std::string text = EscapeControls(EscapeMeta(ReplaceMalformed(label)));
  for (size_t units = width; DisplayWidth(text) > width && units >= 4; --units) {
    text = Truncate(text, units);
  }
  const size_t used = std::min(DisplayWidth(text), width);
  const std::string padding(width - used, ' ');
  return to_the_right ? padding + text : text + padding;
}

/// The width of the names of the series.
size_t NameWidth(const Picture& picture) {
  size_t width = 0;
  for (const Series& series : picture.series) {
    width = std::max(width, DisplayWidth(EscapeMeta(ReplaceMalformed(series.name))));
  }
  return std::min(width, kLabelMax);
}

/// The length of a bar in eighths of a column.
std::string Bar(const TextDrawing& drawing, double share, size_t columns) {
  const auto all = static_cast<int64_t>(columns) * kEighths;
  auto eighths =
      static_cast<int64_t>(std::llround(std::clamp(share, 0.0, 1.0) * static_cast<double>(all)));
  if (eighths == 0 && share > 0) eighths = 1;  // a value that is there shows, however small
  const auto whole = static_cast<size_t>(eighths / kEighths);
  const auto left = static_cast<size_t>(eighths % kEighths);
  if (eighths == 0) return {};
  if (drawing.is_ascii) return Repeated("#", whole + (left >= kEighths / 2 || whole == 0 ? 1 : 0));
  return Repeated(kAcross.back(), whole) + std::string(kAcross[left]);
}

/// A line of a chart of bars.
struct BarLine {
  std::string label;
  std::string bar;  ///< as it is written
  std::string value;
};

/// The widths of a chart of bars: the label's, the bar's and the value's.
struct BarWidths {
  size_t label = 0;
  size_t bar = 0;
  size_t value = 0;
};

/// `most`: columns of a label.
BarWidths WidthsOf(const std::vector<std::string>& labels, const std::vector<std::string>& values,
                   const TextDrawing& drawing, size_t most) {
  BarWidths widths;
  for (const std::string& label : labels) {
    widths.label = std::max(widths.label, DisplayWidth(EscapeMeta(ReplaceMalformed(label))));
  }
  widths.label = std::min(widths.label, most);
  for (const std::string& value : values) widths.value = std::max(widths.value, value.size());
  const size_t taken = widths.label + widths.value + 2;
  widths.bar = drawing.width > taken + 8 ? drawing.width - taken : 8;
  return widths;
}

/// The parts of one bar: each ends where the sum so far does, so that all together are as long as
/// the whole.
std::string Parts(const Picture& picture, const TextDrawing& drawing, size_t at, double largest,
                  size_t columns) {
  const auto& signs = drawing.is_ascii ? kAsciiParts : kParts;
  std::string bar;
  double sum = 0;
  size_t drawn = 0;
  for (size_t i = 0; i < picture.series.size(); ++i) {
    sum += picture.series[i].values[at].value_or(0);
    const auto end =
        static_cast<size_t>(std::llround(sum / largest * static_cast<double>(columns)));
    const size_t part = PartOf(picture, i);
    if (end > drawn) bar += Painted(drawing, part, Repeated(signs[part], end - drawn));
    drawn = std::max(drawn, end);
  }
  return bar;
}

std::string BarLines(const Picture& picture, const TextDrawing& drawing) {
  const size_t all = picture.Positions();
  std::vector<std::string> labels;
  std::vector<std::string> values;
  double largest = 0;
  const double first = TotalAt(picture, 0);
  for (size_t at = 0; at < all; ++at) {
    const double value = TotalAt(picture, at);
    const bool is_rest = picture.has_rest && at + 1 == all;
    const bool is_open = picture.is_open && at + 1 == all;
    labels.push_back(PositionText(picture, at) + (is_open ? " *" : ""));
    values.push_back(ValueText(picture, value));
    if (picture.kind == ChartKind::kFunnel && first > 0) {
      values.back() += fmt::format(" {:3.0f} %", value / first * 100);
    }
    if (!is_rest) largest = std::max(largest, std::abs(value));
  }
  // A cut name is still a name, a cut number another number.
  const size_t most =
      picture.HasAxis() ? drawing.width / 2 : std::min(kLabelMax, drawing.width / 3);
  const BarWidths widths = WidthsOf(labels, values, drawing, most);
  std::string out;
  for (size_t at = 0; at < all; ++at) {
    const bool is_rest = picture.has_rest && at + 1 == all;
    std::string bar;
    if (largest > 0 && !is_rest) {
      bar = picture.series.size() > 1
                ? Parts(picture, drawing, at, largest, widths.bar)
                : Painted(drawing, 0,
                          Bar(drawing, std::abs(TotalAt(picture, at)) / largest, widths.bar));
    }
    out += fmt::format("{} {} {}\n", Padded(labels[at], widths.label),
                       Padded(values[at], widths.value, true), bar);
  }
  return out;
}

/// The mean of the positions that column `column` of `columns` shows.
std::optional<double> MeanOf(const Series& series, size_t column, size_t columns) {
  const size_t all = series.values.size();
  const size_t first = column * all / columns;
  const size_t end = std::max(first + 1, (column + 1) * all / columns);
  double sum = 0;
  size_t count = 0;
  for (size_t at = first; at < end; ++at) {
    if (!series.values[at]) continue;
    sum += *series.values[at];
    ++count;
  }
  return count == 0 ? std::nullopt : std::optional(sum / static_cast<double>(count));
}

/// One course as columns upwards from the axis, its highest value beside the first line.
std::string Course(const Picture& picture, const TextDrawing& drawing, size_t of, size_t lines,
                   size_t margin) {
  const Series& series = picture.series[of];
  double low = 0;
  double high = 0;
  for (const auto& value : series.values) {
    low = std::min(low, value.value_or(0));
    high = std::max(high, value.value_or(0));
  }
  const size_t columns = drawing.width - margin - 1;
  const auto& levels = drawing.is_ascii ? kAsciiUpwards : kUpwards;
  const size_t open =
      picture.is_open ? columns * (series.values.size() - 1) / series.values.size() : columns;
  std::string out;
  for (size_t line = lines; line-- > 0;) {
    const std::string label = line + 1 == lines ? ValueText(picture, high)
                              : line == 0       ? ValueText(picture, low)
                                                : "";
    std::string cells;
    for (size_t column = 0; column < columns; ++column) {
      const auto value = MeanOf(series, column, columns);
      const double share = value && high > low ? (*value - low) / (high - low) : 0;
      const auto eighths =
          static_cast<int64_t>(std::llround(share * static_cast<double>(lines) * kEighths) -
                               static_cast<int64_t>(line) * kEighths);
      const auto level = static_cast<size_t>(std::clamp<int64_t>(eighths, 0, kEighths));
      const bool is_open = column >= open && level > 0;
      cells += is_open ? (drawing.is_ascii ? ":" : "░") : levels[level];
    }
    out += fmt::format("{} {}\n", Padded(label, margin, true),
                       Painted(drawing, PartOf(picture, of), cells));
  }
  return out;
}

/// What stands at the positions, below them: at each where there is room, else at both ends.
std::string CourseLabels(const Picture& picture, size_t margin, size_t columns) {
  const size_t all = picture.Positions();
  std::string line;
  for (size_t at = 0; at < all; ++at) {
    const size_t begin = (at * columns + all - 1) / all;
    if (line.size() >= begin && at > 0) break;  // no room
    line.append(begin - line.size(), ' ').append(PositionText(picture, at));
    if (at + 1 == all && line.size() <= columns) {
      return std::string(margin + 1, ' ') + line + (picture.is_open ? " *" : "") + "\n";
    }
  }
  const std::string first = PositionText(picture, 0);
  const std::string last = PositionText(picture, all - 1) + (picture.is_open ? " *" : "");
  const size_t taken = first.size() + last.size();
  const std::string between(columns > taken ? columns - taken : 1, ' ');
  return std::string(margin + 1, ' ') + first + between + last + "\n";
}

std::string CourseLines(const Picture& picture, const TextDrawing& drawing) {
  const bool is_one = picture.series.size() == 1;
  size_t margin = 0;
  for (const Series& series : picture.series) {
    for (const auto& value : series.values) {
      if (value) margin = std::max(margin, ValueText(picture, *value).size());
    }
  }
  std::string out;
  for (size_t i = 0; i < picture.series.size(); ++i) {
    if (!is_one) {
      const std::string total = TotalText(picture, picture.series[i]);
      out += Padded(picture.series[i].name, NameWidth(picture)) +
             (total.empty() ? "" : " " + total) + "\n";
    }
    out += Course(picture, drawing, i, is_one ? kCourseLines : kStripLines, margin);
  }
  return out + CourseLabels(picture, margin, drawing.width - margin - 1);
}

std::string HeatLines(const Picture& picture, const TextDrawing& drawing) {
  double largest = 0;
  size_t cell = 0;
  for (const Series& series : picture.series) {
    cell = std::max(cell, std::min(DisplayWidth(series.name), size_t{10}));
    for (const auto& value : series.values) {
      if (!value) continue;
      cell = std::max(cell, ValueText(picture, *value).size() + 3);
      if (!(picture.is_shares && *value >= 1)) largest = std::max(largest, *value);
    }
  }
  size_t label = DisplayWidth(picture.rows_name);
  for (const std::string& each : picture.labels) label = std::max(label, DisplayWidth(each));
  label = std::min(label, kLabelMax);
  const size_t fitting = std::max<size_t>(1, (drawing.width - label) / (cell + 1));
  const size_t columns = std::min(fitting, picture.series.size());
  const auto& shades = drawing.is_ascii ? kAsciiShades : kTextShades;
  std::string out = Padded(picture.rows_name, label);
  for (size_t i = 0; i < columns; ++i) out += " " + Padded(picture.series[i].name, cell, true);
  out += "\n";
  for (size_t row = 0; row < picture.labels.size(); ++row) {
    out += Padded(picture.labels[row], label);
    for (size_t i = 0; i < columns; ++i) {
      const auto& value = picture.series[i].values[row];
      if (!value) {
        out += " " + Padded("", cell);
        continue;
      }
      const double share = largest > 0 ? std::clamp(*value / largest, 0.0, 1.0) : 0;
      const auto shade = static_cast<size_t>(std::ceil(share * (kTextShades.size() - 1)));
      const std::string text = ValueText(picture, *value);
      out += " " + Painted(drawing, 0, Repeated(shades[shade], 2)) + " " +
             Padded(text, cell - 3, true);
    }
    out += "\n";
  }
  if (columns < picture.series.size()) {
    out += fmt::format("Only the first {} of {} columns fit.\n", columns, picture.series.size());
  }
  return out;
}

/// The sign, the name and the sum of each part.
std::string PartLegend(const Picture& picture, const TextDrawing& drawing) {
  const auto& signs = drawing.is_ascii ? kAsciiParts : kParts;
  std::string out;
  for (size_t i = 0; i < picture.series.size(); ++i) {
    const size_t part = PartOf(picture, i);
    out += fmt::format("{} {} {}\n", Painted(drawing, part, Repeated(signs[part], 2)),
                       Padded(picture.series[i].name, NameWidth(picture)),
                       TotalText(picture, picture.series[i]));
  }
  return out;
}

}  // namespace

std::string TextChart(const Picture& picture, const TextDrawing& asked) {
  TextDrawing drawing = asked;
  drawing.width = std::max(drawing.width, kTextWidthMin);
  std::string out = EscapeControls(EscapeMeta(ReplaceMalformed(picture.name))) + "\n";
  if (picture.Positions() == 0) return out + "There is nothing to show yet.\n";
  if (picture.kind == ChartKind::kLine) {
    out += CourseLines(picture, drawing);
  } else if (picture.kind == ChartKind::kHeatmap) {
    out += HeatLines(picture, drawing);
  } else {
    if (picture.series.size() > 1) out += PartLegend(picture, drawing);
    out += BarLines(picture, drawing);
  }
  const std::string note = NoteOf(picture);
  return note.empty() ? out : out + (picture.is_open ? "* " : "") + note + "\n";
}

}  // namespace gamevents::report
