// Goal: an order is read as a user types it.
// Method: texts, good and bad.

#include "core/report/ask/order.h"

#include "tests/unit/catch.h"

namespace gamevents::report {
namespace {

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
  CHECK(ParseOrder("a,count:dsc").error().context == "'dsc' is no direction: write asc or desc");
  for (const char* bad : {"", "a:down", "a,", "mode(x)"}) {
    INFO(bad);
    CHECK_FALSE(ParseOrder(bad));
  }
}

}  // namespace
}  // namespace gamevents::report
