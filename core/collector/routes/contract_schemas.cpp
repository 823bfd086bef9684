#include "core/collector/routes/contract_schemas.h"

#include "core/contracts/components.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>
#include <string>
#include <utility>

namespace gamevents::collector {
namespace {

using Json = nlohmann::ordered_json;

constexpr char kPrefix[] = "#/components/schemas/";
constexpr char kEvent[] = "Event";
constexpr char kOtherEvent[] = "OtherEvent";

// What an event is without contracts, but of none of these types.
std::string OtherEvent(const Json& types) {
  const auto usual = std::ranges::find(Schemas(), kEvent, &NamedSchema::name);
  auto schema = Json::parse(usual->json);
  schema["properties"]["event_type"]["not"] = {{"enum", types}};
  schema["description"] = "an event of a type that has no contract";
  return schema.dump();
}

}  // namespace

std::vector<NamedSchema> ContractSchemas(const contracts::Contracts& contracts,
                                         bool takes_unknown) {
  if (contracts.all().empty()) return {};
  std::set<std::string> taken = {kOtherEvent};
  for (const NamedSchema& each : Schemas()) taken.insert(each.name);
  std::vector<NamedSchema> schemas;
  Json choices = Json::array();
  Json places = Json::object();
  Json types = Json::array();
  for (contracts::Component& each : contracts::Components(contracts, kPrefix, std::move(taken))) {
    if (!each.event_type.empty()) {
      choices.push_back({{"$ref", kPrefix + each.name}});
      places[each.event_type] = kPrefix + each.name;
      types.push_back(each.event_type);
    }
    schemas.push_back({std::move(each.name), std::move(each.json)});
  }
  Json event = {{"description", "what happened: event_type says what"}};
  if (takes_unknown) {
    choices.push_back({{"$ref", std::string(kPrefix) + kOtherEvent}});
    event["anyOf"] = std::move(choices);
    schemas.push_back({kOtherEvent, OtherEvent(types)});
  } else {
    event["oneOf"] = std::move(choices);
    event["discriminator"] = {{"propertyName", "event_type"}, {"mapping", std::move(places)}};
  }
  schemas.push_back({kEvent, event.dump()});
  return schemas;
}

}  // namespace gamevents::collector
