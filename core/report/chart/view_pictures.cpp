#include "core/report/chart/view_pictures.h"

#include "core/report/chart/fit.h"
#include "core/report/chart/grid.h"

#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace gamevents::report {
namespace {

/// Cohorts that have a line of their own beside that of all.
constexpr size_t kCohortLinesMax = kSeriesMax - 1;

/// The columns of the view of who came back: how many, and of each day how many of them.
struct CohortColumns {
  size_t users = 1;
  std::vector<std::pair<size_t, int>> days;  ///< the column, and the day after the first
};

CohortColumns CohortColumnsOf(const Table& table) {
  constexpr std::string_view kDayColumn = "day_";
  CohortColumns columns;
  for (size_t i = 0; i < table.headings.size(); ++i) {
    const std::string& name = table.headings[i].name;
    if (name.starts_with(kDayColumn))
      columns.days.emplace_back(i, std::stoi(name.substr(kDayColumn.size())));
  }
  return columns;
}

/// A row for each first day or longer step, a column for each day after it: which share came back.
Picture CohortMap(const Table& table, const CohortColumns& columns) {
  const bool by_day = table.headings.front().name == "first_day";
  Picture map{.kind = ChartKind::kHeatmap,
              .name = by_day ? "Share of users who came back, by their first day"
                             : "Share of users who came back, by when they came first",
              .is_time = true,
              .is_shares = true,
              .rows_name = by_day ? "first day" : "came first"};
  for (const auto& [column, day] : columns.days) {
    map.series.push_back({fmt::format("day {}", day)});
  }
  for (const Row& row : table.rows) {
    const auto first = ClockOf(row[0]);
    if (!first) continue;
    map.at.push_back(static_cast<double>(*first));
    const double users = NumberOf(row[columns.users]).value_or(0);
    map.sizes.push_back(users);
    for (size_t i = 0; i < columns.days.size(); ++i) {
      const auto came = NumberOf(row[columns.days[i].first]);
      map.series[i].values.push_back(came && users > 0 ? std::optional(*came / users)
                                                       : std::nullopt);
    }
  }
  LabelRows(map, kHeatRowsMax);
  return map;
}

/// The share that came back over the days since the first: of all users, and where the cohorts are
/// few, of each. A day counts those cohorts for which it has been.
Picture CohortCurve(const Picture& map, const CohortColumns& columns) {
  Picture curve{.kind = ChartKind::kLine,
                .name = "Share of users who came back, by days since their first",
                .is_shares = true};
  Series all{"all users"};
  for (size_t i = 0; i < columns.days.size(); ++i) {
    curve.at.push_back(columns.days[i].second);
    double came = 0;
    double users = 0;
    for (size_t row = 0; row < map.labels.size(); ++row) {
      const auto& share = map.series[i].values[row];
      if (!share) continue;
      came += *share * map.sizes[row];
      users += map.sizes[row];
    }
    all.values.push_back(users > 0 ? std::optional(came / users) : std::nullopt);
  }
  curve.series.push_back(std::move(all));
  if (map.labels.size() < 2 || map.labels.size() > kCohortLinesMax) return curve;
  for (size_t row = 0; row < map.labels.size(); ++row) {
    Series cohort{map.labels[row]};
    for (const Series& day : map.series) cohort.values.push_back(day.values[row]);
    curve.series.push_back(std::move(cohort));
  }
  return curve;
}

std::vector<Picture> CohortPictures(const Table& table, ChartKind kind) {
  const CohortColumns columns = CohortColumnsOf(table);
  Picture map = CohortMap(table, columns);
  Picture curve = CohortCurve(map, columns);
  std::vector<Picture> pictures;
  if (kind != ChartKind::kHeatmap) pictures.push_back(std::move(curve));
  if (kind != ChartKind::kLine) pictures.push_back(std::move(map));
  return pictures;
}

/// Bars for each of the lists of the view of the first ones.
std::vector<Picture> LeaderPictures(const Table& table) {
  struct List {
    std::string_view name;
    std::string_view title;
  };
  constexpr auto kLists = std::to_array<List>({{"users", "Users with the most events"},
                                               {"items", "Items bought most often"},
                                               {"guilds", "Guilds that most have joined"}});
  std::vector<Picture> pictures;
  for (const List& list : kLists) {
    Table part{{{std::string(list.name), Type::kString}, {"count", Type::kLong}}, {}, false};
    for (const Row& row : table.rows) {
      if (LabelOf(row[0]) == list.name) part.rows.push_back({row[2], row[3]});
    }
    Picture picture{.kind = ChartKind::kBars, .name = std::string(list.title)};
    FillBars(part, {AxisKind::kNames, 1, {1}}, {}, picture);
    pictures.push_back(std::move(picture));
  }
  return pictures;
}

}  // namespace

Result<std::optional<std::vector<Picture>>> PicturesOfView(const Table& table,
                                                           const ChartOptions& options) {
  const ChartKind kind = options.kind;
  if (options.view == ViewKind::kRetention &&
      (kind == ChartKind::kAuto || kind == ChartKind::kHeatmap || kind == ChartKind::kLine)) {
    return std::optional(CohortPictures(table, kind));
  }
  if (options.view != ViewKind::kTop) return std::optional<std::vector<Picture>>();
  if (kind != ChartKind::kAuto && kind != ChartKind::kBars) {
    return DoesNotSuit(kind, "it has three lists of names", {ChartKind::kBars});
  }
  return std::optional(LeaderPictures(table));
}

}  // namespace gamevents::report
