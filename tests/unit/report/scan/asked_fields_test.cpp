// Goal: a field that no event has is named, with the one that was meant; others are not.
// Method: events in memory, in one part and in two.

#include "core/report/scan/asked_fields.h"

#include "tests/unit/catch.h"
#include "tests/unit/report/memory_source.h"

#include <string>
#include <vector>

namespace gamevents::report {
namespace {

using MissingNames = std::vector<MissingName>;

const std::vector<Message> kAskedEvents{
    {R"({"event_type":"a","cart":{"total":1}})"}, {"42"}, {R"({"event_type":"b","n":null})"}};

MissingNames MissingOf(std::vector<event::FieldPath> fields, const std::vector<Message>& messages) {
  AskedFields asked(std::move(fields));
  REQUIRE(ScanWith(asked, messages));
  return asked.Finish();
}

TEST_CASE("a field that no event has is named with the nearest one") {
  CHECK(MissingOf({{"event_typ"}}, kAskedEvents) == MissingNames{{"event_typ", "event_type"}});
  CHECK(MissingOf({{"cart", "totl"}}, kAskedEvents) == MissingNames{{"cart.totl"}});
  CHECK(MissingOf({{"zzzzzz"}, {"n"}}, kAskedEvents) == MissingNames{{"zzzzzz"}});
}

TEST_CASE("a field that one event has, null or not, is not named") {
  CHECK(MissingOf({{"n"}, {"cart", "total"}, {"event_type"}}, kAskedEvents).empty());
  CHECK(MissingOf({}, kAskedEvents).empty());
}

TEST_CASE("without events there is nothing to say") {
  CHECK(MissingOf({{"a"}}, {}).empty());
  CHECK(MissingOf({{"a"}}, {{"42"}}).empty());
}

TEST_CASE("what one part of a scan has found is found") {
  AskedFields one({{"a"}, {"b"}, {"c"}});
  AskedFields other = one;
  REQUIRE(ScanWith(one, {{R"({"a":1})"}}));
  REQUIRE(ScanWith(other, {{R"({"b":1})"}}));
  one.Merge(other);
  CHECK(one.Finish() == MissingNames{{"c", "a"}});
}

}  // namespace
}  // namespace gamevents::report
