// Goal: every value that is no JSON object is named, counted and found again.
// Method: one value of each kind, and the assignment's 42 numbers.

#include "core/report/scan/not_objects.h"

#include "tests/unit/catch.h"
#include "tests/unit/report/memory_source.h"

namespace gamevents::report {
namespace {

using Kind = NotObjects::Kind;

TEST_CASE("kinds") {
  CHECK(KindOf(std::nullopt) == Kind::kNone);
  CHECK(KindOf("42") == Kind::kNumber);
  CHECK(KindOf(" -1.5e3 ") == Kind::kNumber);
  CHECK(KindOf("\"x\"") == Kind::kString);
  CHECK(KindOf("[1,2]") == Kind::kArray);
  CHECK(KindOf("true") == Kind::kTruth);
  CHECK(KindOf("null") == Kind::kNull);
  CHECK(KindOf("\xFF") == Kind::kNotUtf8);
  for (const char* broken : {"", " ", "42x", "{broken", "nul", "{\"a\":NaN}", "{} {}"}) {
    INFO(broken);
    CHECK(KindOf(broken) == Kind::kBroken);
  }
  CHECK(KindOf(std::string(100'000, '[')) == Kind::kBroken);
}

TEST_CASE("an object nested deeper than we read is not called broken") {
  std::string deep;
  for (int i = 0; i < 100; ++i) deep += "{\"a\":";
  deep += "1" + std::string(100, '}');
  NotObjects step;
  REQUIRE(ScanWith(step, {{deep}}, {.to_the_end = true}));
  REQUIRE(step.count() == 1);
  CHECK(step.Tallies().front().kind == Kind::kRefused);
}

TEST_CASE("the most frequent kind comes first, each with its first places") {
  std::vector<Message> messages;
  for (int i = 1; i <= 42; ++i) messages.push_back({std::to_string(i)});
  messages.push_back({R"({"event_type":"default"})"});
  messages.push_back({.value = std::nullopt, .partition = 3});
  NotObjects step;
  REQUIRE(ScanWith(step, messages, {.to_the_end = true}));
  CHECK(Describe(step) ==
        "43 values were not JSON objects:\n"
        "  number: 42, first at [0] 0, [0] 1, [0] 2\n"
        "  no value (a tombstone): 1, first at [3] 0\n");
}

TEST_CASE("nothing to say of a clean topic, and the singular of one") {
  NotObjects clean;
  REQUIRE(ScanWith(clean, {{"{}"}}, {.to_the_end = true}));
  CHECK(Describe(clean).empty());
  NotObjects one;
  REQUIRE(ScanWith(one, {{"7"}}, {.to_the_end = true}));
  CHECK(Describe(one) == "1 value was not a JSON object:\n  number: 1, first at [0] 0\n");
}

TEST_CASE("tallies of two parts are one, with the first places of both") {
  NotObjects left;
  NotObjects right;
  REQUIRE(ScanWith(left, {{"1"}, {"{}"}, {"2"}, {"\"a\""}}, {.to_the_end = true}));
  REQUIRE(ScanWith(right, {{.value = "{}"}, {.value = "3"}, {.value = "4", .partition = 1}},
                   {.to_the_end = true}));
  left.Merge(right);
  CHECK(left.count() == 5);
  const auto tallies = left.Tallies();
  REQUIRE(tallies.size() == 2);
  CHECK(tallies[0].count == 4);
  CHECK(tallies[0].first == std::vector<NotObjects::Place>{{0, 0}, {0, 1}, {0, 2}});
}

}  // namespace
}  // namespace gamevents::report
