// Goal: a page calls its parts by what was asked. Method: single questions.

#include "core/report/ask/titles.h"

#include "tests/unit/catch.h"

#include <chrono>
#include <string>

namespace gamevents::report {
namespace {

/// "rows|chart".
std::string TitlesFor(Asked asked, const std::string& subject = "Events") {
  Question question;
  question.asked = std::move(asked);
  question.rendering.subject = subject;
  const AnswerTitles titles = TitlesOf(question);
  return titles.rows + "|" + titles.chart;
}

TEST_CASE("groups are called by their keys, their chart by what it draws") {
  GroupsQuestion groups;
  groups.by = {{"cart", "item name"}};
  CHECK(TitlesFor(groups) == R"(Events by cart."item name"|Events by cart."item name")");
  groups.aggregates = ParseAggregates("sum(price),count").value();
  CHECK(TitlesFor(groups, "Sales") ==
        R"(Sales by cart."item name"|sum(price) by cart."item name")");
  groups.bucket = StepsOf(std::chrono::hours(1));
  CHECK(TitlesFor(groups) ==
        R"(Events by hour, cart."item name"|sum(price) by hour, cart."item name")");
  groups.by.clear();
  groups.aggregates.clear();
  groups.bucket = StepsOf(std::chrono::minutes(10));
  CHECK(TitlesFor(groups) == "Events by 10m|Events by 10m");
  groups.bucket.reset();
  CHECK(TitlesFor(groups) == "Events together|");
}

TEST_CASE("views are called by what their rows are") {
  ViewQuestion view{.kind = ViewKind::kSessions};
  CHECK(TitlesFor(view) == "Sessions by day|Sessions by day");
  view.day = StepsOf(std::chrono::minutes(10));
  CHECK(TitlesFor(view) == "Sessions by 10m|Sessions by 10m");
  view.kind = ViewKind::kRetention;
  CHECK(TitlesFor(view) == "Users who came back, by their first day|New users by day");
  view.kind = ViewKind::kFunnel;
  CHECK(TitlesFor(view) == "Funnel|Users by step");
}

TEST_CASE("times of the first column are days where the steps begin at midnight") {
  const auto days = [](Asked asked) {
    Question question;
    question.asked = std::move(asked);
    return TitlesOf(question).days;
  };
  CHECK(days(GroupsQuestion{.bucket = StepsOf(std::chrono::hours(24))}));
  CHECK(days(GroupsQuestion{.bucket = StepsOf(std::chrono::hours(7 * 24))}));
  CHECK_FALSE(days(GroupsQuestion{.bucket = StepsOf(std::chrono::hours(12))}));
  CHECK_FALSE(days(GroupsQuestion{.by = {{"day"}}}));
  CHECK(days(ViewQuestion{.kind = ViewKind::kRetention}));
  CHECK(days(ViewQuestion{.kind = ViewKind::kSessions}));
  CHECK_FALSE(
      days(ViewQuestion{.kind = ViewKind::kSessions, .day = StepsOf(std::chrono::minutes(10))}));
  CHECK_FALSE(days(ViewQuestion{.kind = ViewKind::kFunnel}));
  CHECK_FALSE(days(RowsQuestion{.all = true}));
}

TEST_CASE("rows are called by what they are of") {
  CHECK(TitlesFor(RowsQuestion{.all = true}) == "Events|");
  CHECK(TitlesFor(RowsQuestion{.all = true}, "Carts") == "Carts|");
  CHECK(TitlesFor(SchemaQuestion{}) == "Fields of the events|");
  CHECK(TitlesFor(SqlQuestion{"SELECT 1"}) == "Answer|");
}

}  // namespace
}  // namespace gamevents::report
