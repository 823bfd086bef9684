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
  question.asked = GroupsQuestion{.aggregates = {CountOfEvents()}};
  CHECK_FALSE(RenderingOf(question).grouped);
  question.asked = GroupsQuestion{.bucket = std::chrono::hours(1)};
  CHECK(RenderingOf(question).grouped);
  question.asked = GroupsQuestion{.by = {{"a"}}};
  CHECK(RenderingOf(question).grouped);
  question.asked = ViewQuestion{};
  CHECK(RenderingOf(question).grouped);
  question.asked = RowsQuestion{.all = true};
  CHECK_FALSE(RenderingOf(question).grouped);
}

TEST_CASE("groups without aggregates are counted") {
  CHECK(AggregatesOf({}).at(0).heading == "count");
  CHECK(AggregatesOf({.aggregates = ParseAggregates("sum(n)").value()}).at(0).heading == "sum(n)");
}

}  // namespace
}  // namespace gamevents::report
