#pragma once

#include "core/base/result.h"
#include "core/event/value.h"
#include "core/report/cell.h"
#include "core/report/sketch.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace gamevents::report {

/// What is worked out for each group, by Spark's names and with its meaning of null: a field that
/// is missing or null is passed over by all but count without a field.
struct Aggregate {
  enum class Function : uint8_t { kCount, kSum, kAvg, kMin, kMax, kDistinct, kPercentile };
  Function function = Function::kCount;
  event::FieldPath field{};  ///< empty only for kCount: every event counts
  int percent = 0;           ///< of kPercentile
  std::string heading{};     ///< "count", "sum(price)", "p95(price)"
};

/// How many events there are.
inline Aggregate CountOfEvents() { return {.heading = "count"}; }

/// Parses "count,sum(price),avg(price),min(x),max(x),distinct(\"remote ip\"),p95(price)"; p1 to
/// p99. Errors: kBadInput, naming the piece and what there is.
Result<std::vector<Aggregate>> ParseAggregates(std::string_view text);

/// Exact sums of whole numbers: 2^63 events of 2^63 each do not overflow it.
__extension__ using WideInteger = __int128;

// What an accumulator holds for count; for sum and avg; for min and max.
struct CountSoFar {
  int64_t count = 0;
};
struct NumbersSoFar {
  int64_t count = 0;
  WideInteger whole = 0;
  double fractions = 0;
  bool has_fraction = false;
};
/// Numbers by their value; of different types the order is CellLess'.
struct ExtremeSoFar {
  Cell cell;
  bool largest = false;
};

/// What one group has gathered for one function of one field. Not thread-safe.
class Accumulator {
 public:
  explicit Accumulator(Aggregate::Function function);

  /// Takes the field's value in one event (for count without a field: any value). Gives how many
  /// bytes of memory it grew by. To a sum, an average or a percentile a whole number beyond a long
  /// is its nearest double. A value that a sum, an average or a percentile cannot take (a
  /// text, a truth, an array, an object) is passed over, and told by `refused`.
  int64_t Add(const event::Value& value, bool& refused);

  /// Takes what another thread gathered. Requires: the same function.
  int64_t Merge(const Accumulator& other);

  /// The answer to `aggregate`, whose function is the one gathered for.
  /// Errors: kBadInput when a sum does not fit a long, as Spark's ARITHMETIC_OVERFLOW.
  Result<Cell> Finish(const Aggregate& aggregate) const;

  /// Whether the answer is exact, not a sketch's.
  bool exact() const;

 private:
  int64_t AddTo(ExtremeSoFar& extreme, const event::Value& value);

  std::variant<CountSoFar, NumbersSoFar, ExtremeSoFar, DistinctCount, Quantiles> state_;
};

/// Gives a column of numbers one type, as Spark's columns have: with a double among them all are
/// doubles. A column with anything else in it stays as it is.
void UnifyNumbers(Table& table, size_t column);

/// Appends `value` so that different values give different texts; a double that is whole is what
/// the same integer is.
void AppendKey(std::string& out, const event::Value& value);

/// The value as an owned cell; missing and null become null.
Cell ToCell(const event::Value& value);

}  // namespace gamevents::report
