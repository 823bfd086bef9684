// Goal: a statement's answer comes in every format, within the limits, with what was left out.
// Method: a topic in memory; the answers' exact text.

#include "core/report/sql/answer.h"

#include "core/report/answer/answer.h"
#include "core/report/scan/field_names.h"
#include "tests/unit/catch.h"
#include "tests/unit/parquet/file_reader.h"
#include "tests/unit/report/memory_source.h"
#include "tests/unit/report/questions.h"

#include <memory>
#include <utility>
#include <vector>

namespace gamevents::report {
namespace {

const std::vector<Message> kSqlMessages{{R"({"event_type":"default","n":1})"},
                                        {"42"},
                                        {R"({"event_type":"buy","cart":{"a":[1]},"N":true})"},
                                        {R"({"event_type":"default","n":2.5})"}};

struct Answered {
  std::string text;
  Result<ScanSummary> summary;
};

Answered SqlAsk(const Question& question, const OpenSource& open = Topic(kSqlMessages)) {
  std::string text;
  auto summary = report::Answer(question, open, nullptr, [&](std::string_view piece) {
    text += piece;
    return Status(Done{});
  });
  return {std::move(text), std::move(summary)};
}

std::string TextOf(const std::string& sql, Format format = Format::kTable,
                   std::optional<size_t> limit = std::nullopt) {
  Question question = AskSql(sql);
  question.rendering.format = format;
  question.limit = limit;
  const Answered answered = SqlAsk(question);
  INFO((answered.summary ? "" : answered.summary.error().context));
  REQUIRE(answered.summary);
  return answered.text;
}

constexpr char kCount[] =
    "SELECT event_type, count(*) AS count, sum(n_2) AS total FROM events GROUP BY 1 ORDER BY 2 "
    "DESC";

TEST_CASE("a statement's rows as Parquet, whether they are held or not") {
  for (const size_t memory : {size_t{64} << 20, size_t{4} << 20}) {
    Question question = AskSql(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000) "
        "SELECT i, 'a text' AS t, CASE WHEN i < 60000 THEN i ELSE 0.5 END AS x, "
        "CASE WHEN i < 60000 THEN i ELSE 'last' END AS y FROM n");
    question.rendering.format = Format::kParquet;
    question.memory = memory;
    const Answered answered = SqlAsk(question);
    INFO((answered.summary ? "" : answered.summary.error().context));
    REQUIRE(answered.summary);
    const parquet::test::File file = parquet::test::ReadFile(answered.text);
    REQUIRE(file.rows.size() == 60'000);
    using parquet::Type;
    std::vector<Type> types;
    for (const parquet::Column& column : file.columns) types.push_back(column.type);
    CHECK(types == std::vector{Type::kInt64, Type::kString, Type::kDouble, Type::kJson});
    CHECK(file.rows[4].at(3) == parquet::test::OwnedValue(std::string("5")));
    CHECK(file.rows[59'999].at(2) == parquet::test::OwnedValue(0.5));
  }
}

TEST_CASE("a statement's answer in each format") {
  CHECK(TextOf(kCount) ==
        "+----------+-----+-----+\n"
        "|event_type|count|total|\n"
        "+----------+-----+-----+\n"
        "|   default|    2|  3.5|\n"
        "|       buy|    1| NULL|\n"
        "+----------+-----+-----+\n\n");
  CHECK(TextOf(kCount, Format::kPlain) ==
        "event_type\tcount\ttotal\ndefault\t2\t3.5\nbuy\t1\t\\N\n");
  CHECK(TextOf(kCount, Format::kMarkdown) ==
        "| event_type | count | total |\n| --- | --- | --- |\n| default | 2 | 3.5 |\n"
        "| buy | 1 |  |\n");
  CHECK(TextOf(kCount, Format::kCsv) == "event_type,count,total\r\ndefault,2,3.5\r\nbuy,1,\r\n");
  CHECK(TextOf(kCount, Format::kJson) ==
        "[\n{\"event_type\":\"default\",\"count\":2,\"total\":3.5},\n"
        "{\"event_type\":\"buy\",\"count\":1,\"total\":null}\n]\n");
  CHECK(TextOf(kCount, Format::kNdjson, 1) ==
        "{\"event_type\":\"default\",\"count\":2,\"total\":3.5}\n");
  CHECK(TextOf(kCount, Format::kHtml).find("<td>default") != std::string::npos);
}

TEST_CASE("truths are numbers, objects their text, and names differ") {
  CHECK(TextOf("SELECT * FROM events WHERE cart IS NOT NULL", Format::kNdjson) ==
        "{\"event_type\":\"buy\",\"n_2\":null,\"cart\":\"{\\\"a\\\":[1]}\",\"N\":1}\n");
  CHECK(TextOf("SELECT n_2, n_2, x'00ff' AS b, CAST(x'ff' AS TEXT) AS t FROM events LIMIT 1",
               Format::kNdjson) == "{\"n_2\":1,\"n_2_2\":1,\"b\":\"AP8=\",\"t\":\"\uFFFD\"}\n");
}

TEST_CASE("limits, and take") {
  CHECK(TextOf("SELECT _offset FROM events", Format::kTable, 1) ==
        "+-------+\n|_offset|\n+-------+\n|      0|\n+-------+\nonly showing top 1 row\n");
  Question question = AskSql("SELECT event_type, n_2 FROM events");
  question.take = true;
  question.limit = 2;
  CHECK(SqlAsk(question).text ==
        "[Row(event_type='default', n_2=1), Row(event_type='buy', n_2=None)]\n");
}

TEST_CASE("the filter comes first, and what is no event is counted") {
  Question question = AskSql("SELECT count(*) AS c FROM events");
  question.where = event::Filter::Parse("event_type = default").value();
  question.rendering.format = Format::kCsv;
  const Answered answered = SqlAsk(question);
  CHECK(answered.text == "c\r\n2\r\n");
  REQUIRE(answered.summary);
  CHECK(answered.summary->not_objects.count() == 1);
  CHECK(answered.summary->totals.records == 4);
  CHECK(answered.summary->notes.empty());

  question.where.reset();
  CHECK(SqlAsk(question).summary->notes ==
        std::vector<std::string>{
            "the field \"n\" is the column n_2: SQL takes its name for another's"});
}

TEST_CASE("who asks for numbers beyond a long is told that SQLite has doubles of them") {
  const OpenSource open =
      Topic({{R"({"id":12345678901234567890,"n":1})"}, {R"({"id":12345678901234567891,"n":2})"}});
  Question question;
  question.rendering.format = Format::kCsv;
  question.asked = SqlQuestion{"SELECT count(DISTINCT id) AS c FROM events"};
  const Answered rounded = SqlAsk(question, open);
  CHECK(rounded.text == "c\r\n1\r\n");
  REQUIRE(rounded.summary->notes.size() == 1);
  CHECK(rounded.summary->notes[0].starts_with("SQL: id has whole numbers beyond a long"));
  question.asked =
      SqlQuestion{"SELECT count(DISTINCT _json -> '$.id') AS c, sum(n) AS s FROM events"};
  const Answered exact = SqlAsk(question, open);
  CHECK(exact.text == "c,s\r\n2,3\r\n");
  CHECK(exact.summary->notes.empty());
}

TEST_CASE("--sql asks alone, and a wrong statement is refused before anything is read") {
  const OpenSource never = []() -> Result<std::unique_ptr<RecordSource>> {
    FAIL("opened");
    return Error{Fault::kIo, ""};
  };
  Question question = AskSql("SELECT 1 FORM events");
  CHECK(SqlAsk(question, never).summary.error().context.starts_with("SQL: column 15: near"));
  question.asked = SqlQuestion{"SELECT 1"};
  question.order_by = ParseOrder("n").value();
  CHECK_FALSE(report::Check(question));
  question.order_by.clear();
  CHECK(report::Check(question));
  question.take = true;
  question.rendering.format = Format::kCsv;
  CHECK_FALSE(report::Check(question));
}

TEST_CASE("too many rows for a table, too many fields for columns") {
  Question question =
      AskSql("SELECT a.n_2, b.event_type || printf('%.*c', 100000, 'x') FROM events a, events b");
  question.memory = 400'000;
  const auto summary = SqlAsk(question).summary;
  REQUIRE_FALSE(summary);
  CHECK(summary.error().fault == Fault::kFull);

  std::string wide = "{";
  for (size_t i = 0; i <= kFieldsMax; ++i)
    wide += (i ? ",\"f" : "\"f") + std::to_string(i) + "\":1";
  question.asked = SqlQuestion{"SELECT 1 FROM events"};
  const auto refused = SqlAsk(question, Topic({{wide + "}"}})).summary;
  REQUIRE_FALSE(refused);
  CHECK(refused.error().context.starts_with("SQL: events have more than 1000 different fields"));
}

TEST_CASE("a stop in the second pass gives what was read until then") {
  int opened = 0;
  const OpenSource open = [&]() -> Result<std::unique_ptr<RecordSource>> {
    auto source = std::make_unique<MemorySource>(std::vector<Message>(6, {"{}"}));
    if (++opened == 2) source->fails_at = 4;
    source->fault = Fault::kClosed;
    return std::unique_ptr<RecordSource>(std::move(source));
  };
  Question question = AskSql("SELECT count() AS c FROM events");
  question.rendering.format = Format::kCsv;
  const Answered answered = SqlAsk(question, open);
  CHECK(answered.text == "c\r\n4\r\n");
  REQUIRE(answered.summary);
  CHECK(answered.summary->totals.partial);
  CHECK(answered.summary->totals.records == 4);
  CHECK(answered.summary->cut_off.empty());
}

/// Six events whose `opening`-th source is stopped after four of them.
OpenSource StoppedAt(int opening) {
  const auto opened = std::make_shared<int>(0);
  return [=]() -> Result<std::unique_ptr<RecordSource>> {
    auto source = std::make_unique<MemorySource>(std::vector<Message>(6, {R"({"n":1})"}));
    if (++*opened == opening) source->fails_at = 4;
    source->fault = Fault::kClosed;
    return std::unique_ptr<RecordSource>(std::move(source));
  };
}

Answered AskStopped(const std::string& sql, int opening) {
  Question question = AskSql(sql);
  question.rendering.format = Format::kCsv;
  Answered answered = SqlAsk(question, StoppedAt(opening));
  REQUIRE(answered.summary);
  CHECK(answered.summary->totals.partial);
  return answered;
}

TEST_CASE("a stop in the first pass leaves no answer") {
  const Answered answered = AskStopped("SELECT n FROM events", 1);
  CHECK(answered.text.empty());
  CHECK(answered.summary->cut_off ==
        "there is no answer: the first pass, which finds the fields, had read 4 records");
}

TEST_CASE("a stop in the only pass, which finds groups, too, leaves those of what was read") {
  const Answered answered = AskStopped("SELECT n, count(*) AS c FROM events GROUP BY n", 1);
  CHECK(answered.text == "n,c\r\n1,4\r\n");
  CHECK(answered.summary->totals.records == 4);
  CHECK(answered.summary->cut_off.empty());
}

TEST_CASE("a stop in one of a join's scans leaves the rows that came before it") {
  const Answered none = AskStopped("SELECT count(*) AS c FROM events a CROSS JOIN events b", 3);
  CHECK(none.text.empty());
  CHECK(none.summary->cut_off == "there is no answer yet");
  const Answered some = AskStopped("SELECT a.n FROM events a CROSS JOIN events b", 4);
  CHECK(some.text == "n\r\n1\r\n1\r\n1\r\n1\r\n1\r\n1\r\n");
  CHECK(some.summary->cut_off == "only the first 6 rows of the answer came");
}

TEST_CASE("progress says in which pass it is") {
  std::vector<std::pair<int64_t, int64_t>> seen;  // the passes with what each had read last
  const auto progress = [&](const ScanTotals& totals) {
    if (seen.empty() || seen.back().first != totals.pass) seen.emplace_back(totals.pass, 0);
    seen.back().second = totals.records;
  };
  const auto ignored = [](std::string_view) { return Status(Done{}); };
  const OpenSource open = Topic(std::vector<Message>(130, {R"({"n":1})"}));
  REQUIRE(report::Answer(AskSql("SELECT count() FROM events"), open, progress, ignored));
  CHECK(seen == std::vector<std::pair<int64_t, int64_t>>{{1, 130}, {2, 128}});
  seen.clear();
  REQUIRE(report::Answer(AskSql("SELECT count(*) FROM events"), open, progress, ignored));
  CHECK(seen == std::vector<std::pair<int64_t, int64_t>>{{1, 130}});
}

}  // namespace
}  // namespace gamevents::report
