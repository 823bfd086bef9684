// Goal: statements over `events` get the right rows, and only the scan that they need.
// Method: topics in memory; rows, and the counts of scans, parsed values, rows and values read.

#include "core/report/sql/event_table.h"

#include "tests/unit/report/sql/events.h"

#include <fmt/format.h>

namespace gamevents::report::sql {
namespace {

using Texts = std::vector<std::string>;

/// Events 0 to `count` - 1: a type of three, a number, a user of five.
std::vector<Message> Game(int count) {
  constexpr const char* kTypes[] = {"login", "buy", "logout"};
  std::vector<Message> messages;
  for (int i = 0; i < count; ++i) {
    messages.push_back({fmt::format(R"({{"event_type":"{}","n":{},"user":"u{}","x":null}})",
                                    kTypes[i % 3], i, i % 5),
                        std::nullopt, i % 2, 1'795'428'000'000 + 1000 * i});
  }
  return messages;
}

const std::vector<std::string> kFields{"event_type", "n", "user", "x"};

TEST_CASE("filters go down into the scan, and only the columns used are read") {
  TestEvents test(Game(90), kFields);
  auto connection = Connect(test.events);
  const Counts& counts = test.events.counts;
  struct Asked {
    const char* sql;
    Texts rows;
    int64_t parsed;
    int64_t given;
    int64_t read;
  };
  const std::vector<Asked> asked{
      {"SELECT count(*) FROM events", {"90"}, 90, 90, 0},
      {"SELECT sum(n) FROM events", {"4005"}, 90, 90, 90},
      // What is tested in the scan is tested by SQLite again: it reads the column once more.
      {"SELECT count(*) FROM events WHERE event_type = 'buy'", {"30"}, 90, 30, 30},
      {"SELECT n FROM events WHERE n >= 88", {"88", "89"}, 90, 2, 4},
      {"SELECT n FROM events WHERE n > 87 AND n <= 88 AND user = 'u3'", {"88"}, 90, 1, 4},
      {"SELECT n FROM events WHERE n BETWEEN 3 AND 4", {"3", "4"}, 90, 2, 4},
      {"SELECT count(*) FROM events WHERE x IS NULL", {"90"}, 90, 90, 90},
      {"SELECT count(*) FROM events WHERE x IS NOT NULL", {"0"}, 90, 0, 0},
      {"SELECT n FROM events WHERE _partition = 1 AND _offset < 2", {"1", "3"}, 2, 2, 6},
      {"SELECT n FROM events WHERE timestamp >= '2026-11-23T10:01:28'", {"88", "89"}, 2, 2, 4},
      {"SELECT n FROM events WHERE n IN (7, 8, 9)", {"7", "8", "9"}, 90, 3, 6},
  };
  for (const Asked& each : asked) {
    INFO(each.sql);
    test.events.counts = {};
    CHECK(Rows(*connection, each.sql) == each.rows);
    CHECK(counts.scans == 1);
    CHECK(counts.parsed == each.parsed);
    CHECK(counts.rows == each.given);
    CHECK(counts.values <= each.read);
  }
}

TEST_CASE("a plan shows what goes down into the scan") {
  TestEvents test({}, {"n", "remote ip"});
  auto connection = Connect(test.events);
  const Texts plan = Rows(*connection,
                          "EXPLAIN QUERY PLAN SELECT 1 FROM events WHERE \"remote ip\" = 'x' AND n "
                          "IN (1, 2) AND n + 1 > 3 AND _offset >= 7");
  REQUIRE(plan.size() == 1);
  CHECK(plan.front().ends_with(":\"remote ip\" = ? AND n IN (?) AND _offset >= ?"));
}

TEST_CASE("a filter that a scan cannot be sure of is SQLite's") {
  TestEvents test({{R"({"v":"A","n":5})"}, {R"({"v":"a","n":"5"})"}, {R"({"v":null,"n":"x"})"}},
                  {"n", "v"});
  auto connection = Connect(test.events);
  CHECK(Rows(*connection, "SELECT v FROM events WHERE v = 'a' COLLATE NOCASE") == Texts{"A", "a"});
  CHECK(Rows(*connection, "SELECT v FROM events WHERE n = 5") == Texts{"A"});
  CHECK(Rows(*connection, "SELECT v FROM events WHERE n = CAST('5' AS INTEGER)") ==
        Texts{"A", "a"});
  CHECK(Rows(*connection, "SELECT v FROM events WHERE n > 100") == Texts{"a", "NULL"});
  CHECK(Rows(*connection, "SELECT v FROM events WHERE v LIKE 'A'") == Texts{"A", "a"});
  CHECK(Rows(*connection, "SELECT v FROM events WHERE v IS NOT 'a'") == Texts{"A", "NULL"});
  CHECK(Rows(*connection, "SELECT n FROM events WHERE v NOT IN ('a')") == Texts{"5"});
}

TEST_CASE("a list longer than the scan takes, and one of a statement's own") {
  TestEvents test(Game(90), kFields);
  auto connection = Connect(test.events);
  std::string list = "0";
  for (size_t i = 1; i <= kInMax; ++i) list += fmt::format(", {}", i);
  CHECK(Rows(*connection, "SELECT count(*) FROM events WHERE n IN (" + list + ")") ==
        Texts{std::to_string(kInMax + 1)});
  CHECK(test.events.counts.scans == 1);
  CHECK(Rows(*connection,
             "SELECT count(*) FROM events WHERE user IN (SELECT user FROM events WHERE n < 2)") ==
        Texts{"36"});
}

TEST_CASE("an OR over a record's own numbers gives no row twice") {
  TestEvents test(Game(90), kFields);
  auto connection = Connect(test.events);
  CHECK(Rows(*connection,
             "SELECT n FROM events WHERE _offset = 1 OR _offset < 2 OR _offset = 40 ORDER BY n") ==
        Texts{"0", "1", "2", "3", "80", "81"});
}

TEST_CASE("joins of events with themselves") {
  TestEvents test(Game(30), kFields);
  auto connection = Connect(test.events);
  CHECK(Rows(*connection,
             "SELECT count(*), sum(b.n) FROM events a JOIN events b ON a.user = b.user "
             "WHERE a.event_type = 'login' AND b.event_type = 'buy'") == Texts{"20|290"});
  CHECK(Rows(*connection,
             "SELECT a.n, b.n FROM events a LEFT JOIN events b ON b.n = a.n + 28 WHERE a.n < 4") ==
        Texts{"0|28", "1|29", "2|NULL", "3|NULL"});
  CHECK(Rows(*connection,
             "SELECT n FROM events a WHERE NOT EXISTS (SELECT 1 FROM events b WHERE b.user = "
             "a.user AND b.n > a.n) ORDER BY n") == Texts{"25", "26", "27", "28", "29"});
}

TEST_CASE("a join reads the records twice, and then looks among those kept") {
  TestEvents test(Game(300), kFields);
  auto connection = Connect(test.events);
  CHECK(Rows(*connection,
             "SELECT count(*) FROM events a JOIN events b ON b.user = a.user AND b.n = a.n + 5 "
             "WHERE b.event_type = 'buy'") == Texts{"98"});
  // One scan of the outer side, the first of the inner, and the one that keeps it.
  CHECK(test.events.counts.scans == 3);
  CHECK(test.events.counts.parsed == 900);
  CHECK(test.events.kept_bytes == 0);  // given back with the statement

  test.events.kept_max = 1000;
  const auto statement =
      connection->Prepare("SELECT count(*) FROM events a JOIN events b ON b.user = a.user");
  REQUIRE(statement);
  const auto row = connection->Step(statement->get());
  REQUIRE_FALSE(row);
  CHECK(row.error().fault == Fault::kFull);
  CHECK(row.error().context.find("with a filter") != std::string::npos);
}

TEST_CASE("a query within another reads the records twice, however often it is asked") {
  TestEvents test(Game(300), kFields);
  auto connection = Connect(test.events);
  CHECK(Rows(*connection,
             "WITH RECURSIVE t(i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM t WHERE i < 99) "
             "SELECT count(*) FROM t WHERE EXISTS (SELECT 1 FROM events WHERE n = i AND event_type "
             "= 'buy') AND (SELECT count(*) FROM events WHERE n < i) > 9") == Texts{"30"});
  CHECK(test.events.counts.scans == 4);
  CHECK(test.events.kept_bytes == 0);  // given back with the statement
}

TEST_CASE("an affinity of the other side finds what a value's kind alone would not") {
  TestEvents test({{R"({"n":5})"}, {R"({"n":"5"})"}, {R"({"n":"5.0"})"}, {R"({"n":"x"})"}}, {"n"});
  auto connection = Connect(test.events);
  const std::string five = "(SELECT '5' UNION ALL SELECT CAST(1 AS INTEGER) LIMIT 1)";
  CHECK(Rows(*connection, "SELECT n FROM events WHERE n = " + five) == Texts{"5", "5", "5.0"});
  // The inner side is started twice, so that the second time it is among the kept.
  CHECK(Rows(*connection,
             "WITH t(i) AS (VALUES (CAST('9' AS INTEGER)), ('5')) SELECT n FROM t CROSS JOIN "
             "events WHERE n = CAST(i AS INTEGER)") == Texts{"5", "5", "5.0"});
}

TEST_CASE("what a statement may use: CTEs, windows, JSON, dates") {
  TestEvents test({{R"({"cart":{"items":[1,2],"name":"Gr\u00fc\u00df"},"n":1})"},
                   {R"({"cart":{"items":[3]},"n":2})"}},
                  {"cart", "n"});
  auto connection = Connect(test.events);
  CHECK(Rows(*connection,
             "WITH RECURSIVE t(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM t WHERE i < 3) "
             "SELECT t.i, n FROM t LEFT JOIN events ON n = i") == Texts{"1|1", "2|2", "3|NULL"});
  CHECK(Rows(*connection, "SELECT n, sum(n) OVER (ORDER BY n DESC) FROM events ORDER BY n") ==
        Texts{"1|3", "2|2"});
  CHECK(Rows(*connection,
             "SELECT cart ->> '$.name', cart -> 'items', json_extract(cart, "
             "'$.items[0]') FROM events") == Texts{"Gr\u00FC\u00DF|[1,2]|1", "NULL|[3]|3"});
  CHECK(Rows(*connection, "SELECT n, value FROM events, json_each(cart, '$.items')") ==
        Texts{"1|1", "1|2", "2|3"});
  CHECK(Rows(*connection, "SELECT DISTINCT strftime('%Y-%m-%d %H:%M', timestamp) FROM events") ==
        Texts{"2026-11-23 10:00"});
}

TEST_CASE("no events, and no columns") {
  TestEvents test({}, {});
  auto connection = Connect(test.events);
  CHECK(Rows(*connection, "SELECT count(*), max(_offset) FROM events") == Texts{"0|NULL"});
  CHECK(Rows(*connection, "SELECT _json FROM events").empty());
}

TEST_CASE("a source's error is the statement's") {
  const OpenSource open = []() -> Result<std::unique_ptr<RecordSource>> {
    return Error{Fault::kUnavailable, "no broker"};
  };
  const std::function<void(const ScanTotals&)> progress;
  Events events{.columns = ColumnsOf({}).columns, .open = open, .progress = progress};
  auto connection = Connect(events);
  const auto statement = connection->Prepare("SELECT count(*) FROM events");
  REQUIRE(statement);
  const auto row = connection->Step(statement->get());
  REQUIRE_FALSE(row);
  CHECK(row.error().fault == Fault::kUnavailable);
  CHECK(row.error().context == "no broker");
}

}  // namespace
}  // namespace gamevents::report::sql
