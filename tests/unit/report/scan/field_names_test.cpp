// Goal: the fields of all selected events are found, and too many are refused.
// Method: events in memory.

#include "core/report/scan/field_names.h"

#include "tests/unit/catch.h"
#include "tests/unit/report/memory_source.h"

#include <fmt/format.h>

#include <string>
#include <utility>

namespace gamevents::report {
namespace {

TEST_CASE("field names are collected in order up to their limit") {
  FieldNames fields;
  REQUIRE(ScanWith(fields, {{R"({"b":1,"a":{"x":1}})"}, {"7"}, {R"({"c":1,"a":2})"}}));
  const auto other = fields.Sibling();
  REQUIRE(ScanWith(*other, {{R"({"a":1,"":2})"}, {R"({"d":1,"":2})"}}));
  fields.Merge(std::move(*other));
  CHECK(fields.Finish().value() == FieldNames::Names{"", "a", "b", "c", "d"});

  for (const size_t count : {kFieldsMax, kFieldsMax + 1}) {
    std::string object = "{";
    for (size_t i = 0; i < count; ++i) object += fmt::format("{}\"f{}\":1", i ? "," : "", i);
    FieldNames many;
    REQUIRE(ScanWith(many, {{object + "}"}}));
    CHECK(many.Finish().ok() == (count == kFieldsMax));
  }
}

}  // namespace
}  // namespace gamevents::report
