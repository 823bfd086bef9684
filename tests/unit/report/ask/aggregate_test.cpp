// Goal: aggregates are read as a user types them.
// Method: texts, good and bad.

#include "core/report/ask/aggregate.h"

#include "tests/unit/catch.h"

namespace gamevents::report {
namespace {

TEST_CASE("aggregates are read with their fields") {
  const auto aggregates = ParseAggregates("count, count(\"a,b\"),sum(cart.total),p5(x), p99( x )");
  REQUIRE(aggregates);
  REQUIRE(aggregates->size() == 5);
  CHECK((*aggregates)[0].field.empty());
  CHECK((*aggregates)[1].field == event::FieldPath{"a,b"});
  CHECK((*aggregates)[1].heading == "count(a,b)");
  CHECK((*aggregates)[2].heading == "sum(cart.total)");
  CHECK((*aggregates)[3].percent == 5);
  CHECK((*aggregates)[4].heading == "p99(x)");
}

TEST_CASE("what is no aggregate is refused with what there is") {
  for (const char* bad : {"", "sum", "sum(", "sum()", "median(x)", "p0(x)", "p100(x)", "p(x)",
                          "count,", "sum(x)y", "px(x)"}) {
    INFO(bad);
    const auto refused = ParseAggregates(bad);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().fault == Fault::kBadInput);
  }
  CHECK(ParseAggregates("mode(x)").error().context.find("distinct") != std::string::npos);
}

}  // namespace
}  // namespace gamevents::report
