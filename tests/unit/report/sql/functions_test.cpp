// Goal: the functions beside SQLite's own answer for all kinds of values, over groups and windows,
// and say what is wrong with an argument.
// Method: statements over rows that they make themselves. tests/interop/test_sql_functions.py holds
// them against DuckDB.

#include "core/report/sql/functions.h"

#include "tests/unit/report/sql/events.h"

#include <string>
#include <vector>

namespace gamevents::report::sql {
namespace {

using Texts = std::vector<std::string>;

/// The rows of `select` over a table t(x) of `values`, a list of SQL.
Texts Over(const std::string& select, const std::string& values) {
  TestEvents test({{"{}"}}, {});
  auto connection = Connect(test.events);
  return Rows(*connection, "WITH t(x) AS (VALUES " + values + ") " + select);
}

Error FunctionError(const std::string& statement, int64_t memory_max = 64 << 20) {
  TestEvents test({{"{}"}}, {});
  auto connection = Connect(test.events, memory_max);
  const auto prepared = connection->Prepare(statement);
  REQUIRE(prepared);
  const auto row = connection->Step(prepared->get());
  REQUIRE_FALSE(row);
  return row.error();
}

TEST_CASE("aggregates of numbers") {
  CHECK(Over("SELECT median(x), quantile(x, 0.25), percentile(x, 100) FROM t",
             "(1),(2),(4),(NULL),('10')") == Texts{"3.0|1.75|10.0"});
  CHECK(Over("SELECT stddev(x), stddev_pop(x), var_samp(x), var_pop(x) FROM t", "(2),(4)") ==
        Texts{"1.4142135623731|1.0|2.0|1.0"});
  CHECK(Over("SELECT median(x), stddev(x), stddev_pop(x), mode(x) FROM t", "(5)") ==
        Texts{"5.0|NULL|0.0|5"});
  CHECK(Over("SELECT median(x), quantile(x, 0.5), variance(x), mode(x), approx_quantile(x, 0.5), "
             "approx_count_distinct(x) FROM t",
             "(NULL)") == Texts{"NULL|NULL|NULL|NULL|NULL|0"});
  CHECK(Over("SELECT median(x), approx_count_distinct(x) FROM t WHERE x > 7", "(1)") ==
        Texts{"NULL|0"});
  CHECK(Over("SELECT mode(x), approx_count_distinct(x) FROM t",
             "('b'),('a'),(2),('b'),('a'),(2.0),(x'00')") == Texts{"2|4"});
}

TEST_CASE("a window takes rows back") {
  CHECK(Over("SELECT median(x) OVER (ROWS 1 PRECEDING) FROM t", "(5),(1),(NULL),(9)") ==
        Texts{"5.0", "3.0", "1.0", "9.0"});
  CHECK(Over("SELECT stddev_pop(x) OVER (ROWS 1 PRECEDING) FROM t", "(5),(1),('a'),(9)") ==
        Texts{"0.0", "2.0", "0.0", "0.0"});
  CHECK(Over("SELECT mode(x) OVER (ROWS 2 PRECEDING) FROM t", "('b'),('a'),('b'),('c'),('c')") ==
        Texts{"b", "a", "b", "a", "c"});
}

TEST_CASE("texts that are no numbers are counted") {
  TestEvents test({{"{}"}}, {});
  auto connection = Connect(test.events);
  CHECK(Rows(*connection, "SELECT median(column1) FROM (VALUES ('a'), (1), ('b'))") ==
        Texts{"1.0"});
  CHECK(connection->Notes() == Texts{"SQL: median left 2 values out that are no numbers"});
}

TEST_CASE("patterns and times") {
  CHECK(Over("SELECT x REGEXP '^a', regexp_like(x, 'B'), x REGEXP NULL FROM t",
             "('ab'),(NULL),('B')") == Texts{"1|0|NULL", "NULL|NULL|NULL", "0|1|NULL"});
  CHECK(Over("SELECT date_trunc('month', x), time_bucket('6h', x) FROM t",
             "('2026-02-17T13:00:00+02:00'),(0),('soon'),(1.5)") ==
        Texts{"2026-02-01T00:00:00.000Z|2026-02-17T06:00:00.000Z",
              "1970-01-01T00:00:00.000Z|1970-01-01T00:00:00.000Z", "NULL|NULL", "NULL|NULL"});
}

TEST_CASE("parts of a time, on the statement's clocks or those of a zone of its own") {
  CHECK(Over("SELECT date_part('hour', x), date_part('isodow', x, 'Asia/Tokyo'), "
             "date_part('hour', x, NULL) FROM t",
             "('2026-02-15T23:00:00+02:00'),(0),('soon')") ==
        Texts{"21|1|NULL", "0|4|NULL", "NULL|NULL|NULL"});
}

TEST_CASE("a wrong argument is told") {
  for (const char* wrong :
       {"SELECT 'a' REGEXP '('", "SELECT date_trunc('dya', 0)", "SELECT time_bucket('soon', 0)",
        "SELECT date_part('hours', 0)", "SELECT date_part('hour', 0, 'Europe/Berln')",
        "SELECT quantile(1, 2)", "SELECT quantile(1, 'a')", "SELECT percentile(1, -1)"}) {
    INFO(wrong);
    CHECK(FunctionError(wrong).fault == Fault::kBadInput);
  }
}

TEST_CASE("what is kept has a bound") {
  const std::string many =
      "WITH RECURSIVE t(x) AS (VALUES(1) UNION ALL SELECT x + 1 FROM t WHERE x < 300000) SELECT ";
  for (const char* function : {"median(x)", "mode(x)"}) {
    const Error error = FunctionError(many + function + " FROM t", 1 << 20);
    CHECK(error.fault == Fault::kFull);
    CHECK(error.context.find("1MiB (report.memory)") != std::string::npos);
  }
}

TEST_CASE("every function has a name of its own") {
  std::vector<std::string_view> names = FunctionNames();
  const size_t count = names.size();
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  CHECK(names.size() == count);
}

}  // namespace
}  // namespace gamevents::report::sql
