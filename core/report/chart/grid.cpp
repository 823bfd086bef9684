#include "core/report/chart/grid.h"

#include "core/base/clock.h"
#include "core/report/ask/time_step.h"
#include "core/report/chart/scale.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <numeric>
#include <unordered_map>
#include <utility>
#include <variant>

namespace gamevents::report {
namespace {

/// What is on another scale than this part of the largest would be a line along the axis.
constexpr double kSameScale = 20;
/// Of a step: what rounding may take from numbers like 0.1.
constexpr double kRounding = 1e-6;

bool IsNull(const Cell& cell) { return std::holds_alternative<std::monostate>(cell); }

void AddNote(std::string& note, const std::string& sentence) {
  note += (note.empty() ? "" : " ") + sentence;
}

/// Whether `is` holds for all of the column that is not null, and one is there.
template <class Is>
bool AllOf(const Table& table, size_t column, const Is& is) {
  bool any = false;
  for (const Row& row : table.rows) {
    if (IsNull(row[column])) continue;
    if (!is(row[column])) return false;
    any = true;
  }
  return any;
}

/// Whether the column holds numbers, or nothing.
bool IsOfNumbers(const Table& table, size_t column) {
  return std::ranges::all_of(table.rows, [column](const Row& row) {
    return IsNull(row[column]) || IsNumber(row[column]);
  });
}

AxisKind AxisOf(const Table& table) {
  const bool of_times = table.rows.empty() && table.headings[0].type == Type::kTimestamp;
  if (of_times || AllOf(table, 0, [](const Cell& cell) { return ClockOf(cell).has_value(); }))
    return AxisKind::kTimes;
  return AllOf(table, 0, IsNumber) ? AxisKind::kNumbers : AxisKind::kNames;
}

double LargestOf(const Table& table, size_t column) {
  double largest = 0;
  for (const Row& row : table.rows) {
    largest = std::max(largest, std::abs(NumberOf(row[column]).value_or(0)));
  }
  return largest;
}

/// The columns of values that are series of one picture; the note names the others.
std::vector<size_t> OnOneScale(const Table& table, const std::vector<size_t>& columns,
                               std::string& note) {
  const double first = LargestOf(table, columns.front());
  std::vector<size_t> same;
  for (const size_t column : columns) {
    const double largest = LargestOf(table, column);
    if (column == columns.front() ||
        (largest * kSameScale >= first && first * kSameScale >= largest)) {
      same.push_back(column);
    } else {
      AddNote(note, table.headings[column].name + " is on another scale and is not drawn.");
    }
  }
  return same;
}

/// Finds or adds the series of a name.
class SeriesByName {
 public:
  explicit SeriesByName(Picture& picture) : picture_(picture) {}
  size_t Of(const std::string& name) {
    const auto [at, is_new] = by_name_.try_emplace(name, picture_.series.size());
    if (is_new) picture_.series.push_back({name, {}, false});
    return at->second;
  }

