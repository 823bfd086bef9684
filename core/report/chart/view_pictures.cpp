#include "core/report/chart/view_pictures.h"

#include "core/report/ask/view.h"
#include "core/report/chart/fit.h"
#include "core/report/chart/grid.h"
#include "core/report/table/proportions.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

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

/// "blue, 4.1 % to 5.3 %": the variant, and the 95 % interval of its share.
std::string VariantLabel(const std::string& name, const Proportion& of) {
  const Interval interval = WilsonInterval(of);
  return fmt::format("{}, {:.1f} % to {:.1f} %", name, interval.low * 100, interval.high * 100);
}

/// A bar for each variant: the share of its users who converted.
std::vector<Picture> ExperimentPictures(const Table& table) {
  constexpr size_t kUsers = 1;
  constexpr size_t kConverted = 3;
  Picture bars{.kind = ChartKind::kBars,
               .name = "Share of users who converted, with its 95 % interval",
               .is_shares = true};
  Series shares{"conversion"};
  for (const Row& row : table.rows) {
    const auto* users = std::get_if<int64_t>(&row[kUsers]);
    const auto* converted = std::get_if<int64_t>(&row[kConverted]);
    if (users == nullptr || converted == nullptr || *users < 1) continue;
    const Proportion of{*converted, *users};
    bars.labels.push_back(VariantLabel(LabelOf(row[0]), of));
    shares.values.emplace_back(of.share());
  }
  bars.series.push_back(std::move(shares));
  return {std::move(bars)};
}

/// What changed in one step of time.
struct Changes {
  double gained = 0;
  double lost = 0;
};
using ChangeCourse = std::map<int64_t, Changes>;  ///< by the clock

/// The course of coins or of all items together; times that are dates by now, too.
ChangeCourse ChangeCourseOf(const Table& table, std::string_view what) {
  ChangeCourse course;
  const size_t gained = table.headings.size() - 4;  // and lost, net, total behind it
  for (const Row& row : table.rows) {
    const auto clock = ClockOf(row[0]);
    if (!clock || LabelOf(row[1]) != what) continue;
    course[*clock].gained += NumberOf(row[gained]).value_or(0);
    course[*clock].lost += NumberOf(row[gained + 1]).value_or(0);
  }
  return course;
}

/// Lines of what was gained and what was lost; of one of them where the other never was.
Picture ChangesPicture(const ChangeCourse& course, const ChartOptions& options,
                       std::string_view what) {
  Picture picture{.kind = ChartKind::kLine, .is_time = true};
  Series gained{"gained"};
  Series lost{"lost"};
  const auto any = [&](double Changes::* of) {
    return std::ranges::any_of(course, [&](const auto& at) { return at.second.*of > 0; });
  };
  for (const auto& [clock, changes] : course) {
    picture.at.push_back(static_cast<double>(clock));
    gained.values.emplace_back(changes.gained);
    lost.values.emplace_back(changes.lost);
  }
  if (any(&Changes::gained)) picture.series.push_back(std::move(gained));
  if (any(&Changes::lost)) picture.series.push_back(std::move(lost));
  // A line alone has no legend: the name says which one it is.
  picture.name =
      fmt::format("{} that users {}", what,
                  picture.series.size() == 1 ? picture.series[0].name : "gained and lost");
  FillSteps(picture, options, kPointsMax);
  return picture;
}

/// What there was of all items together, from step to step.
Picture TotalPicture(const Picture& changes) {
  Picture picture = changes;
  picture.name = "Items that users have";
  picture.series = {{"total"}};
  double total = 0;
  for (size_t at = 0; at < changes.at.size(); ++at) {
    for (const Series& series : changes.series) {
      const double change = series.values[at].value_or(0);
      total += series.name == "gained" ? change : -change;
    }
    picture.series[0].values.emplace_back(total);
  }
  return picture;
}

std::vector<Picture> EconomyPictures(const Table& table, const ChartOptions& options) {
  std::vector<Picture> pictures;
  const ChangeCourse coins = ChangeCourseOf(table, kFlowCoins);
  const ChangeCourse items = ChangeCourseOf(table, kFlowItems);
  if (!coins.empty()) {
    pictures.push_back(ChangesPicture(coins, options, "Coins"));
  }
  if (!items.empty()) {
    pictures.push_back(ChangesPicture(items, options, "Items"));
    pictures.push_back(TotalPicture(pictures.back()));
  }
  if (table.more) {
    for (Picture& picture : pictures) {
      AddNote(picture.note,
              fmt::format("Drawn of the first {} rows of the answer.", table.rows.size()));
    }
  }
  return pictures;
}

/// A view whose pictures are of certain kinds.
struct DrawnView {
  ViewKind view;
  ChartKind kind;
  std::string_view why_no_other;
};
constexpr auto kDrawnViews = std::to_array<DrawnView>({
    {ViewKind::kTop, ChartKind::kBars, "it has three lists of names"},
    {ViewKind::kExperiment, ChartKind::kBars, "it has the shares of a few variants"},
    {ViewKind::kEconomy, ChartKind::kLine, "it has what was gained and lost over time"},
});

}  // namespace

Result<std::optional<std::vector<Picture>>> PicturesOfView(const Table& table,
                                                           const ChartOptions& options) {
  const ChartKind kind = options.kind;
  if (options.view == ViewKind::kRetention &&
      (kind == ChartKind::kAuto || kind == ChartKind::kHeatmap || kind == ChartKind::kLine)) {
    return std::optional(CohortPictures(table, kind));
  }
  const auto drawn = std::ranges::find_if(
      kDrawnViews, [&](const DrawnView& each) { return options.view == each.view; });
  if (drawn == kDrawnViews.end()) return std::optional<std::vector<Picture>>();
  if (kind != ChartKind::kAuto && kind != drawn->kind) {
    return DoesNotSuit(kind, drawn->why_no_other, {drawn->kind});
  }
  if (drawn->view == ViewKind::kTop) return std::optional(LeaderPictures(table));
  if (drawn->view == ViewKind::kExperiment) return std::optional(ExperimentPictures(table));
  return std::optional(EconomyPictures(table, options));
}

}  // namespace gamevents::report
