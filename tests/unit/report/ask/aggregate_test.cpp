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

TEST_CASE("a median is a percentile, and a percentile may have a fraction") {
  const auto aggregates = ParseAggregates("median(x),p99.9(x),p0.5(x),stddev(x)");
  REQUIRE(aggregates);
  using Function = Aggregate::Function;
  CHECK((*aggregates)[0].function == Function::kPercentile);
  CHECK((*aggregates)[0].percent == 50);
  CHECK((*aggregates)[0].heading == "median(x)");
  CHECK((*aggregates)[1].percent == 99.9);
  CHECK((*aggregates)[2].percent == 0.5);
  CHECK((*aggregates)[3].function == Function::kStddev);
}

TEST_CASE("what is no aggregate is refused with what there is") {
  for (const char* bad : {"", "sum", "sum(", "sum()", "p0(x)", "p-1(x)", "p1e1(x)", "p.5(x)",
                          "p99.(x)", "stddev", "p100(x)", "p(x)", "count,", "sum(x)y", "px(x)"}) {
    INFO(bad);
    const auto refused = ParseAggregates(bad);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().fault == Fault::kBadInput);
  }
  CHECK(ParseAggregates("mode(x)").error().context.find("distinct") != std::string::npos);
}

}  // namespace
}  // namespace gamevents::report
