#include "core/report/write/readable.h"

#include "core/report/ask/titles.h"
#include "core/report/chart/scale.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace gamevents::report {
namespace {

constexpr int kDecimals = 3;       // of averages, percentiles and seconds: time is known to as many
constexpr int kShareDecimals = 4;  // a hundredth of a percent

/// A double has some sixteen digits: what is larger has no decimals to lose.
constexpr double kRoundedMax = 1e12;

/// A column that is worked out, and its decimals.
struct WorkedOut {
  size_t column;
  int decimals;
};

/// 0.746466 to four decimals is 0.7465; 0.00012345 keeps four digits, too.
double RoundedTo(double number, int decimals) {
  const double size = std::abs(number);
  if (!(size > 0 && size < kRoundedMax)) return number;
  const int zeros = size < 1 ? static_cast<int>(-std::ceil(std::log10(size))) : 0;
  const double scale = std::pow(10, decimals + zeros);
  const double rounded = std::round(number * scale) / scale;
  return std::isfinite(rounded) ? rounded : number;
}

/// Gives the columns of each kind of question that are worked out.
struct WorkedOutColumns {
  std::vector<WorkedOut> operator()(const GroupsQuestion& groups) const {
    using Function = Aggregate::Function;
    std::vector<WorkedOut> columns;
    size_t column = groups.by.size() + (groups.bucket ? 1 : 0);
    for (const Aggregate& aggregate : AggregatesOf(groups)) {
      const bool is_worked_out = aggregate.function == Function::kAvg ||
                                 aggregate.function == Function::kPercentile ||
                                 aggregate.function == Function::kStddev;
      if (is_worked_out) columns.push_back({column, kDecimals});
      column += 1;
    }
    return columns;
  }
  std::vector<WorkedOut> operator()(const SchemaQuestion& schema) const {
    // field, types, count, null_share, distinct, min, q1, median, q3, max, top
    if (schema.profile)
      return {{3, kShareDecimals}, {6, kDecimals}, {7, kDecimals}, {8, kDecimals}};
    return {{4, kShareDecimals}};  // field, type, nullable, count, share
  }
  std::vector<WorkedOut> operator()(const ViewQuestion& view) const {
    // step, users, share, of_previous, median_seconds
    if (view.kind == ViewKind::kFunnel) return {{4, kDecimals}};
    if (view.kind != ViewKind::kExperiment) return {};  // the others' columns are round
    // variant, users, mixed, converted, conversion, uplift, difference, low, high, p_value, test,
    // ratio_p_value
    std::vector<WorkedOut> columns;
    for (const size_t column : std::to_array<size_t>({4, 5, 6, 7, 8, 9, 11}))
      columns.push_back({column, kShareDecimals});
    return columns;
  }
  template <class Other>
  std::vector<WorkedOut> operator()(const Other&) const {
    return {};
  }
};

/// The columns of numbers that no event has, from the first on: the others are the groups' keys.
struct FirstWorkedOut {
  size_t operator()(const GroupsQuestion& groups) const {
    return groups.by.size() + (groups.bucket ? 1 : 0);
  }
  size_t operator()(const ViewQuestion&) const { return 0; }
  size_t operator()(const SchemaQuestion&) const { return 0; }
  template <class Other>
  size_t operator()(const Other&) const {
    return kNone;
  }
  static constexpr size_t kNone = std::numeric_limits<size_t>::max();
};

/// A year needs no comma.
constexpr double kGroupedFrom = 10'000;
/// A smaller number has an exponent.
constexpr double kPlainMin = 1e-6;

/// The number in plain digits, with three decimals at most (more of a small one); what is too
/// large for that stays as it is.
std::string PlainDigits(const Cell& cell) {
  const auto* number = std::get_if<double>(&cell);
  const double size = number == nullptr ? 0 : std::abs(*number);
  if (number == nullptr || !(size == 0 || (size > kPlainMin && size < kRoundedMax))) {
    return CellText(cell);
  }
  const double rounded = RoundedTo(*number, kDecimals);
  const int zeros = size == 0 ? 0 : std::max(0, -static_cast<int>(std::floor(std::log10(size))));
  const int decimals = size == 0 ? 0 : kDecimals + zeros;
  std::string text = fmt::format("{:.{}f}", rounded, decimals);
  if (text.find('.') == std::string::npos) return text;
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text;
}

void GroupDigits(Table& table, size_t column) {
  bool grouped = false;
  for (const Row& row : table.rows) {
    const auto number = IsNumber(row[column]) ? DoubleOf(row[column]) : std::nullopt;
    grouped = grouped || (number && std::abs(*number) >= kGroupedFrom);
  }
  for (Row& row : table.rows) {
    if (!IsNumber(row[column])) continue;
    table.headings[column].type = Type::kLong;  // on the right of its column, whatever a neighbour
    const std::string digits = PlainDigits(row[column]);
    const bool has_exponent = digits.find('E') != std::string::npos;
    row[column] = grouped && !has_exponent ? WithCommas(digits) : digits;
  }
}

}  // namespace

Table Rounded(const Question& question, Table table) {
  const auto columns = std::visit(WorkedOutColumns{}, question.asked);
  for (Row& row : table.rows) {
    for (const auto& [column, decimals] : columns) {
      auto* number = std::get_if<double>(&row[column]);
      if (number != nullptr) *number = RoundedTo(*number, decimals);
    }
  }
  return table;
}

Table WithPlainDays(const Question& question, Table table) {
  if (!TitlesOf(question).days) return table;
  for (Row& row : table.rows) {
    const auto* time = std::get_if<Time>(&row.front());
    if (time != nullptr) row.front() = DateText(*time);
  }
  return table;
}

Table WithWorkedOut(const Question& question, Table table) {
  const size_t first = std::visit(FirstWorkedOut{}, question.asked);
  for (size_t column = first; column < table.headings.size(); ++column) {
    table.headings[column].worked_out = true;
  }
  return table;
}

Table WithDigitGroups(Table table) {
  for (size_t column = 0; column < table.headings.size(); ++column) {
    if (table.headings[column].worked_out) GroupDigits(table, column);
  }
  return table;
}

}  // namespace gamevents::report
