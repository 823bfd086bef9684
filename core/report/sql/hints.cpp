#include "core/report/sql/hints.h"

#include "core/base/ascii.h"
#include "core/base/text.h"
#include "core/report/sql/columns.h"
#include "core/report/sql/functions.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace gamevents::report::sql {
namespace {

using Hint = std::pair<std::string_view, std::string_view>;

constexpr std::string_view kTableHint =
    "the tables are events, sales, sessions, flows, inventory, carts, guilds, catalogue, other "
    "topics by their names, and files that --with names: SELECT * FROM sales LIMIT 5";
constexpr std::string_view kColumnHint =
    "--schema shows the fields of events with their types; SELECT * FROM sales LIMIT 5 the columns "
    "of another table";

/// The first word of a command, in lower case, and what to write.
constexpr auto kCommands = std::to_array<Hint>({{"show", kTableHint},
                                                {".tables", kTableHint},
                                                {"\\dt", kTableHint},
                                                {"\\d", kTableHint},
                                                {"\\l", kTableHint},
                                                {"describe", kColumnHint},
                                                {"desc", kColumnHint},
                                                {".schema", kColumnHint},
                                                {"summarize", kColumnHint}});

/// What stands at the place of a syntax error, in lower case, and what to write.
constexpr auto kOperators = std::to_array<Hint>({
    {"~*", "x REGEXP '(?i)PATTERN'"},
    {"~", "x REGEXP 'PATTERN', or regexp_like(x, 'PATTERN')"},
    {"!~", "x NOT REGEXP 'PATTERN'"},
    {"rlike", "x REGEXP 'PATTERN'"},
    {"similar", "x REGEXP 'PATTERN'"},
    {"ilike", "LIKE, which ignores the case of ASCII letters"},
    {"::", "CAST(x AS REAL), or INTEGER, or TEXT"},
    {"qualify", "SELECT * FROM (SELECT …, row_number() OVER (…) AS n FROM events) WHERE n = 1"},
    {"within", "median(x) or quantile(x, 0.95)"},
    {"top", "LIMIT 10 at the end"},
    {"pivot", "sum(x) FILTER (WHERE kind = 'a') AS a, one for each column"},
    {"exclude", "the names of the columns; the flag --exclude leaves some out of --select '*'"},
    {"interval", "time_bucket('1h', _time), or datetime(_time, '-1 hour')"},
});

/// Functions of other programs.
constexpr auto kFunctions = std::to_array<Hint>({
    {"percentile_cont", "quantile(x, 0.95)"},
    {"quantile_disc", "quantile(x, 0.95)"},
    {"approx_percentile", "approx_quantile(x, 0.95)"},
    {"approx_distinct", "approx_count_distinct(x)"},
    {"uniq", "count(DISTINCT x), or approx_count_distinct(x)"},
    {"countif", "count(*) FILTER (WHERE …)"},
    {"count_if", "count(*) FILTER (WHERE …)"},
    {"any_value", "min(x)"},
    {"first", "the field beside min(_time), whose row it is of"},
    {"last", "the field beside max(_time), whose row it is of"},
    {"arg_min", "a, min(b): a is of the row with the least b"},
    {"arg_max", "a, max(b): a is of the row with the largest b"},
    {"argmax", "a, max(b): a is of the row with the largest b"},
    {"argmin", "a, min(b): a is of the row with the least b"},
    {"list", "json_group_array(x)"},
    {"array_agg", "json_group_array(x)"},
    {"histogram", "x / 10 * 10 AS x_from, count(*) … GROUP BY 1"},
    {"date_diff", "julianday(b) - julianday(a), in days"},
    {"datediff", "julianday(b) - julianday(a), in days"},
    {"to_char", "strftime('%Y-%m', _time)"},
    {"date_format", "strftime('%Y-%m', _time)"},
    {"year", "date_part('year', _time)"},
    {"month", "date_part('month', _time)"},
    {"regexp_matches", "regexp_like(x, 'PATTERN')"},
    {"regexp_replace", "replace(x, 'TEXT', 'OTHER')"},
    {"extract", "date_part('hour', _time)"},
    {"hour", "date_part('hour', _time)"},
    {"weekday", "date_part('isodow', _time)"},
    {"dayofweek", "date_part('dow', _time)"},
    {"to_timestamp", "datetime(x, 'unixepoch')"},
    {"now", "datetime('now')"},
    {"concat", "a || b"},
    {"if", "iif(condition, a, b)"},
    {"string_agg", "group_concat(x, ', ')"},
    {"listagg", "group_concat(x, ', ')"},
    {"unnest", "FROM events, json_each(events.tags)"},
});

std::string LowerStart(std::string_view text, size_t size) { return Lower(text.substr(0, size)); }

constexpr size_t kLongest = 20;  // of the words above
constexpr std::string_view kBlanks = " \t\r\n";

}  // namespace

