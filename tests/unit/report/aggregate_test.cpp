// Goal: aggregates are read as typed, and keys tell apart what Spark tells apart.
// Method: texts and single values; the sums themselves are grouping_test.cpp's.

#include "core/report/aggregate.h"

#include "tests/unit/catch.h"

#include <limits>

namespace gamevents::report {
namespace {

std::string Key(const event::Value& value) {
  std::string key;
  AppendKey(key, value);
  return key;
}

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

TEST_CASE("keys are equal where values are") {
  CHECK(Key(event::Missing{}) == Key(event::Null{}));
  CHECK(Key(int64_t{5}) == Key(5.0));
  CHECK(Key(0.0) == Key(-0.0));
  CHECK(Key(int64_t{5}) != Key(std::string_view("5")));
  CHECK(Key(5.5) != Key(int64_t{5}));
  CHECK(Key(true) != Key(false));
  CHECK(Key(std::string_view("[1]")) != Key(event::RawJson{"[1]"}));
  CHECK(Key(9223372036854775808.0) != Key(std::numeric_limits<int64_t>::max()));
  CHECK(Key(9223372036854775808.0) == Key(event::Digits{"9223372036854775808"}));
  CHECK(Key(event::Digits{"9223372036854775809"}) != Key(event::Digits{"9223372036854775808"}));
  CHECK(Key(event::Digits{"9223372036854775809"}) != Key(std::string_view("9223372036854775809")));
}

TEST_CASE("only a column of numbers becomes one of doubles") {
  Table table{{{"a", Type::kAny}, {"b", Type::kAny}},
              {{int64_t{1}, int64_t{1}}, {2.5, 2.5}, {std::monostate{}, std::string("x")}},
              false};
  UnifyNumbers(table, 0);
  UnifyNumbers(table, 1);
  CHECK(table.rows[0] == Row{1.0, int64_t{1}});
}

}  // namespace
}  // namespace gamevents::report
