// Goal: a plan says all that the question asks, and only questions that Spark answers have one.
// Method: questions, and the plan's JSON read again.
#include "core/spark/plan.h"

#include "core/report/steps/grouping.h"
#include "tests/unit/catch.h"
#include "tests/unit/report/questions.h"

#include <nlohmann/json.hpp>

#include <string>

namespace gamevents::spark {
namespace {

using nlohmann::json;

const Source kSource{
    .topic = "events",
    .ranges = {{.partition = 0, .begin = 3, .end = 9}, {.partition = 11, .end = 5}},
    .kafka = {{"kafka.bootstrap.servers", "h:1"}, {"kafka.sasl.jaas.config", "x"}}};

json PlanOf(const report::Question& question, Secrets secrets = Secrets::kKept) {
  REQUIRE(report::Check(question));
  const auto plan = MakePlan(question, kSource, secrets);
  INFO((plan ? "" : plan.error().context));
  REQUIRE(plan);
  return json::parse(*plan);
}

TEST_CASE("groups: their fields, aggregates, time, order, condition and one row more") {
  report::Question question;
  question.where = *event::Filter::Parse("exists(price)");
  question.asked = report::GroupsQuestion{
      .by = {{"remote ip"}, {"cart", "a.b"}},
      .aggregates = *report::ParseAggregates("count,count(price),distinct(u),p95(price)"),
      .bucket = report::StepsOf(std::chrono::minutes(1)),
      .bucket_by = event::FieldPath{"received_at"}};
  question.order_by = *report::ParseOrder("p95(price):desc,bucket");
  question.limit = 7;
  CHECK(PlanOf(question) == json::parse(R"json({
    "version": 1, "topic": "events", "from": {"0": 3, "11": 0}, "to": {"0": 9, "11": 5},
    "kafka": {"kafka.bootstrap.servers": "h:1", "kafka.sasl.jaas.config": "x"},
    "where": {"is": "exists", "field": ["price"]},
    "bucket": {"width_ms": 60000, "path": ["received_at"]},
    "group_by": [{"heading": "remote ip", "path": ["remote ip"]},
                 {"heading": "cart.\"a.b\"", "path": ["cart", "a.b"]}],
    "aggregates": [{"heading": "count", "function": "count"},
                   {"heading": "count(price)", "function": "count", "path": ["price"]},
                   {"heading": "distinct(u)", "function": "distinct", "path": ["u"]},
                   {"heading": "p95(price)", "function": "percentile", "path": ["price"],
                    "percent": 95}],
    "order_by": [{"column": "p95(price)", "descending": true},
                 {"column": "bucket", "descending": false}],
    "limit": 8})json"));
}

TEST_CASE("rows: their fields or all of them; as many as the format shows, or all") {
  report::Question question = report::AskRows({{"event_type"}});
  question.order_by = *report::ParseOrder("price:desc");
  auto plan = PlanOf(question);
  CHECK(plan["select"] == json::parse(R"([{"heading": "event_type", "path": ["event_type"]}])"));
  CHECK(plan["order_by"] ==
        json::parse(R"([{"column": "price", "descending": true, "path": ["price"]}])"));
  CHECK(plan["limit"] == 21);
  CHECK(!plan.contains("aggregates"));
  question = report::AskAllRows();
  question.rendering.format = report::Format::kCsv;
  plan = PlanOf(question);
  CHECK(plan["select_all"] == true);
  CHECK(!plan.contains("select"));
  CHECK(!plan.contains("limit"));
}

TEST_CASE("groups have a bound of their own in every format, and a count unless told") {
  report::Question question = report::AskGroups({.by = {{"a"}}});
  question.rendering.format = report::Format::kCsv;
  const json plan = PlanOf(question);
  CHECK(plan["limit"] == report::kGroupsMax + 1);
  CHECK(plan["aggregates"] == json::parse(R"([{"heading": "count", "function": "count"}])"));
}

TEST_CASE("a plan that is shown has no secrets") {
  report::Question question = report::AskGroups({.by = {{"a"}}});
  const json plan = PlanOf(question, Secrets::kHidden);
  CHECK(plan["kafka"]["kafka.sasl.jaas.config"] == "(secret)");
  CHECK(plan["kafka"]["kafka.bootstrap.servers"] == "h:1");
}

TEST_CASE("the session, the schema, a record's columns and what Java cannot match are refused") {
  const report::Question schema = report::AskSchema();
  report::Question regex = report::AskGroups({.by = {{"a"}}});
  regex.where = *event::Filter::Parse("a ~ '(?m)x'");
  const report::Question sql = report::AskSql("select 1");
  const report::Question own = report::AskGroups({.by = {{"_user"}}});
  for (const report::Question& question : {report::Question{}, schema, sql, regex, own}) {
    const auto plan = MakePlan(question, kSource);
    REQUIRE(!plan);
    CHECK(plan.error().fault == Fault::kUnsupported);
  }
}

}  // namespace
}  // namespace gamevents::spark
