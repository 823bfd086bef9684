#include "core/report/sql/functions.h"

#include "core/base/text.h"
#include "core/event/filter.h"
#include "core/event/value.h"
#include "core/report/ask/clock_part.h"
#include "core/report/ask/time_step.h"
#include "core/report/scan/record_event.h"
#include "core/report/sql/aggregates.h"
#include "core/report/table/cell.h"

#include <fmt/format.h>
#include <re2/re2.h>
#include <sqlite3.h>

#include <array>
#include <span>
#include <utility>

// SQLite calls back through C; https://sqlite.org/appfunc.html has the contract of each function.

namespace gamevents::report::sql {
namespace {

bool AnyIsNull(int count, sqlite3_value** values) {
  for (const sqlite3_value* value : std::span(values, static_cast<size_t>(count))) {
    if (sqlite3_value_type(const_cast<sqlite3_value*>(value)) == SQLITE_NULL) return true;
  }
  return false;
}

/// Ends the statement.
void Fail(sqlite3_context* context, FunctionState& state, Error error) {
  sqlite3_result_error(context, error.context.c_str(), -1);
  state.error = std::move(error);
}

/// What an aggregate's callbacks are given.
struct BoundAggregate {
  FunctionState& state;
  const SqlAggregateRow& row;
};

BoundAggregate& AggregateOf(sqlite3_context* context) {
  return *static_cast<BoundAggregate*>(sqlite3_user_data(context));
}

/// Where the context keeps what was gathered; null: nothing yet, or no memory.
SqlAggregate** GatheredIn(sqlite3_context* context, bool make) {
  return static_cast<SqlAggregate**>(
      sqlite3_aggregate_context(context, make ? static_cast<int>(sizeof(SqlAggregate*)) : 0));
}

void StepAggregate(sqlite3_context* context, int count, sqlite3_value** values) {
  SqlAggregate** gathered = GatheredIn(context, true);
  if (gathered == nullptr) {
    sqlite3_result_error_nomem(context);
    return;
  }
  BoundAggregate& bound = AggregateOf(context);
  if (*gathered == nullptr) *gathered = bound.row.make(bound.state, bound.row).release();
  auto added = (*gathered)->Add(std::span(values, static_cast<size_t>(count)));
  if (!added) Fail(context, bound.state, std::move(added).error());
}

void InvertAggregate(sqlite3_context* context, int count, sqlite3_value** values) {
  SqlAggregate** gathered = GatheredIn(context, false);
  if (gathered == nullptr || *gathered == nullptr) return;
  (*gathered)->Remove(std::span(values, static_cast<size_t>(count)));
}

void ShowAggregate(sqlite3_context* context) {
  SqlAggregate** gathered = GatheredIn(context, false);
  if (gathered != nullptr && *gathered != nullptr) {
    (*gathered)->Answer(context);
    return;
  }
  // Of no row: a count of nothing is 0, all others null.
  const BoundAggregate& bound = AggregateOf(context);
  bound.row.make(bound.state, bound.row)->Answer(context);
}

/// Is called for each group, also when the statement ends early.
void FinishAggregate(sqlite3_context* context) {
  ShowAggregate(context);
  SqlAggregate** gathered = GatheredIn(context, false);
  if (gathered != nullptr) delete std::exchange(*gathered, nullptr);
}

/// What `make` makes of the text at `place`, once a statement where it is constant: SQLite keeps
/// it. Null after an error, which SQLite has been told.
template <class T, class Make>
const T* KeptFor(sqlite3_context* context, int place, sqlite3_value* value, Make make) {
  if (const auto* kept = static_cast<const T*>(sqlite3_get_auxdata(context, place))) return kept;
  auto made = make(TextOfValue(value));
  if (!made) {
    Fail(context, *static_cast<FunctionState*>(sqlite3_user_data(context)),
         std::move(made).error());
    return nullptr;
  }
  const T* const raw = std::move(made).value().release();
  sqlite3_set_auxdata(context, place, const_cast<T*>(raw),
                      [](void* kept) { delete static_cast<T*>(kept); });
  // Without memory for it, SQLite has let go of it already.
  if (sqlite3_get_auxdata(context, place) == raw) return raw;
  sqlite3_result_error_nomem(context);
  return nullptr;
}

using Regex = std::unique_ptr<re2::RE2>;

Result<Regex> CompileRegex(std::string_view pattern) {
  re2::RE2::Options options;
  options.set_max_mem(event::kFilterRegexMemoryMax);
  options.set_log_errors(false);
  auto regex =
      std::make_unique<re2::RE2>(re2::StringPiece(pattern.data(), pattern.size()), options);
  if (regex->ok()) return regex;
  return Error{Fault::kBadInput, "bad regular expression: " + regex->error()};
}

void MatchRegex(sqlite3_context* context, sqlite3_value* text, int place, sqlite3_value* pattern) {
  const auto* regex = KeptFor<re2::RE2>(context, place, pattern, CompileRegex);
  if (regex == nullptr) return;
  const std::string_view in = TextOfValue(text);
  sqlite3_result_int(context, re2::RE2::PartialMatch({in.data(), in.size()}, *regex) ? 1 : 0);
}

/// regexp(pattern, x): what SQLite makes of x REGEXP pattern.
void Regexp(sqlite3_context* context, int count, sqlite3_value** values) {
  if (!AnyIsNull(count, values)) MatchRegex(context, values[1], 0, values[0]);
}

void RegexpLike(sqlite3_context* context, int count, sqlite3_value** values) {
  if (!AnyIsNull(count, values)) MatchRegex(context, values[0], 1, values[1]);
}

std::optional<int64_t> ArgumentTime(sqlite3_value* value) {
  if (sqlite3_value_type(value) == SQLITE_INTEGER) return int64_t{sqlite3_value_int64(value)};
  if (sqlite3_value_type(value) != SQLITE_TEXT) return std::nullopt;
  return TimeOf(TextOfValue(value));
}

void GiveStart(sqlite3_context* context, const TimeStep& step, sqlite3_value* value) {
  const auto time = ArgumentTime(value);
  if (!time) return;
  const std::string text = FormatTime(TimeIn(step.zone, TimestampMs(StartOf(step, *time))));
  sqlite3_result_text64(context, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

void DateTrunc(sqlite3_context* context, int count, sqlite3_value** values) {
  if (AnyIsNull(count, values)) return;
  const auto& state = *static_cast<FunctionState*>(sqlite3_user_data(context));
  const auto* step = KeptFor<TimeStep>(
      context, 0, values[0], [&](std::string_view name) -> Result<std::unique_ptr<TimeStep>> {
        auto named = TimeStepNamed(name, state.zone);
        if (!named) return std::move(named).error().In("date_trunc");
        return std::make_unique<TimeStep>(std::move(*named));
      });
  if (step != nullptr) GiveStart(context, *step, values[1]);
}

void TimeBucket(sqlite3_context* context, int count, sqlite3_value** values) {
  if (AnyIsNull(count, values)) return;
  const auto& state = *static_cast<FunctionState*>(sqlite3_user_data(context));
  const auto* step = KeptFor<TimeStep>(
      context, 0, values[0], [&](std::string_view text) -> Result<std::unique_ptr<TimeStep>> {
        auto parsed = ParseTimeStep(text, state.zone);
        if (!parsed) return std::move(parsed).error().In("time_bucket");
        return std::make_unique<TimeStep>(std::move(*parsed));
      });
  if (step != nullptr) GiveStart(context, *step, values[1]);
}

/// The zone that the last of three arguments names, else the statement's. Errors: kNotFound.
Result<TimeZone> ZoneAsked(const FunctionState& state, int count, sqlite3_value** values) {
  if (count < 3) return state.zone;
  return TimeZone::Find(TextOfValue(values[2]));
}

/// date_part('hour', t), date_part('hour', t, zone).
void DatePart(sqlite3_context* context, int count, sqlite3_value** values) {
  if (AnyIsNull(count, values)) return;
  auto& state = *static_cast<FunctionState*>(sqlite3_user_data(context));
  const auto fail = [&](Error error) { Fail(context, state, std::move(error).In("date_part")); };
  auto part = ClockPartNamed(TextOfValue(values[0]));
  if (!part) return fail(std::move(part).error());
  auto zone = ZoneAsked(state, count, values);
  if (!zone) return fail({Fault::kBadInput, std::move(zone).error().context});
  const auto time = ArgumentTime(values[1]);
  if (!time) return;
  const auto value = ValueOf(*part, *zone, TimestampMs(*time));
  if (value) sqlite3_result_int64(context, *value);
}

struct ScalarRow {
  std::string_view name;
  int arguments;
  void (*call)(sqlite3_context*, int, sqlite3_value**);
};

constexpr auto kScalars = std::to_array<ScalarRow>({
    {"regexp", 2, Regexp},
    {"regexp_like", 2, RegexpLike},
    {"date_trunc", 2, DateTrunc},
    {"time_bucket", 2, TimeBucket},
    {"date_part", 2, DatePart},
    {"date_part", 3, DatePart},
});

constexpr int kFunctionFlags = SQLITE_UTF8 | SQLITE_INNOCUOUS;

int RegisterAggregate(sqlite3* connection, FunctionState& state, const SqlAggregateRow& row) {
  const std::string name(row.name);
  auto bound = std::make_unique<BoundAggregate>(BoundAggregate{state, row});
  const auto free = [](void* given) { delete static_cast<BoundAggregate*>(given); };
  // SQLite frees what it is given, also when it fails.
  if (row.has_window) {
    return sqlite3_create_window_function(connection, name.c_str(), row.arguments, kFunctionFlags,
                                          bound.release(), StepAggregate, FinishAggregate,
                                          ShowAggregate, InvertAggregate, free);
  }
  return sqlite3_create_function_v2(connection, name.c_str(), row.arguments, kFunctionFlags,
                                    bound.release(), nullptr, StepAggregate, FinishAggregate, free);
}

}  // namespace

Status RegisterFunctions(sqlite3* connection, FunctionState& state) {
  int code = SQLITE_OK;
  for (const SqlAggregateRow& row : SqlAggregates()) {
    if (code == SQLITE_OK) code = RegisterAggregate(connection, state, row);
  }
  for (const ScalarRow& row : kScalars) {
    if (code != SQLITE_OK) break;
    code = sqlite3_create_function_v2(connection, std::string(row.name).c_str(), row.arguments,
                                      kFunctionFlags | SQLITE_DETERMINISTIC, &state, row.call,
                                      nullptr, nullptr, nullptr);
  }
  if (code == SQLITE_OK) return Done{};
  return Error{Fault::kIo, std::string("SQLite: ") + sqlite3_errmsg(connection)};
}

std::vector<std::string_view> FunctionNames() {
  std::vector<std::string_view> names;
  for (const SqlAggregateRow& row : SqlAggregates()) names.push_back(row.name);
  for (const ScalarRow& row : kScalars) {
    if (names.back() != row.name) names.push_back(row.name);
  }
  return names;
}

}  // namespace gamevents::report::sql
