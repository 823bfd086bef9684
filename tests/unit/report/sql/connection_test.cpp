// Goal: a statement can read events and do nothing else, within its limits, and a wrong one is
// told what is wrong and where.
// Method: statements of every kind that must be refused; the texts; little memory; a stop.

#include "core/report/sql/connection.h"

#include "core/report/ask/question.h"
#include "tests/unit/report/sql/events.h"

#include <fmt/format.h>

namespace gamevents::report::sql {
namespace {

Error PrepareError(std::string_view statement) {
  TestEvents test({{R"({"event_type":"a","remote ip":1})"}}, {"event_type", "remote ip"});
  auto connection = Connect(test.events);
  auto prepared = connection->Prepare(statement);
  INFO(statement);
  REQUIRE_FALSE(prepared);
  return prepared.error();
}

TEST_CASE("what writes, or reaches beyond events, is refused") {
  int refused = 0;
  for (const char* statement : {"DELETE FROM events",
                                "INSERT INTO events(event_type) VALUES ('x')",
                                "UPDATE events SET event_type = 'x'",
                                "CREATE TABLE t(a)",
                                "CREATE TEMP TABLE t(a)",
                                "CREATE VIEW v AS SELECT 1",
                                "CREATE VIRTUAL TABLE t USING fts5(a)",
                                "DROP TABLE events",
                                "ATTACH '/nowhere/x.db' AS x",
                                "DETACH main",
                                "PRAGMA writable_schema = 1",
                                "PRAGMA temp_store_directory = '/nowhere'",
                                "PRAGMA journal_mode",
                                "BEGIN",
                                "COMMIT",
                                "SAVEPOINT s",
                                "VACUUM",
                                "VACUUM INTO '/nowhere/x.db'",
                                "REINDEX",
                                "ANALYZE",
                                "SELECT load_extension('/nowhere/x.so')",
                                "SELECT fts3_tokenizer('simple', x'00')",
                                "SELECT * FROM pragma_database_list"}) {
    TestEvents test({{"{}"}}, {"event_type"});
    auto connection = Connect(test.events);
    const auto prepared = connection->Prepare(statement);
    // The last one is found out only when it is run.
    const bool ran = prepared && connection->Step(prepared->get()).ok();
    INFO(statement);
    CHECK_FALSE(ran);
    refused += ran ? 0 : 1;
  }
  CHECK(refused == 23);
}

TEST_CASE("what only reads is taken") {
  TestEvents test({{R"({"event_type":"a"})"}}, {"event_type"});
  auto connection = Connect(test.events);
  for (const char* statement :
       {"SELECT 1", "select event_type from events;", " ; ", "VALUES (1), (2)",
        "WITH e AS (SELECT * FROM events) SELECT * FROM e", "EXPLAIN QUERY PLAN SELECT 1",
        "SELECT 1; -- and that is all", "SELECT 1;; /* so */ ;"}) {
    INFO(statement);
    CHECK(connection->Prepare(statement).ok() == (std::string_view(statement) != " ; "));
  }
}

TEST_CASE("an error points at its place") {
  CHECK(PrepareError("SELECT event_type FORM events").context ==
        "column 24: near \"events\": syntax error\n"
        "SELECT event_type FORM events\n"
        "                       ^");
  CHECK(PrepareError("SELECT count(* FROM events").context.starts_with("column 16: near \"FROM\""));
  CHECK(PrepareError("SELECT (1").context.starts_with("incomplete input"));
  CHECK(PrepareError("SELECT 1; SELECT 2").context.starts_with("column 10: a second statement"));
  CHECK(PrepareError("SELECT 1; nonsense").context.starts_with("column 10: a second statement"));
  CHECK(PrepareError("SELECT * FROM event").context == "no such table: event");
  CHECK(PrepareError("").context == "there is no statement in it");
  CHECK(PrepareError("SELECT ?1").context.starts_with("a parameter (?)"));
  CHECK(PrepareError(std::string_view("SELECT 1\0", 9)).fault == Fault::kBadInput);
  CHECK(PrepareError("SELECT '\xFF'").fault == Fault::kBadInput);
  CHECK(PrepareError("SELECT 1" + std::string(kStatementBytesMax, ' ')).fault == Fault::kBadInput);
}

TEST_CASE("an unknown column brings those that there are") {
  const Error error = PrepareError("SELECT e.event_typ FROM events e");
  CHECK(error.fault == Fault::kNotFound);
  CHECK(error.context ==
        "column 8: no such column: e.event_typ; did you mean event_type?\n"
        "SELECT e.event_typ FROM events e\n"
        "       ^\n"
        "the columns of events: event_type, \"remote ip\", _user, _time, _partition, _offset, "
        "_timestamp, _key, _json");
}

TEST_CASE("a text in double quotes is a name, and that is said") {
  const Error error = PrepareError("SELECT 1 FROM events WHERE event_type = \"buy\"");
  CHECK(error.context.find("a text stands in single quotes") != std::string::npos);
}

TEST_CASE("before the fields are known only what they cannot make right is refused") {
  CHECK(CheckStatement("SELECT a, b FROM events"));
  CHECK(CheckStatement("SELECT * FROM events UNION SELECT 1, 2"));
  CHECK(CheckStatement("SELECT * FROM events"));
  CHECK(CheckStatement("SELECT * FROM events a JOIN events b USING (user)"));
  CHECK_FALSE(CheckStatement("SELECT FROM events"));
  CHECK_FALSE(CheckStatement("DELETE FROM events"));
  CHECK_FALSE(CheckStatement("PRAGMA table_list"));
  CHECK_FALSE(CheckStatement("SELECT 1; SELECT 2"));
  CHECK(CheckStatement("SELECT name, level FROM players JOIN events USING (user)"));
  CHECK_FALSE(CheckStatement("SELECT name FORM players"));
  CHECK_FALSE(CheckStatement("SELECT nosuch(1) FROM players"));
}

TEST_CASE("memory has a limit, and it says what to do") {
  std::vector<Message> messages;
  for (int i = 0; i < 3000; ++i) {
    messages.push_back({fmt::format(R"({{"n":{},"t":"{}"}})", i, std::string(1000, 'x'))});
  }
  TestEvents test(messages, {"n", "t"});
  const int64_t before = sqlite3_hard_heap_limit64(-1);
  {
    auto connection = Connect(test.events, 1 << 20);
    CHECK(Rows(*connection, "SELECT count(*), sum(n), max(t) IS NULL FROM events") ==
          std::vector<std::string>{"3000|4498500|0"});
    for (const char* statement :
         {"SELECT n FROM events ORDER BY t, n", "SELECT count(DISTINCT n || t) FROM events",
          "SELECT group_concat(t) FROM events", "SELECT length(zeroblob(100000000) || 'x')"}) {
      const auto prepared = connection->Prepare(statement);
      REQUIRE(prepared);
      const auto row = connection->Step(prepared->get());
      INFO(statement);
      REQUIRE_FALSE(row);
      CHECK(row.error().fault == Fault::kFull);
      CHECK(row.error().context.find("1MiB (report.memory)") != std::string::npos);
    }
    CHECK(Rows(*connection, "SELECT count(*) FROM events") == std::vector<std::string>{"3000"});
  }
  CHECK(sqlite3_hard_heap_limit64(-1) == before);
}

TEST_CASE("a stop ends what would go on for ever, and lets the rest come to its end") {
  TestEvents test({{"{}"}}, {});
  auto opened = Connection::Open({.memory_max = 16 << 20,
                                  .stopped = [] { return true; },
                                  .after_stop = std::chrono::milliseconds(50)});
  REQUIRE(opened);
  REQUIRE((*opened)->Add("events", test.events));
  Connection& connection = **opened;
  CHECK(Rows(connection, "SELECT count(*) FROM events") == std::vector<std::string>{"1"});
  const auto endless = connection.Prepare(
      "WITH RECURSIVE t(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM t) SELECT max(i) FROM t");
  REQUIRE(endless);
  const auto row = connection.Step(endless->get());
  REQUIRE_FALSE(row);
  CHECK(row.error().fault == Fault::kClosed);
}

TEST_CASE("an error of the values comes with SQLite's words") {
  TestEvents test({{R"({"n":9223372036854775807})"}, {R"({"n":1})"}}, {"n"});
  auto connection = Connect(test.events);
  const auto prepared = connection->Prepare("SELECT sum(n) FROM events");
  REQUIRE(prepared);
  const auto row = connection->Step(prepared->get());
  REQUIRE_FALSE(row);
  CHECK(row.error().context == "integer overflow");
}

}  // namespace
}  // namespace gamevents::report::sql
