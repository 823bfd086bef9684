#include "core/report/aggregate.h"

#include "core/base/ascii.h"
#include "core/base/number.h"
#include "core/event/filter.h"
#include "core/event/number.h"
#include "core/report/field_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>
#include <utility>

namespace gamevents::report {
namespace {

constexpr std::string_view kSyntax =
    "count, count(FIELD), sum(FIELD), avg, min, max, distinct, and p1 to p99";

constexpr auto kFunctions = std::to_array<std::pair<std::string_view, Aggregate::Function>>({
    {"count", Aggregate::Function::kCount},
    {"sum", Aggregate::Function::kSum},
    {"avg", Aggregate::Function::kAvg},
    {"min", Aggregate::Function::kMin},
    {"max", Aggregate::Function::kMax},
    {"distinct", Aggregate::Function::kDistinct},
});

/// 95 of "p95".
std::optional<int> ParsePercent(std::string_view name) {
  if (name.size() < 2 || name.size() > 3 || name.front() != 'p') return std::nullopt;
  const auto percent = ParseWholeNumber<int>(name.substr(1));
  return percent && *percent >= 1 ? percent : std::nullopt;
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

template <class T>
void AppendBytes(std::string& out, T value) {
  char bytes[sizeof value];
  std::memcpy(bytes, &value, sizeof value);
  out.append(bytes, sizeof value);
}

/// The integer that `number` is; nothing when it has a fraction or does not fit.
std::optional<int64_t> WholeOf(double number) {
  constexpr double kLimit = 9223372036854775808.0;  // 2^63
  if (!(number >= -kLimit && number < kLimit) || std::trunc(number) != number) return std::nullopt;
  return static_cast<int64_t>(number);
}

struct KeyAppender {
  std::string& out;
  void Text(char kind, std::string_view text) const {
    out.push_back(kind);
    AppendBytes(out, text.size());
    out += text;
  }
  void operator()(event::Missing) const { out.push_back('0'); }
  void operator()(event::Null) const { out.push_back('0'); }
  void operator()(bool truth) const { out.push_back(truth ? 't' : 'f'); }
  void operator()(int64_t number) const {
    out.push_back('i');
    AppendBytes(out, number);
  }
  void operator()(event::Digits number) const { Text('w', number.text); }
  void operator()(double number) const {
    if (const auto whole = WholeOf(number)) return (*this)(*whole);
    if (const auto digits = event::DigitsOf(number)) return (*this)(event::Digits(*digits));
    out.push_back('d');
    AppendBytes(out, number);
  }
  void operator()(std::string_view text) const { Text('s', text); }
  void operator()(event::RawJson json) const { Text('j', json.text); }
};

struct CellMaker {
  Cell operator()(event::Missing) const { return std::monostate{}; }
  Cell operator()(event::Null) const { return std::monostate{}; }
  Cell operator()(event::Digits number) const {
    return event::OwnedDigits{std::string(number.text)};
  }
  Cell operator()(std::string_view text) const { return std::string(text); }
  Cell operator()(event::RawJson json) const { return Json{std::string(json.text)}; }
  template <class T>
  Cell operator()(T scalar) const {
    return scalar;
  }
};

bool IsNull(const event::Value& value) {
  return std::holds_alternative<event::Missing>(value) ||
         std::holds_alternative<event::Null>(value);
}

int64_t CellBytes(const Cell& cell) { return static_cast<int64_t>(RowBytes({cell})); }

/// CellLess, with an integer before the double that equals it: which of the two is kept must not
/// depend on the order in which threads find them.
bool Below(const Cell& a, const Cell& b) {
  return CellLess(a, b) || (!CellLess(b, a) && a.index() < b.index());
}

/// Whether the new value goes before what is held, without a copy for those that do not.
bool Wins(const event::Value& value, const Cell& held, bool largest) {
  const auto* text = std::get_if<std::string_view>(&value);
  const auto* other = std::get_if<std::string>(&held);
  if (text != nullptr && other != nullptr) return largest ? *text > *other : *text < *other;
  const Cell cell = ToCell(value);
  return largest ? Below(held, cell) : Below(cell, held);
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

void AppendKey(std::string& out, const event::Value& value) { std::visit(KeyAppender{out}, value); }

Cell ToCell(const event::Value& value) { return std::visit(CellMaker{}, value); }

Accumulator::Accumulator(Aggregate::Function function) {
  switch (function) {
    case Aggregate::Function::kCount:
      state_ = CountSoFar{};
      break;
    case Aggregate::Function::kSum:
    case Aggregate::Function::kAvg:
      state_ = NumbersSoFar{};
      break;
    case Aggregate::Function::kMin:
    case Aggregate::Function::kMax:
      state_ = ExtremeSoFar{{}, function == Aggregate::Function::kMax};
      break;
    case Aggregate::Function::kDistinct:
      state_ = DistinctCount{};
      break;
    case Aggregate::Function::kPercentile:
      state_ = Quantiles{};
      break;
  }
}

int64_t Accumulator::AddTo(ExtremeSoFar& extreme, const event::Value& value) {
  const bool first = std::holds_alternative<std::monostate>(extreme.cell);
  if (!first && !Wins(value, extreme.cell, extreme.largest)) return 0;
  const int64_t before = CellBytes(extreme.cell);
  extreme.cell = ToCell(value);
  return CellBytes(extreme.cell) - before;
}

int64_t Accumulator::Add(const event::Value& value, bool& refused) {
  if (IsNull(value)) return 0;
  if (auto* count = std::get_if<CountSoFar>(&state_)) {
    count->count += 1;
    return 0;
  }
  if (auto* extreme = std::get_if<ExtremeSoFar>(&state_)) return AddTo(*extreme, value);
  if (auto* distinct = std::get_if<DistinctCount>(&state_)) {
    thread_local std::string key;
    key.clear();
    AppendKey(key, value);
    return distinct->Add(key);
  }
  const auto number = event::DoubleOf(value);
  refused = !number;
  if (refused) return 0;
  if (auto* quantiles = std::get_if<Quantiles>(&state_)) return quantiles->Add(*number);
  auto& numbers = std::get<NumbersSoFar>(state_);
  numbers.count += 1;
  if (const auto* whole = std::get_if<int64_t>(&value)) {
    numbers.whole += *whole;
  } else {
    numbers.fractions += *number;
    numbers.has_fraction = true;
  }
  return 0;
}

int64_t Accumulator::Merge(const Accumulator& other) {
  if (auto* count = std::get_if<CountSoFar>(&state_)) {
    count->count += std::get<CountSoFar>(other.state_).count;
    return 0;
  }
  if (auto* numbers = std::get_if<NumbersSoFar>(&state_)) {
    const auto& more = std::get<NumbersSoFar>(other.state_);
    numbers->count += more.count;
    numbers->whole += more.whole;
    numbers->fractions += more.fractions;
    numbers->has_fraction |= more.has_fraction;
    return 0;
  }
  if (auto* distinct = std::get_if<DistinctCount>(&state_)) {
    return distinct->Merge(std::get<DistinctCount>(other.state_));
  }
  if (auto* quantiles = std::get_if<Quantiles>(&state_)) {
    return quantiles->Merge(std::get<Quantiles>(other.state_));
  }
  auto& extreme = std::get<ExtremeSoFar>(state_);
  const Cell& theirs = std::get<ExtremeSoFar>(other.state_).cell;
  if (std::holds_alternative<std::monostate>(theirs)) return 0;
  const bool empty = std::holds_alternative<std::monostate>(extreme.cell);
  const bool wins = extreme.largest ? Below(extreme.cell, theirs) : Below(theirs, extreme.cell);
  if (empty || wins) extreme.cell = theirs;
  return 0;
}

Result<Cell> Accumulator::Finish(const Aggregate& aggregate) const {
  if (const auto* count = std::get_if<CountSoFar>(&state_)) return Cell(count->count);
  if (const auto* extreme = std::get_if<ExtremeSoFar>(&state_)) return extreme->cell;
  if (const auto* distinct = std::get_if<DistinctCount>(&state_)) return Cell(distinct->Estimate());
  if (const auto* quantiles = std::get_if<Quantiles>(&state_)) {
    if (quantiles->empty()) return Cell();
    return Cell(quantiles->At(aggregate.percent / 100.0));
  }
  const auto& numbers = std::get<NumbersSoFar>(state_);
  if (numbers.count == 0) return Cell();
  const double sum = static_cast<double>(numbers.whole) + numbers.fractions;
  if (aggregate.function == Aggregate::Function::kAvg)
    return Cell(sum / static_cast<double>(numbers.count));
  if (numbers.has_fraction) return Cell(sum);
  constexpr WideInteger kMost = std::numeric_limits<int64_t>::max();
  if (numbers.whole <= kMost && numbers.whole >= -kMost - 1) {
    return Cell(static_cast<int64_t>(numbers.whole));
  }
  return Error{Fault::kBadInput,
               fmt::format("{} is about {:.6g}, more than a long holds (Spark's "
                           "ARITHMETIC_OVERFLOW): narrow the events with --where, or ask for avg",
                           aggregate.heading, sum)};
}

bool Accumulator::exact() const {
  if (const auto* distinct = std::get_if<DistinctCount>(&state_)) return distinct->exact();
  if (const auto* quantiles = std::get_if<Quantiles>(&state_)) return quantiles->exact();
  return true;
}

void UnifyNumbers(Table& table, size_t column) {
  bool fraction = false;
  for (const Row& row : table.rows) {
    const Cell& cell = row[column];
    fraction = fraction || std::holds_alternative<double>(cell);
    if (!IsNumber(cell) && !std::holds_alternative<std::monostate>(cell)) return;
  }
  if (!fraction) return;
  for (Row& row : table.rows) {
    if (IsWhole(row[column])) row[column] = *DoubleOf(row[column]);
  }
}

}  // namespace gamevents::report
