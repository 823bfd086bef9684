#pragma once

#include "core/report/chart/picture.h"
#include "core/report/chart/scale.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace gamevents::report {

// What charts have in common: the plot with its axes, and how series are told apart.

inline constexpr int kPlotTop = 8;
inline constexpr int kPlotHeight = 200;
inline constexpr int kPlotBottom = kPlotTop + kPlotHeight;
/// With two lines of labels below the plot.
inline constexpr int kPlotWithLabels = kPlotBottom + 42;

/// Pixels below the plot's top.
double DownTo(const Scale& scale, double value);

/// The scale for values from `low` to `high`, of the picture's kind.
Scale ValueScale(const Picture& picture, double low, double high);

/// What stands at a line of that value: "2.5 %" of shares, "1.2k".
std::string TickText(const Picture& picture, double tick);

/// Appends the lines across the plot with their numbers.
void AppendValueAxis(std::string& out, const Picture& picture, const Scale& scale);

/// A tick below the plot, `across` its width (0 to 1). Both texts are HTML.
struct PlotTick {
  double across = 0;
  std::string label;
  std::string below{};
  std::string_view anchor = "middle";  ///< of both texts
};
void AppendTick(std::string& out, const PlotTick& tick);

/// The class that has the colour of the series: "s0" to "s4", "rest".
std::string SeriesClass(const Picture& picture, size_t series);

/// Appends the mark of a series, a shape of its own, `across` the plot and `down` from the top of
/// the chart.
void AppendMarker(std::string& out, const Picture& picture, size_t series, double across,
                  double down);

/// The names of the series with their marks or, where `textured`, their textures, and their sums;
/// "" for one alone.
std::string Legend(const Picture& picture, bool textured);

/// The textures that parts of columns and bars have: once in each chart that has parts.
std::string Textures();

/// ": 12", or with several series ": 12; sword 5, shield 7": what stands at a position, as HTML.
std::string ValuesAt(const Picture& picture, size_t at);

/// "sword 12,345, shield 300": the series with their sums in words, as HTML.
std::string SeriesInWords(const Picture& picture);

}  // namespace gamevents::report
