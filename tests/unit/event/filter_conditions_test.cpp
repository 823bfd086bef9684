// Goal: the conditions of a filter mean together what the filter means, each on its own.
// Method: filters in which `and` and `or` stand in texts, names, words and parentheses, too; each
// condition is parsed again.
#include "core/event/filter_conditions.h"

#include "core/event/filter.h"
#include "tests/unit/catch.h"

namespace gamevents::event {
namespace {

using Conditions = std::vector<std::string>;

TEST_CASE("conditions are what and joins, outside of parentheses and quotes") {
  CHECK(ConditionsOf("a = 1") == Conditions{"a = 1"});
  CHECK(ConditionsOf(" a = 1 AND b > 2\nand not c = 'x' ") ==
        Conditions{"a = 1", "b > 2", "not c = 'x'"});
  CHECK(ConditionsOf("a = 'this and that' and b = \"\\\" and \"") ==
        Conditions{"a = 'this and that'", "b = \"\\\" and \""});
  CHECK(ConditionsOf("(a = 1 and b = 2) and c = 3") == Conditions{"(a = 1 and b = 2)", "c = 3"});
  CHECK(ConditionsOf("a = x.and and sand = and-y") == Conditions{"a = x.and", "sand = and-y"});
  CHECK(ConditionsOf("\"and\" = 1 and a in ('and', b)") ==
        Conditions{"\"and\" = 1", "a in ('and', b)"});
}

TEST_CASE("what or joins is one condition, in parentheses") {
  CHECK(ConditionsOf("a = 1 or b = 2 and c = 3") == Conditions{"(a = 1 or b = 2 and c = 3)"});
  CHECK(ConditionsOf("(a = 1 or b = 2) and c = 3") == Conditions{"(a = 1 or b = 2)", "c = 3"});
}

TEST_CASE("conditions are joined again, and texts are quoted") {
  CHECK(JoinConditions({}).empty());
  CHECK(JoinConditions({"a = 1", "(b = 2 or c = 3)"}) == "a = 1 and (b = 2 or c = 3)");
  for (const std::string text : {"", "a", "say \"and\"", "back\\slash\\", "\\\""}) {
    const auto filter = Filter::Parse("name = " + QuoteText(text));
    REQUIRE(filter);
    CHECK(filter->TextsOf({"name"}).contains(text));
  }
}

}  // namespace
}  // namespace gamevents::event
