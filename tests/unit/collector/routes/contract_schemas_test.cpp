// Goal: /openapi.json says of events what their contracts say. Method: the schemas of two
// contracts, where others are taken and where not, within a whole document.
#include "core/collector/routes/contract_schemas.h"

#include "core/collector/routes/openapi.h"
#include "tests/unit/catch.h"

#include <nlohmann/json.hpp>

#include <map>
#include <string>

namespace gamevents::collector {
namespace {

using Json = nlohmann::json;

Json SchemasOf(const std::map<std::string, std::string>& files, bool takes_unknown) {
  const auto read = contracts::Contracts::Of(files);
  REQUIRE(read.ok());
  OpenApiOptions options{"1"};
  options.schemas = ContractSchemas(**read, takes_unknown);
  const auto text = OpenApi({}, options);
  REQUIRE(text.ok());
  return Json::parse(*text)["components"]["schemas"];
}

const std::map<std::string, std::string> kTwo = {{"buy.json", "{}"}, {"level_up.json", "{}"}};

}  // namespace

TEST_CASE("without contracts an event is what it was") {
  CHECK(SchemasOf({}, true)["Event"]["required"] == Json::array({"event_type"}));
  CHECK(SchemasOf({}, false)["Event"]["required"] == Json::array({"event_type"}));
}

TEST_CASE("where only contracts are taken, event_type says which of them an event has") {
  const Json schemas = SchemasOf(kTwo, false);
  const Json& event = schemas["Event"];
  CHECK(event["oneOf"] == Json::parse(R"([{"$ref":"#/components/schemas/EventBuy"},
                                          {"$ref":"#/components/schemas/EventLevelUp"}])"));
  CHECK(event["discriminator"]["propertyName"] == "event_type");
  CHECK(event["discriminator"]["mapping"]["level_up"] == "#/components/schemas/EventLevelUp");
  CHECK(schemas["EventBuy"]["properties"]["event_type"]["const"] == "buy");
  CHECK_FALSE(schemas.contains("OtherEvent"));
}

TEST_CASE("where others are taken, an event can be one of another type") {
  const Json schemas = SchemasOf(kTwo, true);
  CHECK(schemas["Event"]["anyOf"].size() == 3);
  CHECK_FALSE(schemas["Event"].contains("discriminator"));
  const Json& type = schemas["OtherEvent"]["properties"]["event_type"];
  CHECK(type["not"]["enum"] == Json::array({"buy", "level_up"}));
  CHECK(type["maxLength"] == 256);
}

}  // namespace gamevents::collector
