// Goal: a statement gets the tables that it names, each opened once and only then, with their
// columns; one that is not there brings those that are.
// Method: topics in memory; answers as ndjson; a count of openings.

#include "core/report/sql/tables.h"

#include "core/report/answer/answer.h"
#include "core/report/scan/row_source.h"
#include "tests/unit/catch.h"
#include "tests/unit/report/memory_source.h"
#include "tests/unit/report/questions.h"

#include <string>
#include <utility>
#include <vector>

namespace gamevents::report {
namespace {

const std::vector<Message> kTableEvents{{R"({"event_type":"a","user":"anna"})"},
                                        {R"({"event_type":"b","user":"bob"})"}};

struct TableAnswer {
  std::string text;
  Result<ScanSummary> summary;
};

TableAnswer AskTables(const std::string& statement, const sql::TableSources& sources,
                      std::optional<event::Filter> where = std::nullopt) {
  Question question = AskSql(statement);
  question.rendering.format = Format::kNdjson;
  question.where = std::move(where);
  std::string text;
  auto summary = report::Answer(
      question, Topic(kTableEvents), nullptr,
      [&](std::string_view piece) {
        text += piece;
        return Status(Done{});
      },
      sources);
  return {std::move(text), std::move(summary)};
}

TEST_CASE("tables are opened when they are named, once, and joined with the events") {
  int opened = 0;
  sql::TableSources sources;
  sources.named.push_back({"players", {"level"}, [&]() -> Result<OpenSource> {
                             opened += 1;
                             return FromRows({R"({"user":"anna","n":1})", R"({"user":"cy"})"});
                           }});
  CHECK(AskTables("SELECT count(*) AS c FROM events", sources).text == "{\"c\":2}\n");
  CHECK(opened == 0);
  CHECK(AskTables("SELECT e.user, p.n, q.level FROM events e JOIN players p USING (user) "
                  "JOIN \"Players\" q USING (user)",
                  sources)
            .text == "{\"user\":\"anna\",\"n\":1,\"level\":null}\n");
  CHECK(opened == 1);
  CHECK(AskTables("WITH players AS (SELECT 1 AS one) SELECT * FROM players", sources).text ==
        "{\"one\":1}\n");
  CHECK(opened == 1);
}

TEST_CASE("a condition is about the events and their sessions") {
  sql::TableSources sources;
  sources.topic = [](const std::string& name) -> Result<OpenSource> {
    if (name == "other") return FromRows({R"({"user":"anna"})", R"({"user":"bob"})"});
    return Error{Fault::kNotFound, "there is no topic " + name};
  };
  const auto where = event::Filter::Parse("user = bob").value();
  CHECK(AskTables("SELECT count(*) AS c FROM events", sources, where).text == "{\"c\":1}\n");
  CHECK(AskTables("SELECT user, events FROM sessions", sources, where).text ==
        "{\"user\":\"bob\",\"events\":1}\n");
  CHECK(AskTables("SELECT count(*) AS c FROM other", sources, where).text == "{\"c\":2}\n");
  CHECK(AskTables("SELECT count(*) AS c FROM sales", sources, where).text == "{\"c\":0}\n");
}

TEST_CASE("a table that is not there brings those that are") {
  sql::TableSources sources;
  sources.named.push_back({"carts", {}, [] { return Result<OpenSource>(FromRows({})); }});
  const auto unknown = AskTables("SELECT * FROM cart", sources).summary;
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().context.find("no such table: cart") != std::string::npos);
  CHECK(unknown.error().context.find("did you mean carts?") != std::string::npos);
  CHECK(unknown.error().context.find("events, sales, sessions, flows, carts") != std::string::npos);
  CHECK_FALSE(AskTables("SELECT * FROM other.events", sources).summary);
  // An error of a table that is opened names it.
  sources.named.push_back(
      {"broken", {}, []() -> Result<OpenSource> { return Error{Fault::kIo, "the disk is gone"}; }});
  CHECK(
      AskTables("SELECT * FROM broken", sources).summary.error().context.find("the disk is gone") !=
      std::string::npos);
}

TEST_CASE("rows that share a place are different rows") {
  const OpenSource twice = FromRows({R"({"a":1,"b":2})", R"({"a":2,"b":1})"});
  sql::TableSources sources;
  sources.named.push_back({"t", {}, [&] { return Result<OpenSource>(twice); }});
  CHECK(AskTables("SELECT count(*) AS c FROM t WHERE a = 1 OR b = 1", sources).text ==
        "{\"c\":2}\n");
}

}  // namespace
}  // namespace gamevents::report
