// Goal: users stand by the day of their first event, and count on the days that they come back;
// days that have not been are null.
// Method: events in memory over forty days; what siblings gathered must be the same.

#include "core/report/steps/cohorts.h"

#include "tests/support/fixed_clock.h"
#include "tests/unit/report/views.h"

namespace gamevents::report {
namespace {

constexpr int64_t kDay = 86'400;
constexpr int64_t kMidnight = kTestNow - 10 * 3'600'000;

ViewQuestion AskingCohorts() {
  ViewQuestion question;
  question.kind = ViewKind::kRetention;
  return question;
}

TEST_CASE("who comes back is counted on that day only") {
  const Table table =
      ViewOf(AskingCohorts(),
             {By("ann", "a"), By("bob", "a", 5), By("cid", "a", 2 * kDay), By("bob", "a", kDay),
              By("ann", "a", 7 * kDay), By("ann", "a", 7 * kDay + 1), By("bob", "b", 8 * kDay),
              By("cid", "a", 3 * kDay)});
  const std::monostate null;
  CHECK(table.rows == std::vector<Row>{{TimestampMs(kMidnight), int64_t{2}, int64_t{2}, int64_t{1},
                                        int64_t{1}, null, 0.5, 0.5, null},
                                       {TimestampMs(kMidnight + 2 * kDay * 1'000), int64_t{1},
                                        int64_t{1}, int64_t{1}, null, null, 1.0, null, null}});
  std::vector<std::string> names;
  for (const Heading& heading : table.headings) names.push_back(heading.name);
  CHECK(names == std::vector<std::string>{"first_day", "users", "day_0", "day_1", "day_7", "day_30",
                                          "share_1", "share_7", "share_30"});
}

TEST_CASE("a first event that comes late in the topic is still the first") {
  const Table table = ViewOf(AskingCohorts(), {By("ann", "a", kDay), By("ann", "a", 0)});
  REQUIRE(table.rows.size() == 1);
  CHECK(table.rows[0][0] == Cell(TimestampMs(kMidnight)));
  CHECK(table.rows[0][3] == Cell(int64_t{1}));
}

TEST_CASE("days before 1970 are days") {
  ViewQuestion question = AskingCohorts();
  question.fields.time = event::FieldPath{"at"};
  const Table table =
      ViewOf(question, {{R"({"user":"ann","at":-1})"}, {R"({"user":"ann","at":0})"}});
  REQUIRE(table.rows.size() == 1);
  CHECK(table.rows[0][0] == Cell(TimestampMs(-86'400'000)));
  CHECK(table.rows[0][3] == Cell(int64_t{1}));
}

TEST_CASE("users of a week are one row, and each is looked for after a first day of their own") {
  ViewQuestion question = AskingCohorts();
  question.day = ParseTimeStep("1w", {}).value();
  // The test's day is a Monday.
  const Table table =
      ViewOf(question, {By("ann", "a"), By("bob", "a", 6 * kDay), By("cid", "a", 7 * kDay),
                        By("ann", "a", kDay), By("bob", "a", 7 * kDay), By("bob", "a", 12 * kDay),
                        By("ann", "a", 7 * kDay)});
  CHECK(table.headings[0].name == "bucket");
  const std::monostate null;
  CHECK(table.rows == std::vector<Row>{{TimestampMs(kMidnight), int64_t{2}, int64_t{2}, int64_t{2},
                                        null, null, 1.0, null, null},
                                       {TimestampMs(kMidnight + 7 * kDay * 1'000), int64_t{1},
                                        int64_t{1}, int64_t{0}, null, null, 0.0, null, null}});
}

TEST_CASE("no events, no rows") { CHECK(ViewOf(AskingCohorts(), {}).rows.empty()); }

}  // namespace
}  // namespace gamevents::report
