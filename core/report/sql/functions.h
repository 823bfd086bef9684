#pragma once

#include "core/base/result.h"
#include "core/base/time_zone.h"
#include "core/report/table/memory_budget.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct sqlite3;

namespace gamevents::report::sql {

/// What the functions of a statement share. One thread; outlives the connection.
struct FunctionState {
  FunctionState(const TimeZone& of, size_t bytes_max) : zone(of), memory(bytes_max) {}

  TimeZone zone;        ///< whose clocks days and hours are of
  MemoryBudget memory;  ///< what aggregates keep
  /// Values that were no numbers, by the aggregate that left them out.
  std::map<std::string, int64_t, std::less<>> left_out{};
  /// Why a statement failed, where SQLite itself carries no more than a text.
  std::optional<Error> error{};
};

/// Gives `connection` the functions that analysts expect beside SQLite's own:
///
/// - of numbers, all but the approximate ones over a window, too: median(x), quantile(x, share) and
///   quantile_cont (straight between neighbours), percentile(x, 0 to 100), mode(x) (the least of
///   the most frequent), stddev, stddev_samp, stddev_pop, variance, var_samp, var_pop,
///   approx_quantile(x, share), approx_count_distinct(x). A null is passed over; so is a
///   text of letters, which is counted; a text that is a number counts as one, as to SQLite's sum;
/// - of texts: x REGEXP pattern, regexp_like(x, pattern), in RE2's syntax;
/// - of times (texts as ParseTimestamp takes them, or milliseconds since 1970; null for others):
///   date_trunc('day', t), time_bucket('1h', t), date_part('hour', t), on the clocks of
///   `state.zone`; date_part('hour', t, 'Asia/Tokyo') on those of that zone.
///
/// Errors: kIo, as SQLite has it.
Status RegisterFunctions(sqlite3* connection, FunctionState& state);

/// The names of these functions, each once.
std::vector<std::string_view> FunctionNames();

}  // namespace gamevents::report::sql
