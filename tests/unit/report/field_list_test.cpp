// Goal: lists of fields and orders are read as a user types them.
// Method: texts, good and bad.

#include "core/report/field_list.h"

#include "tests/unit/catch.h"

namespace gamevents::report {
namespace {

TEST_CASE("lists of fields are cut at commas outside quotes") {
  const auto paths = ParseFieldList("event_type, \"remote ip\",cart.total,\"a,b\"");
  REQUIRE(paths);
  CHECK(*paths ==
        std::vector<event::FieldPath>{{"event_type"}, {"remote ip"}, {"cart", "total"}, {"a,b"}});
  for (const char* bad : {"", "a,,b", "a,", "\"open"}) {
    INFO(bad);
    const auto refused = ParseFieldList(bad);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().fault == Fault::kBadInput);
  }
}

TEST_CASE("an order names fields and headings, each with its direction") {
  const auto order = ParseOrder("count:desc, \"remote ip\" , sum(cart.\"a b\"):asc,\"x:y\":desc");
  REQUIRE(order);
  REQUIRE(order->size() == 4);
  CHECK((*order)[0].name == "count");
  CHECK((*order)[0].descending);
  CHECK((*order)[1].field == event::FieldPath{"remote ip"});
  CHECK_FALSE((*order)[1].descending);
  CHECK((*order)[2].name == "sum(cart.\"a b\")");
  CHECK((*order)[2].field.empty());
  CHECK((*order)[3].name == "x:y");
  CHECK((*order)[3].descending);
  for (const char* bad : {"", "a:down", "a,", "mode(x)"}) {
    INFO(bad);
    CHECK_FALSE(ParseOrder(bad));
  }
}

}  // namespace
}  // namespace gamevents::report
