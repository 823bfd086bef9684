#include "core/report/chart/grid.h"

#include "core/base/clock.h"
#include "core/report/chart/scale.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <unordered_map>
#include <utility>
#include <variant>

namespace gamevents::report {
namespace {

/// Sums of as many as there are rows are finite, too.
constexpr double kNumberMax = 1e290;
/// What is on another scale than this part of the largest would be a line along the axis.
constexpr double kSameScale = 20;

bool IsNull(const Cell& cell) { return std::holds_alternative<std::monostate>(cell); }

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

/// All keys of a row as one name.
std::string NameOfRow(const Row& row, size_t keys, bool are_days) {
  const auto* time = std::get_if<Time>(&row[0]);
  std::string name = time != nullptr && are_days ? DateText(*time) : LabelOf(row[0]);
  for (size_t i = 1; i < keys; ++i) name += " · " + LabelOf(row[i]);
  return name;
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
  return number && std::abs(*number) <= kNumberMax ? number : std::nullopt;
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

void FillBars(const Table& table, const Roles& roles, const ChartOptions& options,
              Picture& picture) {
  const bool adds_up = options.adds_up;
  const bool are_days = options.step && AreDays(*options.step);
  const size_t value = roles.values.front();
  const size_t rows = table.rows.size();
  // One bar for a single other row would hide a name for nothing.
  const size_t room = rows > kBarsMax && adds_up ? kBarsMax - 1 : kBarsMax;
  Series series{table.headings[value].name};
  double others = 0;
  for (size_t i = 0; i < rows; ++i) {
    const double number = NumberOf(table.rows[i][value]).value_or(0);
    if (i < room) {
      picture.labels.push_back(NameOfRow(table.rows[i], roles.keys, are_days));
      series.values.emplace_back(number);
    } else {
      others += number;
    }
  }
  if (rows > room && adds_up) {
    picture.labels.push_back(fmt::format("({} other)", WithCommas(std::to_string(rows - room))));
    series.values.emplace_back(others);
    picture.has_rest = true;
  } else if (rows > room) {
    picture.note = fmt::format("Only the first {} of {} are drawn.", room, rows);
  }
  picture.series.push_back(std::move(series));
}

void AddNote(std::string& note, const std::string& sentence) {
  note += (note.empty() ? "" : " ") + sentence;
}

Error DoesNotSuit(ChartKind kind, std::string_view why, const std::vector<ChartKind>& these) {
  std::vector<std::string_view> names;
  for (const ChartKind each : these) names.push_back(NameOf(each));
  return {Fault::kBadInput, fmt::format("chart {} does not suit this answer: {}. These do: {}",
                                        NameOf(kind), why, fmt::join(names, ", "))};
}

}  // namespace gamevents::report
