#pragma once

#include "core/base/result.h"
#include "core/event/value.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::report {

/// What is worked out for each group, by Spark's names and with its meaning of null: a field that
/// is missing or null is passed over by all but count without a field.
struct Aggregate {
  enum class Function : uint8_t { kCount, kSum, kAvg, kMin, kMax, kDistinct, kPercentile, kStddev };
  Function function = Function::kCount;
  event::FieldPath field{};  ///< empty only for kCount: every event counts
  double percent = 0;        ///< of kPercentile
  std::string heading{};     ///< "count", "sum(price)", "p95(price)"
};

/// How many events there are.
inline Aggregate CountOfEvents() { return {.heading = "count"}; }

/// Parses "count,sum(price),avg(price),min(x),max(x),distinct(\"remote ip\"),p95(price)"; p1 to
/// p99 and between, as p99.9; median is p50; stddev is that of a sample. Errors: kBadInput, naming
/// the piece and what there is.
Result<std::vector<Aggregate>> ParseAggregates(std::string_view text);

}  // namespace gamevents::report
