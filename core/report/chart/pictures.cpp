#include "core/report/chart/pictures.h"

#include "core/base/number.h"
#include "core/report/chart/grid.h"
#include "core/report/chart/picture_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <utility>
#include <variant>

namespace gamevents::report {
namespace {

/// Cohorts that have a line of their own beside that of all.
constexpr size_t kCohortLinesMax = kSeriesMax - 1;

void AddNote(Picture& picture, const std::string& sentence) {
  picture.note += (picture.note.empty() ? "" : " ") + sentence;
}

/// An answer, and what of its columns can be drawn.
struct Drawable {
  const Table& table;
  const ChartOptions& options;
  Roles roles;

  /// Whether each value has two names: by two keys, or by a name and a column of its own.
  bool HasTwoKeys() const {
    return roles.keys >= 2 || (options.keys == 0 && roles.values.size() >= 2);
  }
  /// Whether what stands in the first column is known.
  bool HasRows() const { return !table.rows.empty(); }
  bool HasNegatives() const {
    return std::ranges::any_of(table.rows, [this](const Row& row) {
      return NumberOf(row[roles.values.front()]).value_or(0) < 0;
    });
  }
};

/// Why a kind of chart does not suit the answer; "" when it does. Of an answer without rows it says
/// what the question tells.
std::string WhyNot(ChartKind kind, const Drawable& of) {
  const bool is_axis_known = of.HasRows() || of.roles.axis == AxisKind::kTimes;
  switch (kind) {
    case ChartKind::kLine:
      if (is_axis_known && of.roles.axis == AxisKind::kNames)
        return "it needs times or numbers in the first column";
      return {};
    case ChartKind::kStacked:
      if (!of.HasTwoKeys()) return "it needs two things to group by";
      if (of.options.keys > 0 && !of.options.adds_up) return "only counts and sums add up";
      return of.HasNegatives() ? "a part of something is not less than zero" : "";
    case ChartKind::kHeatmap:
      return of.HasTwoKeys() ? "" : "it needs two things to group by";
    case ChartKind::kHistogram:
      if (of.roles.keys > 1) return "it needs one number to group by";
      if (is_axis_known && of.roles.axis != AxisKind::kNumbers)
        return "it needs numbers in the first column";
      return {};
    case ChartKind::kFunnel:
      return of.roles.keys > 1 ? "its steps have one name" : "";
    case ChartKind::kBars:
    case ChartKind::kAuto:
    case ChartKind::kNone:
      return {};
  }
  return {};
}

Error DoesNotSuit(ChartKind kind, std::string_view why, const std::vector<ChartKind>& these) {
  std::vector<std::string_view> names;
  for (const ChartKind each : these) names.push_back(NameOf(each));
  return {Fault::kBadInput, fmt::format("chart {} does not suit this answer: {}. These do: {}",
                                        NameOf(kind), why, fmt::join(names, ", "))};
}

std::vector<ChartKind> KindsThatSuit(const Drawable& of) {
  std::vector<ChartKind> kinds;
  for (const ChartKind kind : {ChartKind::kLine, ChartKind::kBars, ChartKind::kStacked,
                               ChartKind::kHeatmap, ChartKind::kHistogram}) {
    if (WhyNot(kind, of).empty()) kinds.push_back(kind);
  }
  return kinds;
}

/// The kind that nobody has to ask for; kNone: the table says more.
ChartKind SuitingKind(const Drawable& of) {
  const bool is_of_steps = of.table.headings[0].name == "step";
  if (of.roles.keys == 1 && is_of_steps) return ChartKind::kFunnel;
  if (of.roles.axis == AxisKind::kTimes) {
    return of.options.by_parts && WhyNot(ChartKind::kStacked, of).empty() ? ChartKind::kStacked
                                                                          : ChartKind::kLine;
  }
  if (of.roles.keys == 1) {
    // Numbers that are many are mostly names of something: the largest are worth a bar.
    const bool is_histogram =
        of.roles.axis == AxisKind::kNumbers && of.table.rows.size() <= kColumnsMax;
    return is_histogram ? ChartKind::kHistogram : ChartKind::kBars;
  }
  if (of.roles.keys > 2) return ChartKind::kNone;
  return WhyNot(ChartKind::kStacked, of).empty() && of.options.adds_up ? ChartKind::kStacked
                                                                       : ChartKind::kHeatmap;
}

/// All keys of a row as one name.
std::string NameOfRow(const Row& row, size_t keys) {
  std::string name = LabelOf(row[0]);
  for (size_t i = 1; i < keys; ++i) name += " · " + LabelOf(row[i]);
  return name;
}

/// The first kBarsMax rows; where values add up the rest is one bar.
void FillBars(Picture& picture, const Drawable& of) {
  const size_t value = of.roles.values.front();
  const size_t rows = of.table.rows.size();
  const bool adds_up = of.options.adds_up;
  // One bar for a single other row would hide a name for nothing.
  const size_t room = rows > kBarsMax && adds_up ? kBarsMax - 1 : kBarsMax;
  Series series{of.table.headings[value].name};
  double others = 0;
  for (size_t i = 0; i < rows; ++i) {
    const double number = NumberOf(of.table.rows[i][value]).value_or(0);
    if (i < room) {
      picture.labels.push_back(NameOfRow(of.table.rows[i], of.roles.keys));
      series.values.emplace_back(number);
    } else {
      others += number;
    }
  }
  if (rows > room && adds_up) {
    picture.labels.push_back(fmt::format("({} other)", rows - room));
    series.values.emplace_back(others);
    picture.has_rest = true;
  } else if (rows > room) {
    picture.note = fmt::format("Only the first {} of {} are drawn.", room, rows);
  }
  picture.series.push_back(std::move(series));
}

/// Steps of a funnel, all of them.
void FillFunnel(Picture& picture, const Drawable& of) {
  Series series{of.table.headings[of.roles.values.front()].name};
  for (const Row& row : of.table.rows) {
    picture.labels.push_back(LabelOf(row[0]));
    series.values.emplace_back(NumberOf(row[of.roles.values.front()]).value_or(0));
  }
  picture.series.push_back(std::move(series));
}

/// Whether the last position of `picture` has begun and is not over at `now`.
bool IsOpen(const Picture& picture, const Table& table, TimestampMs now) {
  if (!picture.is_time || picture.at.empty() || now.value < 0 || table.rows.empty()) return false;
  double step = picture.step;
  if (step <= 0 && picture.at.size() > 1) {
    step = picture.at[1] - picture.at[0];
    for (size_t i = 1; i < picture.at.size(); ++i) {
      step = std::min(step, picture.at[i] - picture.at[i - 1]);
    }
  }
  const auto* time = std::get_if<Time>(&table.rows.back()[0]);
  const Time clock(now, time == nullptr ? std::chrono::seconds(0) : time->ahead);
  const auto passed = static_cast<double>(clock.OnClock().value) - picture.at.back();
  return passed >= 0 && passed < step;
}

/// Leaves the first `most` rows, and makes the positions of an axis their labels.
void LabelRows(Picture& picture, size_t most) {
  const size_t all = picture.Positions();
  if (all > most) {
    AddNote(picture, fmt::format("Only the first {} of {} are drawn.", most, all));
    for (Series& series : picture.series) series.values.resize(most);
    if (!picture.sizes.empty()) picture.sizes.resize(most);
    picture.at.resize(std::min(picture.at.size(), most));
    picture.labels.resize(std::min(picture.labels.size(), most));
  }
  for (size_t i = 0; i < picture.at.size(); ++i) picture.labels.push_back(PositionText(picture, i));
  picture.at.clear();
}

/// Parts of what has names: the largest of them, the largest first.
void BoundNames(Picture& picture) {
  std::vector<std::pair<double, size_t>> sums;
  for (size_t i = 0; i < picture.labels.size(); ++i) {
    double sum = 0;
    for (const Series& series : picture.series) sum += series.values[i].value_or(0);
    sums.emplace_back(-sum, i);
  }
  std::ranges::sort(sums);
  const size_t all = sums.size();
  if (all > kBarsMax) {
    sums.resize(kBarsMax);
    AddNote(picture, fmt::format("Only the {} largest of {} are drawn.", kBarsMax, all));
  }
  Picture sorted = picture;
  sorted.labels.clear();
  for (Series& series : sorted.series) series.values.clear();
  for (const auto& [sum, at] : sums) {
    sorted.labels.push_back(picture.labels[at]);
    for (size_t i = 0; i < picture.series.size(); ++i) {
      sorted.series[i].values.push_back(picture.series[i].values[at]);
    }
  }
  picture = std::move(sorted);
}

/// Columns in the order of their names, numbers as numbers: hours of a day, say.
void SortColumns(Picture& picture) {
  const auto number = [](const Series& series) { return ParseWholeNumber<int64_t>(series.name); };
  if (!std::ranges::all_of(picture.series, [&](const Series& s) { return number(s).has_value(); }))
    return;
  std::ranges::stable_sort(picture.series, {}, [&](const Series& s) { return *number(s); });
}

void FillStacked(Picture& picture, const Drawable& of) {
  BoundSeries(picture, true, kSeriesMax);
  if (!picture.HasAxis()) return BoundNames(picture);
  if (picture.is_time) return FillSteps(picture, of.options, kColumnsMax);
  FillNumbers(picture, kColumnsMax);
}

void FillHeat(Picture& picture, const Drawable& of) {
  BoundSeries(picture, of.options.adds_up, kHeatColumnsMax);
  SortColumns(picture);
  LabelRows(picture, kHeatRowsMax);
  picture.rows_name = of.table.headings[0].name;
}

/// "n by weekday and hour".
std::string NameByHeadings(const Drawable& of) {
  const auto& headings = of.table.headings;
  std::string name = headings[of.roles.values.front()].name + " by " + headings[0].name;
  for (size_t i = 1; i < of.roles.keys; ++i) name += " and " + headings[i].name;
  return name;
}

void Fill(Picture& picture, const Drawable& of) {
  if (picture.kind == ChartKind::kBars) return FillBars(picture, of);
  if (picture.kind == ChartKind::kFunnel) return FillFunnel(picture, of);
  FillFrom(of.table, of.roles, of.options, picture);
  if (picture.kind == ChartKind::kStacked) return FillStacked(picture, of);
  if (picture.kind == ChartKind::kHeatmap) return FillHeat(picture, of);
  if (picture.kind == ChartKind::kHistogram) {
    picture.series.resize(1);
    return FillNumbers(picture, kColumnsMax);
  }
  BoundSeries(picture, of.options.adds_up, kSeriesMax);
  if (picture.is_time) FillSteps(picture, of.options, kPointsMax);
}

/// The columns of the view of who came back: how many, and of each day how many of them.
struct CohortColumns {
  size_t users = 1;
  std::vector<std::pair<size_t, int>> days;  ///< the column, and the day after the first
};

CohortColumns CohortColumnsOf(const Table& table) {
  constexpr std::string_view kDay = "day_";
  CohortColumns columns;
  for (size_t i = 0; i < table.headings.size(); ++i) {
    const std::string& name = table.headings[i].name;
    if (name.starts_with(kDay)) columns.days.emplace_back(i, std::stoi(name.substr(kDay.size())));
  }
  return columns;
}

/// A row for each first day, a column for each day after it: which share came back.
Picture CohortMap(const Table& table, const CohortColumns& columns) {
  Picture map{.kind = ChartKind::kHeatmap,
              .name = "Share of users who came back, by their first day",
              .is_time = true,
              .is_shares = true,
              .rows_name = "first day"};
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
    FillBars(picture, {part, {}, {AxisKind::kNames, 1, {1}}});
    pictures.push_back(std::move(picture));
  }
  return pictures;
}

/// The pictures of the views that have some of their own; nullopt for all else.
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

}  // namespace

