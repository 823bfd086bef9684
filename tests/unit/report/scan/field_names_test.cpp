// Goal: the fields of all selected events are found, and too many are refused.
// Method: events in memory.

#include "core/report/scan/field_names.h"

#include "tests/unit/catch.h"
#include "tests/unit/report/memory_source.h"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace gamevents::report {
namespace {

TEST_CASE("field names are collected in the order of their first appearance up to their limit") {
  FieldNames fields;
  REQUIRE(ScanWith(fields, {{R"({"b":1,"a":{"x":1}})"}, {"7"}, {R"({"c":1,"a":2})"}}));
  const auto other = fields.Sibling();
  REQUIRE(ScanWith(*other, {{R"({"a":1,"":2})"}, {R"({"d":1,"":2})"}}));
  fields.Merge(std::move(*other));
  // All of one partition, and the sibling's offsets are the first two again.
  CHECK(fields.Finish().value() == std::vector<std::string>{"a", "b", "", "d", "c"});

  for (const size_t count : {kFieldsMax, kFieldsMax + 1}) {
    std::string object = "{";
    for (size_t i = 0; i < count; ++i) object += fmt::format("{}\"f{}\":1", i ? "," : "", i);
    FieldNames many;
    REQUIRE(ScanWith(many, {{object + "}"}}));
    CHECK(many.Finish().ok() == (count == kFieldsMax));
  }
}

TEST_CASE("the order is that of the records whatever part of a scan read them") {
  FieldNames fields;
  REQUIRE(ScanWith(
      fields,
      {{R"({"late":1})", std::nullopt, 1}, {R"({"b":1,"a":1})"}, {R"({"a":1})", std::nullopt, 1}}));
  CHECK(fields.Finish().value() == std::vector<std::string>{"b", "a", "late"});
}

TEST_CASE("type, time and user come first, the headers of HTTP last") {
  FieldNames fields;
  REQUIRE(ScanWith(fields, {{R"({"Accept":"*/*","Host":"h","User-Agent":"curl","x":1,"user":"u",)"
                             R"("X-Forwarded-For":"::1","Level":2,"event_time":1,"A-":1,)"
                             R"("event_type":"t"})"}}));
  CHECK(fields.Finish().value() == std::vector<std::string>{"event_type", "event_time", "user", "x",
                                                            "Level", "A-", "Accept", "Host",
                                                            "User-Agent", "X-Forwarded-For"});
}

}  // namespace
}  // namespace gamevents::report
