#include "core/contracts/client.h"

#include "core/base/text.h"
#include "core/contracts/client_type.h"
#include "core/contracts/keywords.h"
#include "core/contracts/names.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace gamevents::contracts {
namespace {

using Types = std::vector<ClientType>;

bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

std::string Identifier(std::string_view name) {
  std::string identifier(name);
  std::ranges::replace_if(identifier, [](char c) { return !IsLetter(c) && !IsDigit(c); }, '_');
  if (identifier.empty() || IsDigit(identifier.front())) identifier.insert(0, "_");
  return identifier;
}

// "purchase_sword" as "PurchaseSword".
std::string ClientTypeName(std::string_view event_type) {
  std::string name = PascalCase(event_type);
  return name.empty() || IsDigit(name.front()) ? "Event" + name : name;
}

std::string TextIn(const Json& schema, const char* name) {
  return schema.is_object() && schema.contains(name) && schema[name].is_string()
             ? schema[name].get<std::string>()
             : "";
}

// The schema that `schema` refers to within the file, one step.
const Json& Followed(const Json& schema, const Json& whole) {
  const std::string to = TextIn(schema, "$ref");
  if (!to.starts_with("#/")) return schema;
  const Json::json_pointer pointer(to.substr(1));
  return whole.contains(pointer) ? whole.at(pointer) : schema;
}

Shown ShownOf(const Json& schema, const Json& whole) {
  const std::string type = TextIn(schema, "type");
  if (type == "string") return Shown::kText;
  if (type == "integer") return Shown::kWhole;
  if (type == "number") return Shown::kNumber;
  if (type == "boolean") return Shown::kTruth;
  if (type == "array" && schema.contains("items")) {
    const Json& items = Followed(schema["items"], whole);
    const std::string of = TextIn(items, "type");
    if (of == "string") return Shown::kTexts;
    if (of == "integer") return Shown::kWholes;
    if (of == "number") return Shown::kNumbers;
  }
  return Shown::kAnything;
}

ClientField FieldOf(const std::string& name, const Json& stated, const Json& whole) {
  const Json& schema = Followed(stated, whole);
  ClientField field{name, Identifier(name), Shown::kAnything, false, {}, {}};
  field.description = OneLine(TextIn(schema, "description"));
  if (!schema.is_object()) return field;
  field.shown = ShownOf(schema, whole);
  const Json choices = schema.contains("enum")    ? schema["enum"]
                       : schema.contains("const") ? Json::array({schema["const"]})
                                                  : Json::array();
  const bool texts = !choices.empty() && std::ranges::all_of(choices, [](const Json& each) {
    return each.is_string();
  });
  if (!texts) return field;
  field.shown = Shown::kText;
  for (const Json& each : choices) field.choices.push_back(each.get<std::string>());
  return field;
}

// `name` is the type's own.
ClientType TypeOf(const Contract& contract, const std::string& name) {
  const auto whole = Json::parse(contract.json);
  ClientType type{name, contract.event_type, {}, {}};
  if (!whole.is_object()) return type;
  type.description = OneLine(TextIn(whole, "title").empty() ? TextIn(whole, "description")
                                                            : TextIn(whole, "title"));
  if (!whole.contains("properties")) return type;
  // In C# a class and its members have different names.
  std::set<std::string> taken = {name, "event_type", "EventType", "AddTo", "ToJson", "Write"};
  for (const auto& [field_name, schema] : whole["properties"].items()) {
    if (field_name == "event_type") continue;
    ClientField field = FieldOf(field_name, schema, whole);
    field.identifier = Unused(field.identifier, taken);
    if (whole.contains("required")) {
      field.required =
          std::ranges::find(whole["required"], Json(field_name)) != whole["required"].end();
    }
    type.fields.push_back(std::move(field));
  }
  // In all three languages what may be left out comes last.
  std::ranges::stable_partition(type.fields, &ClientField::required);
  return type;
}

std::string TypeScriptType(const ClientField& field) {
  std::string text;
  for (const std::string& choice : field.choices) {
    text.append(text.empty() ? "" : " | ").append(JsonString(choice));
  }
  if (!text.empty()) return text;
  switch (field.shown) {
    case Shown::kText:
      return "string";
    case Shown::kWhole:
    case Shown::kNumber:
      return "number";
    case Shown::kTruth:
      return "boolean";
    case Shown::kTexts:
      return "string[]";
    case Shown::kWholes:
    case Shown::kNumbers:
      return "number[]";
    case Shown::kAnything:
      break;
  }
  return "unknown";
}

constexpr std::string_view kTypeScriptSend = R"(
/**
 * Sends events to a gamevents server. Send the same events again with the same key until the answer
 * is neither 429 nor 5xx: each is stored once.
 */
export async function sendEvents(
  server: string,
  events: GameEvent[],
  key: string = crypto.randomUUID(),
  apiKey?: string,
): Promise<Response> {
  const headers: Record<string, string> = {
    "Content-Type": "application/json",
    "Idempotency-Key": key,
  };
  if (apiKey !== undefined) headers["X-Api-Key"] = apiKey;
  return fetch(`${server}/events`, { method: "POST", headers, body: JSON.stringify(events) });
}
)";

