#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::report {

// Charts as inline SVG. They have no style of their own: the page's style sheet colours them.
// Lengths across are shares of the width and lengths down are pixels, so that text keeps its size
// on a phone. Each says in words what it shows (aria-label); the page puts its table below.

struct Bar {
  std::string label;  ///< not trusted
  double value = 0;   ///< finite
  bool rest = false;  ///< what has no bar of its own: said, not drawn, or it would dwarf the others
};

/// A bar a line, its label above it and its value at the end of the line. Without bars: a note.
std::string BarChart(std::string_view name, const std::vector<Bar>& bars);

/// The steps of a funnel: how many are left, as a share of the first and of the step before.
/// Without steps: a note.
std::string FunnelChart(std::string_view name, const std::vector<Bar>& steps);

struct Point {
  int64_t time_ms = 0;
  double value = 0;  ///< finite
};

/// A course over time. Requires: points by time, ascending. Without points: a note.
std::string LineChart(std::string_view name, const std::vector<Point>& points);

}  // namespace gamevents::report
