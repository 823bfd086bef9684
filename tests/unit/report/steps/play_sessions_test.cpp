// Goal: a session ends at a pause longer than the gap and at no other, in whatever order the
// events come.
// Method: events in memory; what siblings gathered must be the same; shuffles of one long course.

#include "core/report/steps/play_sessions.h"

#include "tests/support/fixed_clock.h"
#include "tests/unit/report/views.h"

#include <random>

namespace gamevents::report {
namespace {

ViewQuestion AskingSessions(std::chrono::seconds gap) {
  ViewQuestion question;
  question.kind = ViewKind::kSessions;
  question.gap = gap;
  return question;
}

constexpr int64_t kFirstMidnight = kTestNow - 10 * 3'600'000;

Row Day(int64_t day, int64_t sessions, int64_t users, int64_t events, double avg, double p50,
        double p95) {
  return {TimestampMs(kFirstMidnight + day * 86'400'000), sessions, users, events, avg, p50, p95};
}

TEST_CASE("a pause of the gap goes on, a longer one ends") {
  const Table table =
      ViewOf(AskingSessions(std::chrono::seconds(10)),
             {By("ann", "a", 0), By("ann", "b", 10), By("ann", "c", 21), By("bob", "a", 5)});
  CHECK(table.rows == std::vector<Row>{Day(0, 3, 2, 4, 3.333, 0, 9)});
  CHECK(table.headings.front().name == "day");
}

TEST_CASE("sessions by other steps than days stand at their beginning, which is no day") {
  ViewQuestion asked = AskingSessions(std::chrono::seconds(10));
  asked.day = StepsOf(std::chrono::minutes(10));
  const Table table = ViewOf(asked, {By("ann", "a"), By("ann", "b", 601)});
  CHECK(table.headings.front().name == "bucket");
  REQUIRE(table.rows.size() == 2);
  CHECK(table.rows[1][0] == Cell(TimestampMs(kTestNow + 600'000)));
}

TEST_CASE("sessions stand at the day on which they began") {
  const Table table = ViewOf(AskingSessions(std::chrono::hours(10)),
                             {By("ann", "a", 13 * 3'600), By("ann", "b", 15 * 3'600),
                              By("ann", "c", 26 * 3'600), By("ann", "d", 26 * 3'600)});
  CHECK(table.rows ==
        std::vector<Row>{Day(0, 1, 1, 2, 7'200, 7'200, 7'200), Day(1, 1, 1, 2, 0, 0, 0)});
}

TEST_CASE("the order in which events come does not matter") {
  std::mt19937 random(7);
  std::vector<Message> messages;
  for (int i = 0; i < 300; ++i) {
    messages.push_back(By("ann", "a", static_cast<int64_t>(random() % 20'000)));
  }
  const Table table = ViewOf(AskingSessions(std::chrono::seconds(60)), messages);
  CHECK(std::get<int64_t>(table.rows.at(0).at(3)) == 300);
  for (int round = 0; round < 20; ++round) {
    std::shuffle(messages.begin(), messages.end(), random);
    CHECK(ViewOf(AskingSessions(std::chrono::seconds(60)), messages).rows == table.rows);
  }
}

TEST_CASE("users without a name, and what memory does not hold, are said") {
  const auto view = MakeView(AskingSessions(std::chrono::seconds(1)), kViewBytesMax);
  REQUIRE(ScanWith(*view, {{R"({"event_type":"default"})"}, By("ann", "a")}));
  REQUIRE(view->Notes().size() == 1);
  CHECK(view->Notes()[0].starts_with("1 events name no user (purchase_user, user_name, user)"));

  const auto small = MakeView(AskingSessions(std::chrono::seconds(1)), 1'000);
  std::vector<Message> many;
  for (int i = 0; i < 100; ++i) many.push_back(By("user" + std::to_string(i), "a"));
  REQUIRE(ScanWith(*small, many));
  const auto table = small->Finish();
  REQUIRE_FALSE(table);
  CHECK(table.error().fault == Fault::kFull);
  CHECK(table.error().context.find("report.memory") != std::string::npos);
}

}  // namespace
}  // namespace gamevents::report
