#include "core/report/chart/pictures.h"

#include "core/base/number.h"
#include "core/report/chart/fit.h"
#include "core/report/chart/grid.h"
#include "core/report/chart/view_pictures.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>

namespace gamevents::report {
namespace {

/// An answer, and what of its columns can be drawn.
struct Drawable {
  const Table& table;
  const ChartOptions& options;
  Roles roles;

  /// Whether each value has two names: by two keys, or by a name and a column of its own.
  bool HasTwoKeys() const {
    return roles.keys >= 2 || (options.keys == 0 && roles.values.size() >= 2);
  }
  /// Whether what stands in the first column is known: before there is a row, of times alone.
  bool IsAxisKnown() const { return !table.rows.empty() || roles.axis == AxisKind::kTimes; }
  bool HasNegatives() const {
    return std::ranges::any_of(table.rows, [this](const Row& row) {
      return NumberOf(row[roles.values.front()]).value_or(0) < 0;
    });
  }
};

/// Why a kind of chart does not suit the answer; "" when it does. Of an answer without rows it says
/// what the question tells.
std::string WhyNot(ChartKind kind, const Drawable& of) {
  switch (kind) {
    case ChartKind::kLine:
      if (of.IsAxisKnown() && of.roles.axis == AxisKind::kNames)
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
      if (of.IsAxisKnown() && of.roles.axis != AxisKind::kNumbers)
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

std::vector<ChartKind> KindsThatSuit(const Drawable& of) {
  std::vector<ChartKind> kinds;
  for (const ChartKind kind : {ChartKind::kLine, ChartKind::kBars, ChartKind::kStacked,
                               ChartKind::kHeatmap, ChartKind::kHistogram}) {
    const bool has_axis = kind == ChartKind::kLine || kind == ChartKind::kHistogram;
    if (has_axis && !of.IsAxisKnown()) continue;
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
bool IsOpen(const Picture& picture, const ChartOptions& options, TimestampMs now) {
  if (!picture.is_time || picture.at.empty() || now.value < 0) return false;
  double step = picture.step;
  if (step <= 0 && picture.at.size() > 1) {
    step = picture.at[1] - picture.at[0];
    for (size_t i = 1; i < picture.at.size(); ++i) {
      step = std::min(step, picture.at[i] - picture.at[i - 1]);
    }
  }
  // Days that a table shows as dates have lost their clock.
  const Time clock = options.step ? TimeIn(options.step->zone, now) : Time(now);
  const auto passed = static_cast<double>(clock.OnClock().value) - picture.at.back();
  return passed >= 0 && passed < step;
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
    AddNote(picture.note, fmt::format("Only the {} largest of {} are drawn.", kBarsMax, all));
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

/// Columns whose names begin with numbers come in the order of these: hours of a day, say.
void SortColumns(Picture& picture) {
  const auto number = [](const Series& series) {
    return ParseWholeNumber<int64_t>(
        std::string_view(series.name).substr(0, series.name.find_first_not_of("0123456789")));
  };
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
  if (picture.series.size() > kHeatColumnsMax) {
    BoundSeries(picture, of.options.adds_up, kHeatColumnsMax);
  }
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
  if (picture.kind == ChartKind::kBars) return FillBars(of.table, of.roles, of.options, picture);
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

}  // namespace

Result<std::vector<Picture>> PicturesOf(const Table& table, const ChartOptions& options,
                                        std::string_view name, TimestampMs now) {
  std::vector<Picture> pictures;
  if (options.kind == ChartKind::kNone) return pictures;
  auto of_view = PicturesOfView(table, options);
  if (!of_view) return std::move(of_view).error();
  if (*of_view) {
    for (Picture& each : **of_view) each.is_open = IsOpen(each, options, now);
    return std::move(**of_view);
  }
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
    AddNote(picture.note,
            fmt::format("Drawn of the first {} rows of the answer.", table.rows.size()));
  }
  picture.is_open = IsOpen(picture, options, now);
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
