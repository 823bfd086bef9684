// Goal: what breaks a contract is named with its place and why, bounded in number and in time.
// Method: one schema with an event that keeps it and one that does not, for each rule;
// suite_test.cpp has the meaning of the keywords from elsewhere.
#include "core/contracts/check.h"

#include "core/contracts/contracts.h"
#include "tests/unit/catch.h"

#include <chrono>
#include <string>

namespace gamevents::contracts {
namespace {

std::vector<Problem> ProblemsOf(const std::string& schema, const std::string& event) {
  const auto read = Contracts::Of({{"a.json", schema}});
  CAPTURE(schema, event);
  REQUIRE(read.ok());
  event::Document document;
  REQUIRE(document.Parse(event).ok());
  return Check(*(*read)->Find("a"), document);
}

std::string Problems(const std::string& schema, const std::string& event) {
  return Describe(ProblemsOf(schema, event));
}

// Of a schema for the member "a".
std::string OfMember(const std::string& schema, const std::string& value) {
  return Problems(R"({"properties":{"a":)" + schema + "}}", "{\"a\":" + value + "}");
}

}  // namespace

TEST_CASE("a problem has its place and its reason") {
  CHECK(OfMember(R"({"type":"string"})", "1") == "/a must be of type string, not number");
  CHECK(OfMember(R"({"type":["integer","null"]})", "1.5") ==
        "/a must be of type null or integer, not number");
  CHECK(OfMember(R"({"type":"integer"})", "1.0") == "");
  CHECK(OfMember(R"({"enum":["x",1,{"b":2}]})", "\"y\"") ==
        "/a must be one of \"x\", 1, {\"b\":2}");
  CHECK(OfMember(R"({"enum":["x",1,{"b":2}]})", "{\"b\":2.0}") == "");
  CHECK(OfMember(R"({"const":"x"})", "\"y\"") == "/a must be \"x\"");
  CHECK(OfMember(R"({"minimum":5})", "4") == "/a must be at least 5");
  CHECK(OfMember(R"({"maximum":9007199254740993})", "9007199254740994") ==
        "/a must be at most 9007199254740993");
  CHECK(OfMember(R"({"exclusiveMinimum":5})", "5") == "/a must be above 5");
  CHECK(OfMember(R"({"exclusiveMaximum":5.5})", "1e3") == "/a must be below 5.5");
  CHECK(OfMember(R"({"multipleOf":0.01})", "1.005") == "/a must be a multiple of 0.01");
  CHECK(OfMember(R"({"minLength":3})", "\"Zoë\"") == "");
  CHECK(OfMember(R"({"minLength":4})", "\"Zoë\"") == "/a must have at least 4 characters, not 3");
  CHECK(OfMember(R"({"pattern":"^[a-z]+$"})", "\"A\"") == "/a must match \"^[a-z]+$\"");
  CHECK(OfMember(R"({"items":{"type":"string"}})", R"(["x",1])") ==
        "/a/1 must be of type string, not number");
  CHECK(OfMember(R"({"prefixItems":[{"const":1}],"items":false})", "[1,2]") ==
        "/a/1 is not allowed");
  CHECK(OfMember(R"({"uniqueItems":true})", R"([1,"1",1.0])") ==
        "/a must not have an element twice, as element 2");
  CHECK(OfMember(R"({"contains":{"const":1},"maxContains":1})", "[1,1]") ==
        "/a must have at most 1 elements of the kind that contains says, not 2");
  CHECK(OfMember(R"({"anyOf":[{"type":"string"},{"type":"null"}]})", "1") ==
        "/a fits none of the schemas of anyOf");
  CHECK(OfMember(R"({"oneOf":[{"minimum":1},{"maximum":5}]})", "3") ==
        "/a must fit one of the schemas of oneOf, not 2");
  CHECK(OfMember(R"({"not":{"const":1}})", "1") ==
        "/a must not be what the schema of not describes");
  CHECK(OfMember(R"({"if":{"type":"string"},"then":{"minLength":2},"else":{"minimum":5}})", "1") ==
        "/a must be at least 5");
  CHECK(OfMember("false", "1") == "/a is not allowed");
}

TEST_CASE("what is missing or too much is named") {
  const std::string schema = R"({"properties":{"price":{},"user/name":{"type":"string"}},
      "required":["price"],"additionalProperties":false})";
  CHECK(Problems(schema, R"({"user/name":"a"})") == "it has no \"price\", which is required");
  CHECK(Problems(schema, R"({"price":1,"user/name":1})") ==
        "/user~1name must be of type string, not number");
  CHECK(Problems(schema, R"({"price":1,"prise":1})") ==
        "/prise is not in the contract; did you mean price?");
  CHECK(Problems(schema, R"({"prise":1,"user/name":1})") ==
        "/prise is not in the contract; did you mean price?; "
        "/user~1name must be of type string, not number; it has no \"price\", which is required");
  CHECK(Problems(R"({"propertyNames":{"maxLength":2}})", R"({"abc":1})") ==
        "/abc must have at most 2 characters, not 3");
  const std::string open = R"({"patternProperties":{"^n_":{"type":"number"}},)"
                           R"("additionalProperties":{"type":"string"}})";
  CHECK(Problems(open, R"({"n_a":"1","b":1})") ==
        "/n_a must be of type number, not string; /b must be of type string, not number");
  CHECK(Problems(R"({"dependentRequired":{"a":["b"]},"minProperties":2})", R"({"a":1})") ==
        "it must have at least 2 members, not 1; it has no \"b\", which is required");
}

TEST_CASE("properties are found in any order, and of repeated names each counts") {
  const std::string schema = R"({"properties":{"a":{"const":1},"b":{"const":2},"c":{"const":3}},
      "required":["a","b","c"]})";
  for (const char* event : {R"({"a":1,"b":2,"c":3})", R"({"c":3,"b":2,"a":1})",
                            R"({"x":0,"b":2,"y":0,"a":1,"z":0,"c":3})"}) {
    CHECK(Problems(schema, event) == "");
  }
  CHECK(Problems(schema, R"({"c":3,"b":2,"a":1,"b":4})") == "/b must be 2");
}

TEST_CASE("problems are few and short however long the event is") {
  std::string event = "{";
  for (int i = 0; i < 1'000; ++i) {
    event += "\"" + std::string(300, 'n') + std::to_string(i) + "\":1,";
  }
  const auto problems = ProblemsOf(R"({"additionalProperties":false})", event + "\"z\":1}");
  CHECK(problems.size() == kProblemsMax);
  for (const Problem& problem : problems) CHECK(problem.pointer.size() < 300);
}

TEST_CASE("a check ends however much a contract asks for") {
  const std::string schema = R"({"properties":{"a":{"$ref":"#/$defs/n"}},"$defs":{"n":{"anyOf":[
      {"properties":{"a":{"$ref":"#/$defs/n"}},"required":["x"]},
      {"properties":{"a":{"$ref":"#/$defs/n"}},"required":["y"]}]}}})";
  std::string event = "1";
  for (int i = 0; i < 50; ++i) event = "{\"a\":" + event + "}";
  CHECK(Problems(schema, event) ==
        "it takes too many steps to check; split the event, or ease its contract");
}

}  // namespace gamevents::contracts
