#include "core/report/ask/aggregate.h"

#include "core/base/ascii.h"
#include "core/event/filter.h"
#include "core/event/number.h"
#include "core/report/ask/field_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace gamevents::report {
namespace {

constexpr std::string_view kSyntax =
    "count, count(FIELD), sum(FIELD), avg, min, max, distinct, median, stddev, and p1 to p99.9";

constexpr auto kFunctions = std::to_array<std::pair<std::string_view, Aggregate::Function>>({
    {"count", Aggregate::Function::kCount},
    {"sum", Aggregate::Function::kSum},
    {"avg", Aggregate::Function::kAvg},
    {"min", Aggregate::Function::kMin},
    {"max", Aggregate::Function::kMax},
    {"distinct", Aggregate::Function::kDistinct},
    {"median", Aggregate::Function::kPercentile},
    {"stddev", Aggregate::Function::kStddev},
});

constexpr double kMedian = 50;

/// 95 of "p95", 99.9 of "p99.9".
std::optional<double> ParsePercent(std::string_view name) {
  constexpr size_t kLongest = 10;
  constexpr std::string_view kOfNumbers = "0123456789.";
  if (name.size() < 2 || name.size() > kLongest || name.front() != 'p') return std::nullopt;
  const std::string_view digits = name.substr(1);
  if (digits.find_first_not_of(kOfNumbers) != std::string_view::npos) return std::nullopt;
  const auto number = event::ParseJsonNumber(digits);
  const auto percent = number ? event::DoubleOf(*number) : std::nullopt;
  return percent && *percent > 0 && *percent < 100 ? percent : std::nullopt;
}

Error Unknown(std::string_view piece) {
  return {Fault::kBadInput, fmt::format("'{}' is no aggregate: there are {}", piece, kSyntax)};
}

Result<Aggregate> ParseAggregate(std::string_view piece) {
  Aggregate aggregate;
  if (piece == "count") {
    aggregate.heading = "count";
    return aggregate;
  }
  const size_t open = piece.find('(');
  if (open == std::string_view::npos || !piece.ends_with(')')) return Unknown(piece);
  const std::string_view name = Trim(piece.substr(0, open));
  const auto* known =
      std::ranges::find(kFunctions, name, [](const auto& row) { return row.first; });
  if (known != kFunctions.end()) {
    aggregate.function = known->second;
    aggregate.percent = kMedian;  // of the one that has some
  } else if (const auto percent = ParsePercent(name)) {
    aggregate.function = Aggregate::Function::kPercentile;
    aggregate.percent = *percent;
  } else {
    return Unknown(piece);
  }
  const std::string_view field = Trim(piece.substr(open + 1, piece.size() - open - 2));
  auto path = event::ParseFieldPath(field);
  if (!path) return std::move(path).error().In(name);
  aggregate.field = std::move(*path);
  aggregate.heading = fmt::format("{}({})", name, FieldName(aggregate.field));
  return aggregate;
}

}  // namespace

Result<std::vector<Aggregate>> ParseAggregates(std::string_view text) {
  std::vector<Aggregate> aggregates;
  for (const std::string_view piece : SplitList(text)) {
    auto aggregate = ParseAggregate(Trim(piece));
    if (!aggregate) return std::move(aggregate).error();
    aggregates.push_back(std::move(*aggregate));
  }
  return aggregates;
}

}  // namespace gamevents::report
