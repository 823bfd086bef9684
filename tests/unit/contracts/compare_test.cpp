// Goal: each difference between two versions is told, with whom it breaks, and nothing else is.
// Method: pairs of schemas with the lines that come of them, and with the two exchanged.
#include "core/contracts/compare.h"

#include "tests/unit/catch.h"

#include <string>

namespace gamevents::contracts {
namespace {

std::string Changes(const std::string& before, const std::string& after) {
  const auto old = Contracts::Of({{"a.json", before}});
  const auto now = Contracts::Of({{"a.json", after}});
  CAPTURE(before, after);
  REQUIRE(old.ok());
  REQUIRE(now.ok());
  std::string text;
  for (const Change& change : Compare(**old, **now)) {
    text.append(text.empty() ? "" : "; ").append(change.pointer).append(" ").append(change.what);
    text.append(change.breaks_producers ? " P" : "").append(change.breaks_readers ? " R" : "");
  }
  return text;
}

std::string ChangesOfMember(const std::string& before, const std::string& after) {
  const auto schema = [](const std::string& of) { return R"({"properties":{"a":)" + of + "}}"; };
  return Changes(schema(before), schema(after));
}

}  // namespace

TEST_CASE("what events may not be any more breaks producers, what they may be now breaks readers") {
  CHECK(ChangesOfMember(R"({"type":["string","null"]})", R"({"type":"string"})") ==
        "/a takes fewer types P");
  CHECK(ChangesOfMember(R"({"type":"string"})", R"({"type":["string","null"]})") ==
        "/a takes more types R");
  CHECK(ChangesOfMember(R"({"type":"number"})", R"({"type":"integer"})") ==
        "/a takes fewer types P");
  CHECK(ChangesOfMember(R"({"type":"string"})", R"({"type":"integer"})") ==
        "/a takes fewer types P; /a takes more types R");
  CHECK(ChangesOfMember(R"({"enum":["x","y"]})", R"({"enum":["y"]})") ==
        "/a lost a value of \"x\", \"y\", which is \"y\" now P");
  CHECK(ChangesOfMember(R"({"enum":["y"]})", R"({"enum":["x","y"]})").ends_with(" now R"));
  CHECK(ChangesOfMember("true", R"({"const":1})") == "/a takes only 1 now P");
  CHECK(ChangesOfMember(R"({"minimum":1})", R"({"minimum":2})") == "/a minimum 1 became 2 P");
  CHECK(ChangesOfMember(R"({"minimum":2})", R"({"minimum":1})") == "/a minimum 2 became 1 R");
  CHECK(ChangesOfMember(R"({"maximum":2})", R"({"maximum":1})") == "/a maximum 2 became 1 P");
  CHECK(ChangesOfMember("{}", R"({"maximum":1})") == "/a maximum 1 is new P");
  CHECK(ChangesOfMember(R"({"exclusiveMaximum":1})", "{}") == "/a exclusiveMaximum 1 is gone R");
  CHECK(ChangesOfMember(R"({"maxLength":5})", R"({"maxLength":4})") ==
        "/a the largest number of characters, 5, became 4 P");
  CHECK(ChangesOfMember(R"({"minItems":1})", "{}") ==
        "/a the least number of elements, 1, became 0 R");
  CHECK(ChangesOfMember(R"({"pattern":"a"})", R"({"pattern":"b"})") == "/a pattern a became b P R");
  CHECK(ChangesOfMember(R"({"items":{"type":"string"}})", "{}") == "/a/* takes more types R");
  CHECK(ChangesOfMember(R"({"uniqueItems":true})", "{}") == "/a elements may be the same now R");
}

TEST_CASE("members that come and go are told by what they may be") {
  CHECK(Changes("{}", R"({"required":["a"]})") == " \"a\" became required P");
  CHECK(Changes(R"({"required":["a"]})", "{}") == " \"a\" is not required any more R");
  CHECK(Changes("{}", R"({"additionalProperties":false})") == "/* is not allowed any more P");
  CHECK(Changes(R"({"additionalProperties":false})", "{}") == "/* is allowed now R");
  // A new one that is not required hurts nobody.
  CHECK(Changes("{}", R"({"properties":{"b":{"type":"string"}}})") == "");
  CHECK(Changes(R"({"properties":{"a":{"type":"string"}},"additionalProperties":false})",
                R"({"additionalProperties":false})") == "/a is not allowed any more P");
  CHECK(Changes(R"({"properties":{"a":{"type":"string"}}})", "{}") == "/a takes more types R");
  CHECK(Changes("{}", R"({"dependentRequired":{"a":["b"]}})") ==
        " \"b\" became required beside \"a\" P");
}

TEST_CASE("a contract that is gone breaks both, a new one nobody") {
  const auto one = Contracts::Of({{"a.json", "{}"}});
  const auto two = Contracts::Of({{"a.json", "{}"}, {"b.json", "{}"}});
  CHECK(Compare(**one, **two).empty());
  const auto changes = Compare(**two, **one);
  REQUIRE(changes.size() == 1);
  CHECK(changes[0].event_type == "b");
  CHECK(changes[0].what == "has no contract any more");
}

TEST_CASE("the same said in another way is no change") {
  const std::string inlined = R"({"properties":{"a":{"type":"string"}}})";
  const std::string referred =
      R"({"properties":{"a":{"$ref":"#/$defs/t"}},"$defs":{"t":{"type":"string"}}})";
  CHECK(Changes(inlined, referred) == "");
  CHECK(Changes(referred, inlined) == "");
  CHECK(Changes(R"({"title":"x"})", R"({"description":"y","examples":[{}]})") == "");
  const std::string tree = R"({"properties":{"left":{"$ref":"#"},"v":{"type":"string"}}})";
  CHECK(Changes(tree, tree) == "");
  const std::string choice = R"({"anyOf":[{"required":["a"]},{"required":["b"]}]})";
  CHECK(Changes(choice, choice) == "");
  CHECK(Changes(choice, R"({"anyOf":[{"required":["a"]},{"required":["c"]}]})") ==
        " anyOf is another P R");
  CHECK(Changes("{}", R"({"not":{"required":["c"]}})") == " not is another P R");
}

}  // namespace gamevents::contracts
