#pragma once

#include "core/report/ask/chart_kind.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace gamevents::report {

/// Bars of one chart; what is beyond is one bar, where its sum means something, or left out.
inline constexpr size_t kBarsMax = 12;
/// Points of one line.
inline constexpr size_t kPointsMax = 240;
/// Columns of a histogram, and steps of what is stacked.
inline constexpr size_t kColumnsMax = 60;
/// Series of one picture, the rest among them: what an eye can tell apart.
inline constexpr size_t kSeriesMax = 6;
/// Rows and columns of a heat map.
inline constexpr size_t kHeatRowsMax = 100;
inline constexpr size_t kHeatColumnsMax = 31;

/// One line, one part of each column, or one column of a heat map.
struct Series {
  std::string name;                             ///< not trusted
  std::vector<std::optional<double>> values{};  ///< one for each position; finite
  bool is_rest = false;                         ///< the sum of all that have no series of their own
};

/// What an answer looks like, before anything draws it. Plain data.
struct Picture {
  ChartKind kind = ChartKind::kBars;  ///< neither kAuto nor kNone
  std::string name{};                 ///< what it shows; not trusted
  /// What stands at each position: of bars, a funnel and a heat map; and of what is stacked, unless
  /// that stands along `at`. Not trusted.
  std::vector<std::string> labels{};
  /// Of bars: where each leads, a URL, "" for nowhere; none: no bar leads anywhere.
  std::vector<std::string> links{};
  std::vector<double> at{};  ///< the positions along an axis: ascending
  bool is_time = false;      ///< `at` is in milliseconds since 1970, on the clock of the question
  double step = 0;           ///< how long each position is; 0: they are single points
  std::vector<Series> series{};
  bool is_shares = false;       ///< values are parts of 1
  bool has_rest = false;        ///< the last bar is all that have none: said, not drawn
  bool is_open = false;         ///< the last position is a time that is not over yet
  std::string rows_name{};      ///< of a heat map: what its rows are; not trusted
  std::vector<double> sizes{};  ///< of a heat map: of how many each row is
  std::string note{};           ///< what it leaves out; "" for nothing

  /// How many values each series has.
  size_t Positions() const { return series.empty() ? 0 : series.front().values.size(); }
  /// Whether it is drawn along an axis.
  bool HasAxis() const { return !at.empty(); }
};

}  // namespace gamevents::report