 private:
  Picture& picture_;
  std::unordered_map<std::string, size_t> by_name_;
};

/// The series that the row's value belongs to: by the keys behind the first.
std::string SeriesName(const Row& row, const Roles& roles, const ChartOptions& options) {
  std::string name = LabelOf(row[1]);
  const size_t keys = options.by_parts ? 2 : roles.keys;
  for (size_t i = 2; i < keys; ++i) name += " · " + LabelOf(row[i]);
  return name;
}

/// A value at a position, of a series.
struct Place {
  size_t row = 0;
  size_t series = 0;
  double value = 0;
};

/// Where the row stands along the axis; nullopt: nowhere.
std::optional<double> Along(AxisKind axis, const Cell& cell) {
  if (axis == AxisKind::kNumbers) return NumberOf(cell);
  const auto clock = ClockOf(cell);
  return clock ? std::optional(static_cast<double>(*clock)) : std::nullopt;
}

void Put(std::optional<double>& at, double value, bool adds_up) {
  if (!at) {
    at = value;
  } else if (adds_up) {
    *at += value;
  }
}

double SumOf(const Series& series) {
  double sum = 0;
  for (const auto& value : series.values) sum += std::abs(value.value_or(0));
  return sum;
}

/// The start of the step after the one at `clock`, on a clock that is never changed.
int64_t NextStart(const TimeStep& step, int64_t clock) {
  constexpr int64_t kDay = 86'400'000;
  constexpr int64_t kLongMonth = 32 * kDay;
  switch (step.unit) {
    case TimeStep::Unit::kMillisecond:
      return clock + step.count;
    case TimeStep::Unit::kWeek:
      return clock + 7 * kDay * step.count;
    case TimeStep::Unit::kMonth:
      return StartOf({step.unit, step.count, {}}, clock + kLongMonth * step.count);
  }
  return clock + step.count;
}

/// The picture's positions become `starts`, each with the sum of what it had within that step.
/// `slack`: how far rounding may have put a position before the start that is its own.
void MoveTo(Picture& picture, std::vector<double> starts, double slack = 0) {
  for (Series& series : picture.series) {
    std::vector<std::optional<double>> moved(starts.size(), 0.0);
    for (size_t i = 0; i < series.values.size(); ++i) {
      const auto next = std::ranges::upper_bound(starts, picture.at[i] + slack);
      if (next == starts.begin()) continue;
      *moved[static_cast<size_t>(next - starts.begin()) - 1] += series.values[i].value_or(0);
    }
    series.values = std::move(moved);
  }
  picture.at = std::move(starts);
}

/// Leaves the last `most` positions.
void KeepLast(Picture& picture, size_t most) {
  if (picture.at.size() <= most) return;
  const auto less = static_cast<ptrdiff_t>(picture.at.size() - most);
  AddNote(picture.note, fmt::format("Only the last {} of {} are drawn.", most, picture.at.size()));
  picture.at.erase(picture.at.begin(), picture.at.begin() + less);
  for (Series& series : picture.series) {
    series.values.erase(series.values.begin(), series.values.begin() + less);
  }
}

}  // namespace

std::optional<int64_t> ClockOf(const Cell& cell) {
  if (const auto* time = std::get_if<Time>(&cell)) {
    return time->at.value < 0 ? std::nullopt : std::optional(time->OnClock().value);
  }
  const auto* text = std::get_if<std::string>(&cell);
  if (text == nullptr) return std::nullopt;
  const auto parsed = ParseTimestamp(*text);
  return parsed && parsed->value >= 0 ? std::optional(parsed->value) : std::nullopt;
}

std::optional<double> NumberOf(const Cell& cell) {
  const auto number = DoubleOf(cell);
  return number && std::isfinite(*number) ? number : std::nullopt;
}

std::string LabelOf(const Cell& cell) { return IsNull(cell) ? "null" : CellText(cell); }

std::optional<Roles> RolesOf(const Table& table, const ChartOptions& options) {
  const size_t columns = table.headings.size();
  if (columns < 2) return std::nullopt;
  Roles roles;
  roles.axis = AxisOf(table);
  roles.keys = std::max<size_t>(options.keys, 1);
  if (options.keys == 0) {
    while (roles.keys < columns && !IsOfNumbers(table, roles.keys)) ++roles.keys;
  }
  if (options.value != 0) roles.values.push_back(options.value);
  for (size_t i = roles.keys; i < columns; ++i) {
    if (i != options.value && IsOfNumbers(table, i)) roles.values.push_back(i);
  }
  if (roles.values.empty()) return std::nullopt;
  return roles;
}

void FillFrom(const Table& table, const Roles& roles, const ChartOptions& options,
              Picture& picture) {
  const bool is_wide = roles.keys == 1;
  SeriesByName series(picture);
  std::vector<size_t> columns{roles.values.front()};
  if (is_wide && options.keys == 0) columns = OnOneScale(table, roles.values, picture.note);
  if (is_wide) {
    for (const size_t column : columns) picture.series.push_back({table.headings[column].name});
  }
  std::map<double, size_t> along;  // of an axis: the position's place in the order of rows
  std::unordered_map<std::string, size_t> named;
  std::vector<Place> places;
  for (const Row& row : table.rows) {
    size_t at = 0;
    if (roles.axis == AxisKind::kNames) {
      const std::string label = LabelOf(row[0]);
      at = named.try_emplace(label, named.size()).first->second;
      if (at == picture.labels.size()) picture.labels.push_back(label);
    } else {
      const auto position = Along(roles.axis, row[0]);
      if (!position) continue;
      at = along.try_emplace(*position, along.size()).first->second;
    }
    for (size_t i = 0; i < columns.size(); ++i) {
      const size_t of = is_wide ? i : series.Of(SeriesName(row, roles, options));
      if (const auto value = NumberOf(row[columns[i]])) places.push_back({at, of, *value});
    }
  }
  std::vector<size_t> order(std::max(along.size(), named.size()));
  std::iota(order.begin(), order.end(), size_t{0});
  for (size_t rank = 0; const auto& [position, at] : along) {
    picture.at.push_back(position);
    order[at] = rank++;
  }
  for (Series& each : picture.series) each.values.resize(order.size());
  for (const Place& place : places) {
    Put(picture.series[place.series].values[order[place.row]], place.value, options.adds_up);
  }
  picture.is_time = roles.axis == AxisKind::kTimes;
}

void BoundSeries(Picture& picture, bool adds_up, size_t most) {
  std::ranges::stable_sort(picture.series, std::ranges::greater{}, SumOf);
  const size_t all = picture.series.size();
  if (all <= most) return;
  if (!adds_up) {
    picture.series.resize(most);
    AddNote(picture.note, fmt::format("Only the {} largest of {} are drawn.", most, all));
    return;
  }
  Series rest{fmt::format("{} other", all - most + 1),
              std::vector<std::optional<double>>(picture.Positions()), true};
  for (size_t i = most - 1; i < all; ++i) {
    for (size_t at = 0; at < rest.values.size(); ++at) {
      if (const auto& value = picture.series[i].values[at]) Put(rest.values[at], *value, true);
    }
  }
  picture.series.resize(most - 1);
  picture.series.push_back(std::move(rest));
}

void FillSteps(Picture& picture, const ChartOptions& options, size_t most) {
  if (picture.at.empty()) return;
  if (!options.adds_up) return KeepLast(picture, most);
  int64_t unit = 0;  // the longest duration that all times are multiples of
  for (const double at : picture.at) unit = std::gcd(unit, static_cast<int64_t>(at));
  const bool of_one_length = !options.step || options.step->unit == TimeStep::Unit::kMillisecond;
  const TimeStep step =
      options.step.value_or(StepsOf(std::chrono::milliseconds(std::max<int64_t>(unit, 1))));
  const auto first = static_cast<int64_t>(picture.at.front());
  const auto last = static_cast<int64_t>(picture.at.back());
  std::vector<double> starts;
  for (int64_t at = first; at <= last && starts.size() <= most; at = NextStart(step, at)) {
    starts.push_back(static_cast<double>(at));
  }
  if (starts.size() <= most) {
    picture.step = static_cast<double>(NextStart(step, last) - last);
    return MoveTo(picture, std::move(starts));
  }
  const int64_t longer = NiceDuration(last - first, of_one_length ? step.count : 86'400'000,
                                      static_cast<int64_t>(most));
  starts.clear();
  for (int64_t at = first - first % longer; at <= last; at += longer) {
    starts.push_back(static_cast<double>(at));
  }
  picture.step = static_cast<double>(longer);
  AddNote(picture.note, fmt::format("Added up by {}.", DurationName(longer)));
  MoveTo(picture, std::move(starts));
}

void FillNumbers(Picture& picture, size_t most) {
  if (picture.at.size() < 2) return;
  const double first = picture.at.front();
  const double last = picture.at.back();
  double gap = last - first;
  for (size_t i = 1; i < picture.at.size(); ++i) {
    gap = std::min(gap, picture.at[i] - picture.at[i - 1]);
  }
  const bool is_even = std::ranges::all_of(picture.at, [&](double at) {
    const double place = (at - first) / gap;
    return std::abs(place - std::round(place)) < kRounding;
  });
  // A few prices with odd distances stand side by side, each under its own.
  if (!is_even && picture.at.size() <= most) return;
  double low = first;
  double step = 0;  // each value stands for itself
  if (!is_even || (last - first) / gap >= static_cast<double>(most)) {
    const bool is_whole =
        std::ranges::all_of(picture.at, [](double at) { return std::floor(at) == at; });
    gap = NiceStep((last - first) / (static_cast<double>(most) / 2));
    if (is_whole) gap = std::max(gap, 1.0);
    low = std::floor(first / gap) * gap;
    step = gap;
  }
  std::vector<double> starts;
  for (size_t i = 0; low + static_cast<double>(i) * gap <= last + gap * kRounding; ++i) {
    starts.push_back(low + static_cast<double>(i) * gap);
  }
  picture.step = step;
  MoveTo(picture, std::move(starts), gap * kRounding);
}

}  // namespace gamevents::report
