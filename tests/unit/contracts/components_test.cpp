// Goal: contracts in another document mean what they mean in their files. Method: files with every
// kind of reference; what comes out is compared word for word, and refers to nothing but itself.
#include "core/contracts/components.h"

#include "tests/unit/catch.h"

#include <nlohmann/json.hpp>

#include <map>
#include <string>

namespace gamevents::contracts {
namespace {

using Value = nlohmann::json;

std::map<std::string, Value> ComponentsOf(const std::map<std::string, std::string>& files) {
  const auto read = Contracts::Of(files);
  REQUIRE(read.ok());
  std::map<std::string, Value> found;
  for (const Component& each : Components(**read, "#/c/", {"EventList"})) {
    CHECK(found.emplace(each.name, Value::parse(each.json)).second);
  }
  return found;
}

}  // namespace

TEST_CASE("a contract says what its file's name says") {
  const auto found = ComponentsOf({{"level_up.json", R"({"title":"Higher","description":"by one",
      "required":["level"],"properties":{"level":{"type":"integer"}}})"}});
  REQUIRE(found.size() == 1);
  CHECK(found.at("EventLevelUp") == Value::parse(R"({"required":["level","event_type"],
      "properties":{"level":{"type":"integer"},"event_type":{"const":"level_up","type":"string"}},
      "description":"Higher: by one","type":"object"})"));
}

TEST_CASE("every schema that is referred to is a component") {
  const auto found =
      ComponentsOf({{"buy.json",
                     R"({"$id":"https://game.example/buy","type":"object",
         "$schema":"https://json-schema.org/draft/2020-12/schema",
         "properties":{"event_type":{"const":"buy","type":"string"},
           "price":{"$ref":"#/$defs/money"},"who":{"$ref":"#user"},"gift":{"$ref":"#"},
           "item":{"$ref":"common/item.json"},"kind":{"$ref":"common/item.json#/$defs/kind"},
           "example":{"const":{"$ref":"#/$defs/money"}}},
         "required":["event_type"],
         "$defs":{"money":{"minimum":0},"user":{"$anchor":"user","minLength":1}}})"},
                    {"common/item.json", R"({"properties":{"kind":{"$ref":"#/$defs/kind"}},
         "$defs":{"kind":{"type":"string"}}})"}});
  REQUIRE(found.size() == 5);
  const Value& buy = found.at("EventBuy");
  CHECK(buy == Value::parse(R"({"type":"object",
         "properties":{"event_type":{"const":"buy","type":"string"},
           "price":{"$ref":"#/c/EventBuyMoney"},"who":{"$ref":"#/c/EventBuyUser"},
           "gift":{"$ref":"#/c/EventBuy"},
           "item":{"$ref":"#/c/EventCommonItem"},"kind":{"$ref":"#/c/EventCommonItemKind"},
           "example":{"const":{"$ref":"#/$defs/money"}}},
         "required":["event_type"]})"));
  CHECK(found.at("EventBuyMoney") == Value::parse(R"({"minimum":0})"));
  CHECK(found.at("EventBuyUser") == Value::parse(R"({"minLength":1})"));
  CHECK(found.at("EventCommonItem") ==
        Value::parse(R"({"properties":{"kind":{"$ref":"#/c/EventCommonItemKind"}}})"));
  CHECK(found.at("EventCommonItemKind") == Value::parse(R"({"type":"string"})"));
}

TEST_CASE("names that are taken, and contracts that are booleans, are no trouble") {
  const auto found = ComponentsOf({{"list.json", "true"}, {"none.json", "false"}});
  CHECK(found.at("EventList_2")["properties"]["event_type"]["const"] == "list");
  CHECK(found.at("EventNone") == Value(false));
}

}  // namespace gamevents::contracts
