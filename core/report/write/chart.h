#pragma once

#include "core/report/chart/picture.h"

#include <string>

namespace gamevents::report {

// Pictures as parts of a page. They have no style of their own: the page's style sheet colours
// them. Lengths across are shares of the width and lengths down are pixels, so that text keeps its
// size on a phone. Each says in words what it shows (aria-label); the page puts its table below it.
// Series differ in shape or texture as well as in colour.

/// The picture as HTML, of whatever kind it is. Without values: a note.
std::string ChartHtml(const Picture& picture);

/// Horizontal bars. Each stands on a line of its own, below its label, and its value follows it.
/// With several series a bar consists of their parts, one behind the other.
std::string BarChart(const Picture& picture);

/// The steps of a funnel: how many are left, as a share of the first and of the step before.
std::string FunnelChart(const Picture& picture);

/// Courses along an axis, a line for each series. What is not over yet is dashed.
std::string LineChart(const Picture& picture);

/// A column at each position, of all series, one upon the other. What is not over yet is dashed.
std::string ColumnChart(const Picture& picture);

/// A table whose cells are the darker the larger their values are.
std::string HeatTable(const Picture& picture);

}  // namespace gamevents::report
