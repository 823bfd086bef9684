#pragma once

#include "core/base/result.h"
#include "core/event/value.h"
#include "core/report/ask/aggregate.h"
#include "core/report/steps/deviations.h"
#include "core/report/steps/sketch.h"
#include "core/report/table/cell.h"

#include <cstdint>
#include <variant>

namespace gamevents::report {

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
  /// bytes of memory it grew by. To what takes numbers only (all but count, min, max and distinct)
  /// a whole number beyond a long is its nearest double. A value that it cannot take (a text, a
  /// truth, an array, an object) is passed over, and told by `refused`.
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

  std::variant<CountSoFar, NumbersSoFar, ExtremeSoFar, DistinctCount, Quantiles, Deviations> state_;
};

}  // namespace gamevents::report
