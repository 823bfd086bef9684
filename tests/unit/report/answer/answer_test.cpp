// Goal: each question gets its own answer in each format, whole, and bad questions are refused.
// Method: a topic in memory; the answers' exact text.

#include "core/report/answer/answer.h"

#include "tests/unit/catch.h"
#include "tests/unit/parquet/file_reader.h"
#include "tests/unit/report/memory_source.h"
#include "tests/unit/report/questions.h"

namespace gamevents::report {
namespace {

const std::vector<Message> kReportMessages{{R"({"event_type":"default","n":1})"},
                                           {"42"},
                                           {R"({"event_type":"purchase_sword","remote ip":"::1"})"},
                                           {R"({"event_type":"default","n":2.5})"}};

struct Answered {
  std::string text;
  ScanSummary summary;
};

Answered Ask(const Question& question, const std::vector<Message>& messages = kReportMessages) {
  Answered answered;
  auto summary = Answer(question, Topic(messages), nullptr, [&](std::string_view text) {
    answered.text += text;
    return Status(Done{});
  });
  INFO((summary ? "" : summary.error().context));
  REQUIRE(summary);
  answered.summary = *summary;
  return answered;
}

TEST_CASE("groups as a table, csv and json") {
  Question question = AskGroups({.by = {{"event_type"}}});
  CHECK(Ask(question).text ==
        "+--------------+-----+\n"
        "|    event_type|count|\n"
        "+--------------+-----+\n"
        "|       default|    2|\n"
        "|purchase_sword|    1|\n"
        "+--------------+-----+\n\n");
  question.rendering.format = Format::kCsv;
  CHECK(Ask(question).text == "event_type,count\r\ndefault,2\r\npurchase_sword,1\r\n");
  question.rendering.format = Format::kJson;
  question.limit = 1;
  CHECK(Ask(question).text == "[\n{\"event_type\":\"default\",\"count\":2}\n]\n");
  CHECK(Ask(question).summary.not_objects.count() == 1);
}

TEST_CASE("rows and groups as Parquet") {
  Question groups = AskGroups({.by = {{"event_type"}}, .bucket = Days()});
  groups.rendering.format = Format::kParquet;
  using parquet::Type;
  const parquet::test::File days = parquet::test::ReadFile(Ask(groups).text);
  REQUIRE(days.columns.size() == 3);
  CHECK(days.columns[0].type == Type::kDate);
  CHECK(days.columns[2].type == Type::kInt64);
  CHECK(days.rows.size() == 2);

  Question rows = AskRows({{"n"}, {"event_type"}});
  rows.rendering.format = Format::kParquet;
  const parquet::test::File file = parquet::test::ReadFile(Ask(rows).text);
  CHECK(file.columns[0].type == Type::kDouble);
  CHECK(file.rows.at(2).at(0) == parquet::test::OwnedValue(2.5));
}

TEST_CASE("rows that outgrow the memory are read twice for their types") {
  std::vector<Message> messages(5'000, {R"({"n":1,"s":"a text"})"});
  messages.push_back({R"({"n":"many","s":null})"});
  Question question = AskAllRows();
  question.rendering.format = Format::kParquet;
  question.memory = 100'000;
  const parquet::test::File file = parquet::test::ReadFile(Ask(question, messages).text);
  CHECK(file.rows.size() == 5'001);
  CHECK(file.columns.at(0).type == parquet::Type::kJson);
  CHECK(file.columns.at(1).type == parquet::Type::kString);
  CHECK(file.rows.back().at(0) == parquet::test::OwnedValue(std::string("\"many\"")));
}

TEST_CASE("rows as a table, csv and json") {
  Question question = AskRows({{"n"}, {"remote ip"}});
  question.limit = 2;
  CHECK(Ask(question).text ==
        "+----+---------+\n"
        "|   n|remote ip|\n"
        "+----+---------+\n"
        "|   1|     NULL|\n"
        "|NULL|      ::1|\n"
        "+----+---------+\n"
        "only showing top 2 rows\n");
  question.limit.reset();
  question.rendering.format = Format::kCsv;
  CHECK(Ask(question).text == "n,remote ip\r\n1,\r\n,::1\r\n2.5,\r\n");
  question.rendering.format = Format::kJson;
  CHECK(Ask(question).text ==
        "[\n{\"n\":1,\"remote ip\":null},\n{\"n\":null,\"remote ip\":\"::1\"},\n"
        "{\"n\":2.5,\"remote ip\":null}\n]\n");
}

TEST_CASE("aggregates, buckets and orders in one answer") {
  Question question = AskGroups({.by = {{"event_type"}},
                                 .aggregates = ParseAggregates("count,sum(n)").value(),
                                 .bucket = StepsOf(std::chrono::hours(1))});
  question.order_by = ParseOrder("sum(n):desc").value();
  CHECK(Ask(question).text ==
        "+-------------------+--------------+-----+------+\n"
        "|             bucket|    event_type|count|sum(n)|\n"
        "+-------------------+--------------+-----+------+\n"
        "|2026-11-23 10:00:00|       default|    2|   3.5|\n"
        "|2026-11-23 10:00:00|purchase_sword|    1|  NULL|\n"
        "+-------------------+--------------+-----+------+\n\n");
}

TEST_CASE("rows in an order, and as pyspark's take prints them") {
  Question question = AskRows({{"event_type"}, {"n"}});
  question.order_by = ParseOrder("n:desc").value();
  question.take = true;
  question.limit = 2;
  CHECK(Ask(question).text ==
        "[Row(event_type='default', n=2.5), Row(event_type='default', n=1)]\n");
  question.order_by.clear();
  CHECK(Ask(question).text ==
        "[Row(event_type='default', n=1), Row(event_type='purchase_sword', n=None)]\n");
}

TEST_CASE("the schema as a tree and a table, or as rows") {
  Question question = AskSchema();
  CHECK(Ask(question).text ==
        "root\n"
        " |-- event_type: string (nullable = true)\n"
        " |-- n: double (nullable = true)\n"
        " |-- remote ip: string (nullable = true)\n"
        "\n"
        "+-----------+------+--------+-----+------+\n"
        "|      field|  type|nullable|count| share|\n"
        "+-----------+------+--------+-----+------+\n"
        "| event_type|string|   false|    3|   1.0|\n"
        "|          n|double|    true|    2|0.6667|\n"
        "|\"remote ip\"|string|    true|    1|0.3333|\n"
        "+-----------+------+--------+-----+------+\n\n");
  question.rendering.format = Format::kCsv;
  question.limit = 1;
  CHECK(Ask(question).text ==
        "field,type,nullable,count,share\r\nevent_type,string,false,3,1.0\r\n");
}

TEST_CASE("notes come beside the answer") {
  Question question = AskGroups({.aggregates = ParseAggregates("sum(event_type)").value()});
  const Answered answered = Ask(question);
  REQUIRE(answered.summary.notes.size() == 1);
  CHECK(answered.summary.notes[0].find("3 values of event_type are no numbers") == 0);
}

TEST_CASE("all fields are found before the first row") {
  Question question = AskAllRows();
  question.rendering.format = Format::kCsv;
  CHECK(Ask(question).text ==
        "event_type,n,remote ip\r\ndefault,1,\r\npurchase_sword,,::1\r\ndefault,2.5,\r\n");
}

TEST_CASE("a condition narrows every question") {
  auto where = event::Filter::Parse("event_type = \"default\"");
  REQUIRE(where);
  Question question;
  question.where = *where;
  question.asked = RowsQuestion{.all = true};
  question.rendering.format = Format::kCsv;
  CHECK(Ask(question).text == "event_type,n\r\ndefault,1\r\ndefault,2.5\r\n");
  question.asked = SessionQuestion{};
  question.rendering.format = Format::kTable;
  const std::string session = Ask(question).text;
  CHECK(session.find(">>> extracted_events.count()\n2\n") != std::string::npos);
  CHECK(session.find("|                  42|\n") != std::string::npos);
}

TEST_CASE("csv and json are not clipped, and are written in pieces") {
  std::vector<Message> messages;
  const std::string longer(3'000, 'x');
  for (int i = 0; i < 100; ++i) messages.push_back({"{\"a\":\"" + longer + "\"}"});
  Question question = AskRows({{"a"}});
  question.rendering.format = Format::kCsv;
  std::string text;
  size_t pieces = 0;
  REQUIRE(Answer(question, Topic(messages), nullptr, [&](std::string_view piece) {
    text += piece;
    ++pieces;
    return Status(Done{});
  }));
  CHECK(text.size() == 3 + 100 * 3'002);
  CHECK(pieces >= 4);
  CHECK(pieces <= 10);
}

TEST_CASE("control characters are shown in csv for a terminal only") {
  Question question = AskRows({{"a"}});
  question.rendering.format = Format::kCsv;
  const std::vector<Message> messages{{R"({"a":"\u001b[2J\nb"})"}};
  CHECK(Ask(question, messages).text == "a\r\n\"\x1B[2J\nb\"\r\n");
  question.rendering.to_terminal = true;
  CHECK(Ask(question, messages).text == "a\r\n\"\\x1B[2J\nb\"\r\n");
}

TEST_CASE("an output that fails ends the report") {
  Question question = AskRows({{"n"}});
  const auto answer = Answer(question, Topic(kReportMessages), nullptr, [](std::string_view) {
    return Status(Error{Fault::kClosed, "the reader has gone"});
  });
  REQUIRE_FALSE(answer);
  CHECK(answer.error().fault == Fault::kClosed);
}

TEST_CASE("questions that have no answer are refused") {
  Question limit;
  limit.limit = 5;
  Question csv;
  csv.rendering.format = Format::kCsv;
  Question large = AskAllRows();
  large.limit = kTableRowsMax + 1;
  const Question by_field = AskGroups({.by = {{"a"}}, .bucket_by = event::FieldPath{"t"}});
  Question order;
  order.order_by = ParseOrder("a").value();
  Question column = AskGroups({.by = {{"a"}}});
  column.order_by = ParseOrder("b").value();
  Question aggregate = AskAllRows();
  aggregate.order_by = ParseOrder("sum(b)").value();
  Question take = AskGroups({.by = {{"a"}}});
  take.take = true;
  take.rendering.format = Format::kJson;
  Question schema = AskSchema();
  schema.order_by = ParseOrder("a").value();
  Question taken_schema = AskSchema();
  taken_schema.take = true;
  Question funnel;
  funnel.asked = ViewQuestion{.kind = ViewKind::kFunnel};
  Question ndjson;
  ndjson.rendering.format = Format::kNdjson;
  Question session_file;
  session_file.rendering.format = Format::kParquet;
  Question file_on_terminal = AskAllRows();
  file_on_terminal.rendering = {.format = Format::kParquet, .to_terminal = true};
  for (const Question& question :
       {schema, taken_schema, funnel, limit, csv, ndjson, large, by_field, order, column, aggregate,
        take, session_file, file_on_terminal}) {
    const auto checked = Check(question);
    REQUIRE_FALSE(checked);
    CHECK(checked.error().fault == Fault::kBadInput);
  }
  large.rendering.format = Format::kCsv;
  CHECK(Check(large));
  CHECK(Check(Question{}));
}

}  // namespace
}  // namespace gamevents::report
