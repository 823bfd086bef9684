#include "core/report/write/readable.h"

#include "core/report/ask/titles.h"

#include <cmath>
#include <cstddef>
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
  std::vector<WorkedOut> operator()(const SchemaQuestion&) const {
    return {{4, kShareDecimals}};  // field, type, nullable, count, share
  }
  std::vector<WorkedOut> operator()(const ViewQuestion& view) const {
    if (view.kind != ViewKind::kFunnel) return {};  // the others' columns are round
    return {{4, kDecimals}};  // step, users, share, of_previous, median_seconds
  }
  template <class Other>
  std::vector<WorkedOut> operator()(const Other&) const {
    return {};
  }
};

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

}  // namespace gamevents::report
