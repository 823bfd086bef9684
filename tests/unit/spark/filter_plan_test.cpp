// Goal: a filter's plan says all of the filter. Method: every kind of part, and the exact JSON.
#include "core/spark/filter_plan.h"

#include "tests/unit/catch.h"

#include <string>

namespace gamevents::spark {
namespace {

std::string PlanOf(const std::string& text) {
  const auto filter = event::Filter::Parse(text);
  REQUIRE(filter);
  const auto plan = FilterPlan(*filter);
  REQUIRE(plan);
  return plan->dump();
}

TEST_CASE("comparisons keep the type of their literal") {
  const auto with = [](const std::string& op, const std::string& value) {
    return R"({"is":"compare","field":["a"],"op":")" + op + R"(","value":)" + value + "}";
  };
  CHECK(PlanOf("a = 5") == with("=", "5"));
  CHECK(PlanOf("a != 5.0") == with("!=", "5.0"));
  CHECK(PlanOf("a < '5'") == with("<", "\"5\""));
  CHECK(PlanOf("a <= -1") == with("<=", "-1"));
  CHECK(PlanOf("a > 1e3") == with(">", "1000.0"));
  CHECK(PlanOf("a >= 9223372036854775807") == with(">=", "9223372036854775807"));
  CHECK(PlanOf("a = 12345678901234567890") == with("=", R"({"integer":"12345678901234567890"})"));
  CHECK(PlanOf("a < 1e999") == with("<", R"({"double":"inf"})"));
  CHECK(PlanOf("a > -1e999") == with(">", R"({"double":"-inf"})"));
  CHECK(PlanOf("a = true") == with("=", "true"));
  CHECK(PlanOf("a != null") == with("!=", "null"));
}

TEST_CASE("the other conditions, and fields of any name") {
  CHECK(PlanOf(R"(cart."item name" in (b, a, 1, null))") ==
        R"({"is":"in","field":["cart","item name"],"texts":["a","b"],"others":[1,null]})");
  CHECK(PlanOf("a ~ 'x$'") == R"({"is":"matches","field":["a"],"regex":"(?d)x\\z"})");
  CHECK(PlanOf(R"(exists("a.b"))") == R"({"is":"exists","field":["a.b"]})");
}

TEST_CASE("and, or and not are a tree") {
  CHECK(PlanOf("not exists(a) and (exists(b) or exists(c))") ==
        R"({"is":"and","of":[{"is":"not","of":[{"is":"exists","field":["a"]}]},)"
        R"({"is":"or","of":[{"is":"exists","field":["b"]},{"is":"exists","field":["c"]}]}]})");
}

TEST_CASE("an expression that Java cannot say is refused with its text") {
  for (const std::string text : {R"(a ~ 'x\C')", R"(not (b = 1 or a ~ 'x\C'))"}) {
    const auto filter = event::Filter::Parse(text);
    REQUIRE(filter);
    const auto plan = FilterPlan(*filter);
    REQUIRE(!plan);
    CHECK(plan.error().fault == Fault::kUnsupported);
    CHECK(plan.error().context.starts_with("x\\C: Spark's expressions"));
  }
}

}  // namespace
}  // namespace gamevents::spark
