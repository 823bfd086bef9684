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
        R"(Sales by cart."item name"|Sum of price by cart."item name")");
  groups.bucket = StepsOf(std::chrono::hours(1));
  CHECK(TitlesFor(groups) ==
        R"(Events per hour, by cart."item name"|Sum of price per hour, by cart."item name")");
  groups.by.clear();
  groups.aggregates.clear();
  groups.bucket = StepsOf(std::chrono::minutes(10));
  CHECK(TitlesFor(groups) == "Events per 10 minutes|Events per 10 minutes");
  groups.bucket.reset();
  CHECK(TitlesFor(groups) == "Events together|");
}

TEST_CASE("what is drawn is said in words") {
  const auto chart = [](std::string_view aggregates, TimeStep step) {
    GroupsQuestion groups;
    groups.aggregates = ParseAggregates(aggregates).value();
    groups.bucket = step;
    const std::string titles = TitlesFor(groups);
    return titles.substr(titles.find('|') + 1);
  };
  CHECK(chart("avg(price)", ParseTimeStep("2w", {}).value()) == "Average of price per 2 weeks");
  CHECK(chart("distinct(user)", ParseTimeStep("3mo", {}).value()) ==
        "Different values of user per quarter");
  CHECK(chart("count(user)", ParseTimeStep("4mo", {}).value()) == "Events with user per 4 months");
  CHECK(chart("p95(ms)", ParseTimeStep("7d", {}).value()) == "p95(ms) per 7 days");
  CHECK(chart("min(ms)", ParseTimeStep("90m", {}).value()) == "Smallest ms per 90 minutes");
  GroupsQuestion sales;
  sales.by = {{"kind"}, {"item"}};
  sales.bucket = Days();
  sales.aggregates = ParseAggregates("count,sum(revenue)").value();
  sales.drawn = 1;
  sales.by_parts = true;
  CHECK(TitlesFor(sales, "Sales") ==
        "Sales per day, by kind, item|Sum of revenue per day, by kind");
}

TEST_CASE("views are called by what their rows are") {
  ViewQuestion view{.kind = ViewKind::kSessions};
  CHECK(TitlesFor(view) == "Sessions per day|Sessions per day");
  view.day = StepsOf(std::chrono::minutes(10));
  CHECK(TitlesFor(view) == "Sessions per 10 minutes|Sessions per 10 minutes");
  view.kind = ViewKind::kRetention;
  view.day = Days();
  CHECK(TitlesFor(view) == "Users who came back, by their first day|New users per day");
  view.day = ParseTimeStep("1w", {}).value();
  CHECK(TitlesFor(view) == "Users who came back, by their first week|New users per week");
  view.kind = ViewKind::kFunnel;
  CHECK(TitlesFor(view) == "Funnel|Users by step");
  view.kind = ViewKind::kExperiment;
  CHECK(TitlesFor(view) == "Experiment|Share of users who converted, by variant");
  view.kind = ViewKind::kEconomy;
  view.day = Days();
  CHECK(TitlesFor(view) == "Coins and items per day|Coins and items per day");
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
