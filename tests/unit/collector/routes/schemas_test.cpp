// Goal: every named schema is one, and refers only to others of the table. Method: each is parsed,
// and its references are looked up.
#include "core/collector/routes/schemas.h"

#include "tests/unit/catch.h"

#include <nlohmann/json.hpp>

#include <set>
#include <string>

namespace gamevents::collector {
namespace {

using Json = nlohmann::json;

void CheckReferences(const Json& schema, const std::set<std::string>& names) {
  static const std::string kPrefix = "#/components/schemas/";
  for (const auto& [key, value] : schema.items()) {
    if (key == "$ref") {
      const std::string to = value;
      INFO(to);
      REQUIRE(to.starts_with(kPrefix));
      CHECK(names.contains(to.substr(kPrefix.size())));
    } else if (value.is_structured()) {
      CheckReferences(value, names);
    }
  }
}

}  // namespace

TEST_CASE("schemas are JSON, have names of their own, and refer to each other") {
  std::set<std::string> names;
  for (const NamedSchema& each : Schemas()) CHECK(names.insert(each.name).second);
  for (const NamedSchema& each : Schemas()) {
    INFO(each.name);
    const Json schema = Json::parse(each.json, nullptr, false);
    REQUIRE(schema.is_object());
    CheckReferences(schema, names);
    // What must be there is described.
    for (const Json& name : schema.value("required", Json::array())) {
      CHECK(schema["properties"].contains(name));
    }
  }
}

}  // namespace gamevents::collector
