// Goal: lists of fields are read as a user types them.
// Method: texts, good and bad.

#include "core/report/ask/field_list.h"

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

}  // namespace
}  // namespace gamevents::report
