#include "core/report/steps/accumulator.h"

#include "core/event/number.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <string>
#include <utility>

namespace gamevents::report {
namespace {

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
    case Aggregate::Function::kStddev:
      state_ = Deviations{};
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
  if (auto* deviations = std::get_if<Deviations>(&state_)) {
    deviations->Add(*number);
    return 0;
  }
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
  if (auto* deviations = std::get_if<Deviations>(&state_)) {
    deviations->Merge(std::get<Deviations>(other.state_));
    return 0;
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
  if (const auto* deviations = std::get_if<Deviations>(&state_)) {
    const auto variance = deviations->SampleVariance();
    return variance ? Cell(std::sqrt(*variance)) : Cell();
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
                           "ARITHMETIC_OVERFLOW): narrow the events with a filter, or ask for avg",
                           aggregate.heading, sum)};
}

bool Accumulator::exact() const {
  if (const auto* distinct = std::get_if<DistinctCount>(&state_)) return distinct->exact();
  if (const auto* quantiles = std::get_if<Quantiles>(&state_)) return quantiles->exact();
  return true;
}

}  // namespace gamevents::report