Result<std::vector<Picture>> PicturesOf(const Table& table, const ChartOptions& options,
                                        std::string_view name, TimestampMs now) {
  std::vector<Picture> pictures;
  if (options.kind == ChartKind::kNone) return pictures;
  auto of_view = PicturesOfView(table, options);
  if (!of_view) return std::move(of_view).error();
  if (*of_view) return std::move(**of_view);
  const auto roles = RolesOf(table, options);
  if (!roles && options.kind == ChartKind::kAuto) return pictures;
  if (!roles) {
    return Error{Fault::kBadInput,
                 fmt::format("chart {} does not suit this answer: it has no column of numbers "
                             "beside a name, a time or a number",
                             NameOf(options.kind))};
  }
  const Drawable of{table, options, *roles};
  Picture picture{.kind = options.kind};
  if (options.kind == ChartKind::kAuto) picture.kind = SuitingKind(of);
  if (picture.kind == ChartKind::kNone) return pictures;
  if (const std::string why = WhyNot(picture.kind, of); !why.empty())
    return DoesNotSuit(picture.kind, why, KindsThatSuit(of));
  picture.name = name.empty() ? NameByHeadings(of) : std::string(name);
  Fill(picture, of);
  if (table.more) {
    AddNote(picture, fmt::format("Drawn of the first {} rows of the answer.", table.rows.size()));
  }
  picture.is_open = IsOpen(picture, table, now);
  pictures.push_back(std::move(picture));
  return pictures;
}

std::string UnfinishedStep(const Table& table, const ChartOptions& options, TimestampMs now) {
  if (!options.step || now.value < 0) return {};
  const Time* last = nullptr;
  for (const Row& row : table.rows) {
    const auto* time = std::get_if<Time>(&row[0]);
    if (time != nullptr && (last == nullptr || *last < *time)) last = time;
  }
  if (last == nullptr || StartOf(*options.step, now.value) != last->at.value) return {};
  if (AreDays(*options.step)) return DateText(*last);
  std::string text = FormatTimestampLikeSpark(last->OnClock());
  return text.ends_with(":00") ? text.substr(0, text.size() - 3) : text;
}

}  // namespace gamevents::report
