// Goal: the limit and the rendering follow from what is asked.
// Method: single questions.

#include "core/report/ask/question.h"

#include "tests/unit/catch.h"

namespace gamevents::report {
namespace {

TEST_CASE("the limit is the one asked for, or the format's") {
  Question question;
  CHECK(RowLimit(question) == kShowRows);
  question.rendering.format = Format::kCsv;
  CHECK(RowLimit(question) == kAllRows);
  question.limit = 3;
  CHECK(RowLimit(question) == 3);
  question.asked = ViewQuestion{.kind = ViewKind::kTop};
  CHECK(RowLimit(question) == kAllRows);
}

TEST_CASE("rows of groups and views are drawn, all events together are not") {
  Question question;
  question.rendering.chart.kind = ChartKind::kAuto;
  const auto chart = [&](Asked asked) {
    question.asked = std::move(asked);
    return RenderingOf(question).chart;
  };
  CHECK(chart(GroupsQuestion{.aggregates = {CountOfEvents()}}).kind == ChartKind::kNone);
  CHECK(chart(RowsQuestion{.all = true}).kind == ChartKind::kNone);
  CHECK(chart(SqlQuestion{"SELECT 1"}).kind == ChartKind::kAuto);
  CHECK(chart(SqlQuestion{"SELECT 1"}).keys == 0);
  CHECK(chart(ViewQuestion{}).view == ViewKind::kTop);
  CHECK(chart(ViewQuestion{.kind = ViewKind::kSessions}).step == Days());
  const TimeStep hours = StepsOf(std::chrono::hours(1));
  const ChartOptions groups = chart(GroupsQuestion{
      .by = {{"a"}}, .aggregates = ParseAggregates("avg(n),sum(n)").value(), .bucket = hours});
  CHECK(groups.keys == 2);
  CHECK(groups.value == 2);
  CHECK(groups.step == hours);
  CHECK_FALSE(groups.adds_up);
  const ChartOptions sums = chart(GroupsQuestion{
      .by = {{"a"}}, .aggregates = ParseAggregates("avg(n),sum(n)").value(), .drawn = 1});
  CHECK(sums.value == 2);
  CHECK(sums.adds_up);
}

TEST_CASE("a chart below a table is of more rows than the table shows") {
  Question question;
  question.asked = GroupsQuestion{.by = {{"a"}}};
  question.rendering.chart.kind = ChartKind::kBars;
  CHECK(RowLimit(question) == kPageRows);
  CHECK(RenderingOf(question).shown_rows == kShowRows);
  question.limit = 5;
  CHECK(RowLimit(question) == 5);
  CHECK(RenderingOf(question).shown_rows == kAllRows);
}

TEST_CASE("groups without aggregates are counted") {
  CHECK(AggregatesOf({}).at(0).heading == "count");
  CHECK(AggregatesOf({.aggregates = ParseAggregates("sum(n)").value()}).at(0).heading == "sum(n)");
}

TEST_CASE("the fields that a question names are found, each once") {
  using Paths = std::vector<event::FieldPath>;
  const auto fields_of = [](const Question& asked) { return NamesOf(asked).fields; };
  CHECK(fields_of({}).empty());
  Question question;
  question.where = event::Filter::Parse("a = 1 and (cart.total > 2 or exists(a))").value();
  CHECK(fields_of(question) == Paths{{"a"}, {"cart", "total"}});
  question.asked = SqlQuestion{"SELECT b FROM events"};
  CHECK(fields_of(question) == Paths{{"a"}, {"cart", "total"}});

  question = {};
  question.asked = RowsQuestion{.fields = {{"a"}, {"b", "c"}}};
  question.order_by = ParseOrder("d:desc,a").value();
  CHECK(fields_of(question) == Paths{{"a"}, {"b", "c"}, {"d"}});

  question = {};
  question.asked = GroupsQuestion{.by = {{"a"}},
                                  .aggregates = ParseAggregates("count,sum(n)").value(),
                                  .bucket = StepsOf(std::chrono::hours(1)),
                                  .bucket_by = event::FieldPath{"at"}};
  question.order_by = ParseOrder("sum(n)").value();  // a heading, not a field
  CHECK(fields_of(question) == Paths{{"a"}, {"n"}, {"at"}});

  question = {};
  question.asked = ViewQuestion{.kind = ViewKind::kFunnel,
                                .fields = {.user = event::FieldPath{"who"}, .time = {}},
                                .steps = ParseFunnelSteps("buy,price > 3").value()};
  CHECK(fields_of(question) == Paths{{"who"}, {"event_type"}, {"price"}});
}

TEST_CASE("the values that a condition asks for are found where values have names") {
  Question question;
  CHECK(NamesOf(question).values.empty());
  question.where =
      event::Filter::Parse(
          "event_type = buy and not (item in ('sword', \"shield\", 3) or kind != blade)"
          " or user = anna or item ~ '^b' or event_type = buy")
          .value();
  CHECK(NamesOf(question).values == std::vector<NamedValue>{{{"event_type"}, "buy"},
                                                            {{"item"}, "shield"},
                                                            {{"item"}, "sword"}});
}

}  // namespace
}  // namespace gamevents::report
