// Goal: a field that no event has is named, with the one that was meant; others are not.
// Method: events in memory, in one part and in two.

#include "core/report/scan/asked_fields.h"

#include "tests/unit/catch.h"
#include "tests/unit/report/memory_source.h"

#include <string>
#include <vector>

namespace gamevents::report {
namespace {

// As beside a step that reads everything: alone it asks for nothing.
const ScanOptions kToTheEnd{.to_the_end = true};

using MissingNames = std::vector<MissingName>;

const std::vector<Message> kAskedEvents{
    {R"({"event_type":"a","cart":{"total":1}})"}, {"42"}, {R"({"event_type":"b","n":null})"}};

MissingNames MissingOf(std::vector<event::FieldPath> fields, const std::vector<Message>& messages,
                       std::vector<NamedValue> values = {}) {
  AskedFields asked({std::move(fields), std::move(values)});
  REQUIRE(ScanWith(asked, messages, kToTheEnd));
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

TEST_CASE("a value that no event has is named with the nearest one of its field") {
  const auto value = [](const char* text) { return NamedValue{{"event_type"}, text}; };
  const std::vector<Message> events{{R"({"event_type":"buy","item":"sword"})"},
                                    {R"({"event_type":"look"})"}};
  CHECK(MissingOf({}, events, {value("buy"), {{"item"}, "sword"}}).empty());
  CHECK(MissingOf({}, events, {value("bye"), value("look"), value("nothing_of_that")}) ==
        MissingNames{{"bye", "buy", MissingName::Kind::kValue, "event_type"},
                     {"nothing_of_that", {}, MissingName::Kind::kValue, "event_type"}});
  // Of a field that no event has nothing more is said.
  CHECK(MissingOf({{"kind"}}, events, {{{"kind"}, "blade"}}) == MissingNames{{"kind"}});
}

TEST_CASE("without events there is nothing to say") {
  CHECK(MissingOf({{"a"}}, {}).empty());
  CHECK(MissingOf({{"a"}}, {{"42"}}).empty());
}

TEST_CASE("what one part of a scan has found is found") {
  AskedFields one({{{"a"}, {"b"}, {"c"}}, {{{"a"}, "x"}, {{"a"}, "y"}}});
  AskedFields other = one;
  REQUIRE(ScanWith(one, {{R"({"a":"x"})"}}, kToTheEnd));
  REQUIRE(ScanWith(other, {{R"({"b":1,"a":"z"})"}}, kToTheEnd));
  one.Merge(other);
  CHECK(one.Finish() == MissingNames{{"c", "a"}, {"y", "x", MissingName::Kind::kValue, "a"}});
}

}  // namespace
}  // namespace gamevents::report
