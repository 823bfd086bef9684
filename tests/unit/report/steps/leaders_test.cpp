// Goal: each list has its first ones with their ranks, and nobody without a name.
// Method: events in memory; what siblings gathered must be the same.

#include "core/report/steps/leaders.h"

#include "tests/unit/report/views.h"

namespace gamevents::report {
namespace {

using namespace std::string_literals;

TEST_CASE("users by events, items by purchases, guilds by who joined") {
  ViewQuestion question;
  question.top = 2;
  const Table table = ViewOf(
      question, {By("ann", "purchase_sword"),
                 By("bob", "purchase_axe"),
                 By("ann", "purchase_sword"),
                 By("cid", "default"),
                 By("bob", "default"),
                 By("ann", "default"),
                 {R"({"event_type":"add_to_cart","item":"axe"})"},
                 {R"({"event_type":"purchase_axe","item":"axe","user":7})"},
                 {R"({"event_type":"join_a_guild","user_name":"bob","joined_guild":"elves"})"}});
  CHECK(table.rows == std::vector<Row>{{"users"s, int64_t{1}, "ann"s, int64_t{3}},
                                       {"users"s, int64_t{2}, "bob"s, int64_t{3}},
                                       {"items"s, int64_t{1}, "axe"s, int64_t{2}},
                                       {"items"s, int64_t{2}, "sword"s, int64_t{2}},
                                       {"guilds"s, int64_t{1}, "elves"s, int64_t{1}}});
}

TEST_CASE("the user's field can be named") {
  ViewQuestion question;
  question.fields.user = event::FieldPath{"who", "id"};
  const Table table = ViewOf(question, {{R"({"who":{"id":5},"user":"ann"})"}});
  CHECK(table.rows == std::vector<Row>{{"users"s, int64_t{1}, "5"s, int64_t{1}}});
}

}  // namespace
}  // namespace gamevents::report