std::optional<std::string> MetaCommandHint(std::string_view statement) {
  const std::string_view text = Trim(statement, kBlanks);
  const std::string word =
      LowerStart(text.substr(0, std::min(text.find_first_of(" \t\r\n;"), text.size())), kLongest);
  const auto found = std::ranges::find(kCommands, word, &Hint::first);
  if (found == kCommands.end()) return std::nullopt;
  return fmt::format("{} is a command of other programs: {}", word, found->second);
}

std::string SyntaxHint(std::string_view message, std::string_view statement, size_t place) {
  constexpr std::string_view kNoFunction = "no such function: ";
  if (message.starts_with(kNoFunction)) {
    const std::string name = Lower(message.substr(kNoFunction.size()));
    const auto found = std::ranges::find(kFunctions, name, &Hint::first);
    if (found != kFunctions.end()) return fmt::format("; write {}", found->second);
    const auto nearest = NearestWord(name, FunctionNames());
    return nearest ? fmt::format("; did you mean {}?", *nearest) : "";
  }
  if (message == "no tables specified")
    return "; of no events there is no column that * could name";
  constexpr std::string_view kAmbiguous = "ambiguous column name: ";
  if (message.starts_with(kAmbiguous)) {
    return fmt::format("; several tables have it: write events.{}",
                       message.substr(kAmbiguous.size()));
  }
  const std::string start = LowerStart(statement.substr(place), kLongest);
  const std::string_view before = Trim(statement.substr(0, place), kBlanks);
  const std::string word = Lower(before.substr(before.find_last_of(" \t\r\n(,") + 1));
  for (const auto& [written, instead] : kOperators) {
    if (start.starts_with(written) || word == written) return fmt::format("; write {}", instead);
  }
  return "";
}

std::optional<std::string> NestedFieldHint(std::string_view path,
                                           std::span<const std::string_view> columns) {
  std::vector<std::string_view> parts;
  for (size_t begin = 0; begin <= path.size();) {
    const size_t dot = std::min(path.find('.', begin), path.size());
    parts.push_back(path.substr(begin, dot - begin));
    begin = dot + 1;
  }
  const auto is_column = [&](std::string_view name) {
    return std::ranges::any_of(columns, [&](auto each) { return EqualsIgnoringCase(each, name); });
  };
  size_t column = 0;
  if (!is_column(parts[0])) column = 1;
  if (column + 1 >= parts.size() || !is_column(parts[column])) return std::nullopt;
  std::string rest;
  for (size_t i = column + 1; i < parts.size(); ++i) rest.append(".").append(parts[i]);
  const bool is_deep = parts.size() - column > 2;
  return fmt::format("; write {}{} ->> '{}'", column == 1 ? std::string(parts[0]) + "." : "",
                     QuotedName(parts[column]), is_deep ? "$" + rest : rest.substr(1));
}

}  // namespace gamevents::report::sql
