// Goal: a pass finds which kinds of values each column has, in parts as in one. Method: events in
// memory, some of them not selected.

#include "core/report/steps/column_kinds.h"

#include "core/event/filter.h"
#include "tests/unit/catch.h"
#include "tests/unit/report/memory_source.h"

namespace gamevents::report {
namespace {

TEST_CASE("a column has the kinds of the selected events alone") {
  ColumnKinds kinds({FieldColumn({"a"}), FieldColumn({"b"}), FieldColumn({"c"})});
  const auto where = event::Filter::Parse("keep = true");
  REQUIRE(where);
  REQUIRE(ScanWith(kinds,
                   {{R"({"keep":true,"a":1,"b":"x"})"},
                    {R"({"keep":true,"a":2.5,"b":{"c":1}})"},
                    {R"({"keep":false,"a":"text","c":1})"},
                    {"not an event"}},
                   {.where = &*where}));
  CHECK(kinds.kinds().at(0).Only(CellKinds::kWhole | CellKinds::kDouble));
  CHECK(kinds.kinds().at(1).Only(CellKinds::kText | CellKinds::kJson));
  CHECK(kinds.kinds().at(2).none());
}

TEST_CASE("siblings find together what one finds") {
  ColumnKinds all({FieldColumn({"a"})});
  const auto sibling = all.Sibling();
  REQUIRE(ScanWith(all, {{R"({"a":1})"}}));
  REQUIRE(ScanWith(*sibling, {{R"({"a":true})"}}));
  all.Merge(std::move(*sibling));
  CHECK(all.kinds().at(0).Only(CellKinds::kWhole | CellKinds::kBoolean));
  CHECK_FALSE(all.kinds().at(0).Only(CellKinds::kWhole));
}

}  // namespace
}  // namespace gamevents::report