std::string TypeScript(const Types& types) {
  std::string text =
      "// The events of these contracts, by `gamevents contracts client typescript`.\n";
  std::string all;
  for (const ClientType& type : types) {
    text += "\n";
    if (!type.description.empty()) text += "/** " + type.description + " */\n";
    text += "export interface " + type.name + " {\n  event_type: " + JsonString(type.event_type) +
            ";\n";
    for (const ClientField& field : type.fields) {
      if (!field.description.empty()) text += "  /** " + field.description + " */\n";
      const std::string name = field.name == field.identifier ? field.name : JsonString(field.name);
      text += "  " + name + (field.required ? ": " : "?: ") + TypeScriptType(field) + ";\n";
    }
    text += "}\n";
    all += "\n  | " + type.name;
  }
  text += "\nexport type GameEvent =" + (all.empty() ? " never" : all) + ";\n";
  return text.append(kTypeScriptSend);
}

std::string GdScriptType(Shown shown) {
  switch (shown) {
    case Shown::kText:
      return "String";
    case Shown::kWhole:
      return "int";
    case Shown::kNumber:
      return "float";
    case Shown::kTruth:
      return "bool";
    case Shown::kTexts:
      return "PackedStringArray";
    case Shown::kWholes:
      return "PackedInt64Array";
    case Shown::kNumbers:
      return "PackedFloat64Array";
    case Shown::kAnything:
      break;
  }
  return "Variant";
}

constexpr std::string_view kGdScriptSend = R"(

## Sends events to a gamevents server through an HTTPRequest node. Send the same events again with
## the same key until the answer is neither 429 nor 5xx: each is stored once.
static func send(http: HTTPRequest, server: String, events: Array[Dictionary], key: String,
		api_key: String = "") -> Error:
	var headers := PackedStringArray(
			["Content-Type: application/json", "Idempotency-Key: " + key])
	if api_key != "":
		headers.append("X-Api-Key: " + api_key)
	return http.request(server + "/events", headers, HTTPClient.METHOD_POST,
			JSON.stringify(events))


## A new key for `send`.
static func new_key() -> String:
	return Crypto.new().generate_random_bytes(16).hex_encode()
)";

// Functions that make dictionaries: GDScript has no other values that become JSON.
std::string GdScript(const Types& types) {
  std::string text =
      "# The events of these contracts, by `gamevents contracts client gdscript`.\n"
      "class_name GameEvents\n";
  std::set<std::string> taken;
  for (const ClientType& type : types) {
    text += "\n\n";
    if (!type.description.empty()) text += "## " + type.description + "\n";
    for (const ClientField& field : type.fields) {
      if (const std::string remark = Remark(field); !remark.empty()) {
        text += "## " + field.identifier + ": " + remark + "\n";
      }
    }
    std::string arguments;
    std::string required;
    std::string optional;
    for (const ClientField& field : type.fields) {
      // An underscore, so that a name may be a word of the language.
      const std::string name = field.identifier + "_";
      arguments += arguments.empty() ? "" : ", ";
      arguments += field.required ? name + ": " + GdScriptType(field.shown) : name + " = null";
      if (field.required) required += ", " + JsonString(field.name) + ": " + name;
      if (field.required) continue;
      optional +=
          "\tif " + name + " != null:\n\t\tevent[" + JsonString(field.name) + "] = " + name + "\n";
    }
    text += "static func " + Unused(Identifier(type.event_type) + "_event", taken) + "(" +
            arguments + ") -> Dictionary:\n";
    text += "\tvar event := {\"event_type\": " + JsonString(type.event_type) + required + "}\n";
    text += optional + "\treturn event\n";
  }
  return text.append(kGdScriptSend);
}

struct Language {
  std::string_view name;
  std::string (*write)(const Types& types);
};
constexpr auto kLanguages = std::to_array<Language>(
    {{"csharp", CSharp}, {"gdscript", GdScript}, {"typescript", TypeScript}});

}  // namespace

std::vector<std::string_view> ClientLanguages() {
  std::vector<std::string_view> names;
  for (const Language& language : kLanguages) names.push_back(language.name);
  return names;
}

Result<std::string> ClientFor(std::string_view language, const Contracts& contracts) {
  const auto* found = std::ranges::find(kLanguages, language, &Language::name);
  if (found == kLanguages.end()) {
    std::string names;
    for (const Language& each : kLanguages)
      names.append(names.empty() ? "" : ", ").append(each.name);
    return Error{Fault::kBadInput, "'" + std::string(language) + "' is not one of " + names};
  }
  Types types;
  std::set<std::string> taken = {"GameEvent", "GameEvents"};
  for (const auto& [type, contract] : contracts.all()) {
    types.push_back(TypeOf(contract, Unused(ClientTypeName(type), taken)));
  }
  return found->write(types);
}

}  // namespace gamevents::contracts
