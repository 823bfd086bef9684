// Goal: what is no schema is refused with its place, each keyword for its own reason. Method: one
// wrong value for each.
#include "core/contracts/keywords.h"

#include "core/contracts/contracts.h"
#include "tests/unit/catch.h"

#include <string>
#include <utility>

namespace gamevents::contracts {
namespace {

std::string KeywordMistake(const std::string& schema) {
  const auto read = Contracts::Of({{"a.json", schema}});
  return read ? "none" : read.error().context;
}

}  // namespace

TEST_CASE("a pointer escapes what it must") {
  CHECK(PointerTo("", "a") == "/a");
  CHECK(PointerTo("/a", "b/c~d") == "/a/b~1c~0d");
}

TEST_CASE("what a keyword cannot have is refused with its place") {
  const std::pair<std::string, std::string> mistakes[] = {
      {R"({"type":"text"})", "a.json: /type: must be one or several of null, boolean"},
      {R"({"type":["string","string"]})", "a.json: /type: duplicate type"},
      {R"({"type":[]})", "a.json: /type: must name a type"},
      {R"({"enum":[]})", "a.json: /enum: must be an array of values"},
      {R"({"enum":[1],"const":1})", "a.json: /enum: stands beside const"},
      {R"({"minimum":"1"})", "a.json: /minimum: must be a number"},
      {R"({"multipleOf":0})", "a.json: /multipleOf: must be a number above 0"},
      {R"({"minLength":-1})", "a.json: /minLength: must be a whole number, 0 or more"},
      {R"({"maxItems":1.5})", "a.json: /maxItems: must be a whole number, 0 or more"},
      {R"({"pattern":"("})", "a.json: /pattern: not a regular expression that RE2 takes"},
      {R"x({"pattern":"(?=a)"})x", "a.json: /pattern: not a regular expression that RE2 takes"},
      {R"({"patternProperties":{"[":true}})", "a.json: /patternProperties/[: not a regular"},
      {R"({"uniqueItems":1})", "a.json: /uniqueItems: must be true or false"},
      {R"({"required":["a","a"]})", "a.json: /required: must be an array of different names"},
      {R"({"required":"a"})", "a.json: /required: must be an array of different names"},
      {R"({"properties":[]})", "a.json: /properties: must be an object of schemas"},
      {R"({"properties":{"a/b":3}})", "a.json: /properties/a~1b: must be a schema"},
      {R"({"items":[true]})", "a.json: /items: must be a schema"},
      {R"({"allOf":[]})", "a.json: /allOf: must be an array of schemas"},
      {R"({"anyOf":[{"not":1}]})", "a.json: /anyOf/0/not: must be a schema"},
      {R"({"dependentRequired":{"a":1}})", "a.json: /dependentRequired: must be an array"},
      {R"({"$defs":{"a":1}})", "a.json: /$defs/a: must be a schema"},
      {R"({"$ref":1})", "a.json: /$ref: must be a text"},
      {R"({"$schema":"http://json-schema.org/draft-07/schema#"})",
       "a.json: /$schema: contracts are written in https://json-schema.org/draft/2020-12/schema"},
      {R"({"properties":{"a":{"$id":"b"}}})", "a.json: /properties/a/$id: is taken at the top"},
      {R"({"$defs":{"a":{"$anchor":"x"},"b":{"$anchor":"x"}}})",
       "a.json: /$defs/b/$anchor: duplicate x"},
      {R"({"title":1})", "a.json: /title: must be a text"},
      {R"({"requird":["a"]})",
       "a.json: /requird: no keyword that is checked here; did you mean required?"},
      {R"({"unevaluatedProperties":false})", "a.json: /unevaluatedProperties: no keyword"},
      {"3", "a.json: must be a schema: an object, true or false"},
  };
  for (const auto& [schema, mistake] : mistakes) {
    CAPTURE(schema, KeywordMistake(schema));
    CHECK(KeywordMistake(schema).starts_with(mistake));
  }
}

TEST_CASE("what is for people is taken and says nothing") {
  CHECK(KeywordMistake(R"({"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"a",
      "title":"t","description":"d","$comment":"c","default":1,"examples":[{}],"deprecated":true,
      "readOnly":false,"writeOnly":false,"format":"date-time","contentEncoding":"base64",
      "contentMediaType":"text/plain","x-owner":{"team":1}})") == "none");
}

}  // namespace gamevents::contracts
