#include "core/contracts/components.h"

#include "core/contracts/names.h"
#include "core/contracts/schema_reader.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

namespace gamevents::contracts {
namespace {

using Pointer = Json::json_pointer;

// A schema by its file and the JSON pointer into it.
using Place = std::pair<std::string, std::string>;

// "EventPurchaseSword" of "purchase_sword", "EventPurchaseSwordMoney" of its "/$defs/money".
std::string NameOf(std::string_view base, const std::string& pointer) {
  std::string name = "Event" + PascalCase(base);
  if (!pointer.empty()) name += PascalCase(Pointer(pointer).back());
  return name;
}

// Says in the contract itself what its file's name or its place among contracts says.
void SayType(Json& schema, const std::string& event_type) {
  if (schema.is_boolean() && schema.get<bool>()) schema = Json::object();
  if (!schema.is_object()) return;
  if (!schema.contains("type")) schema["type"] = "object";
  Json& stated = schema["properties"]["event_type"];
  if (stated.is_null()) stated = Json::object();
  if (stated.is_object() && !stated.contains("const")) stated["const"] = event_type;
  if (stated.is_object() && !stated.contains("type")) stated["type"] = "string";
  Json& required = schema["required"];
  if (std::ranges::find(required, Json("event_type")) == required.end()) {
    required.push_back("event_type");
  }
}

// All files without what belongs to files, their references led to components.
std::map<std::string, Json> Detached(const SchemaReader& reader, std::string_view prefix,
                                     const std::map<Place, std::string>& names) {
  std::map<std::string, Json> files;
  for (const auto& [path, file] : reader.files()) files[path] = file.json;
  for (const SchemaReader::Link& link : reader.links()) {
    files[link.file][Pointer(link.pointer)] =
        std::string(prefix) + names.at({link.to_file, link.to_pointer});
  }
  for (const SchemaReader::Anchor& anchor : reader.anchors()) {
    files[anchor.file][Pointer(anchor.pointer)].erase("$anchor");
  }
  return files;
}

void DropDefinitions(Json& schema) {
  constexpr auto kOfFiles = std::to_array<const char*>({"$id", "$schema", "$defs", "definitions"});
  for (const char* keyword : kOfFiles) schema.erase(keyword);
}

// Generators take a title for a name, and the component has one.
void DescribeByTitle(Json& schema) {
  if (!schema.contains("title")) return;
  auto text = schema["title"].get<std::string>();
  schema.erase("title");
  if (schema.contains("description")) text += ": " + schema["description"].get<std::string>();
  schema["description"] = text;
}

}  // namespace

std::vector<Component> Components(const Contracts& contracts, std::string_view prefix,
                                  std::set<std::string> taken) {
  const SchemaReader& reader = contracts.reader();
  std::map<Place, std::string> names;
  std::map<std::string, std::string> bases;  // of files
  std::vector<Component> components;
  std::vector<Place> places;
  for (const auto& [type, contract] : contracts.all()) {
    components.push_back({Unused(NameOf(type, ""), taken), type, ""});
    places.emplace_back(contract.file, "");
    names[places.back()] = components.back().name;
    bases[contract.file] = type;
  }
  for (const SchemaReader::Link& link : reader.links()) {
    const Place to = {link.to_file, link.to_pointer};
    if (names.contains(to)) continue;
    const auto base =
        bases.try_emplace(link.to_file, link.to_file.substr(0, link.to_file.rfind(".json")))
            .first->second;
    components.push_back({Unused(NameOf(base, link.to_pointer), taken), "", ""});
    names[to] = components.back().name;
    places.push_back(to);
  }
  const std::map<std::string, Json> files = Detached(reader, prefix, names);
  for (size_t i = 0; i < components.size(); ++i) {
    Json schema = files.at(places[i].first).at(Pointer(places[i].second));
    if (schema.is_object()) {
      DropDefinitions(schema);
      DescribeByTitle(schema);
    }
    if (!components[i].event_type.empty()) SayType(schema, components[i].event_type);
    components[i].json = schema.dump();
  }
  return components;
}

}  // namespace gamevents::contracts
