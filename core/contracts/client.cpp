#include "core/contracts/client.h"

#include "core/base/text.h"
#include "core/contracts/keywords.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace gamevents::contracts {
namespace {

enum class Shown : uint8_t { kText, kWhole, kNumber, kTruth, kTexts, kWholes, kNumbers, kAnything };

/// A field of an event as a client's type has it.
struct ClientField {
  std::string name;
  std::string identifier;  ///< the same with nothing but letters, digits and underscores
  Shown shown = Shown::kAnything;
  bool required = false;
  std::vector<std::string> choices;  ///< the texts that it can be; none: any
  std::string description;
};

struct ClientType {
  std::string name;  ///< "PurchaseSword"
  std::string event_type;
  std::string description;
  std::vector<ClientField> fields;  ///< without event_type
};

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
  std::string name;
  bool begins = true;
  for (const char c : event_type) {
    if (!IsLetter(c) && !IsDigit(c)) {
      begins = true;
      continue;
    }
    const bool lower = c >= 'a' && c <= 'z';
    name += begins && lower ? static_cast<char>(c - 'a' + 'A') : c;
    begins = false;
  }
  return name.empty() || IsDigit(name.front()) ? "Event" + name : name;
}

// One line, that cannot end a comment.
std::string OneLine(std::string text) {
  std::ranges::replace_if(text, [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
  for (size_t at = text.find("*/"); at != std::string::npos; at = text.find("*/")) {
    text.replace(at, 2, "* ");
  }
  return text;
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

// `name`, or with a number behind it where it is taken.
std::string Unused(const std::string& name, std::set<std::string>& taken) {
  std::string unused = name;
  for (int number = 2; !taken.insert(unused).second; ++number) {
    unused = name + "_" + std::to_string(number);
  }
  return unused;
}

ClientType TypeOf(const Contract& contract) {
  const auto whole = Json::parse(contract.json);
  ClientType type{ClientTypeName(contract.event_type), contract.event_type, {}, {}};
  if (!whole.is_object()) return type;
  type.description = OneLine(TextIn(whole, "title").empty() ? TextIn(whole, "description")
                                                            : TextIn(whole, "title"));
  if (!whole.contains("properties")) return type;
  std::set<std::string> taken = {"event_type", "EventType"};
  for (const auto& [name, schema] : whole["properties"].items()) {
    if (name == "event_type") continue;
    ClientField field = FieldOf(name, schema, whole);
    field.identifier = Unused(field.identifier, taken);
    if (whole.contains("required")) {
      field.required = std::ranges::find(whole["required"], Json(name)) != whole["required"].end();
    }
    type.fields.push_back(std::move(field));
  }
  // In all three languages what may be left out comes last.
  std::ranges::stable_partition(type.fields, &ClientField::required);
  return type;
}

using Types = std::vector<ClientType>;

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

std::string CSharpType(Shown shown) {
  switch (shown) {
    case Shown::kText:
      return "string";
    case Shown::kWhole:
      return "long";
    case Shown::kNumber:
      return "double";
    case Shown::kTruth:
      return "bool";
    case Shown::kTexts:
      return "string[]";
    case Shown::kWholes:
      return "long[]";
    case Shown::kNumbers:
      return "double[]";
    case Shown::kAnything:
      break;
  }
  return "object";
}

// What the field can be, for those languages whose types do not say it.
std::string Remark(const ClientField& field) {
  std::string text = field.description;
  for (const std::string& choice : field.choices) {
    const bool first = &choice == field.choices.data();
    text += !first ? ", " : text.empty() ? "One of " : " One of ";
    text += OneLine(JsonString(choice));
  }
  return text;
}

constexpr std::string_view kCSharpSend = R"(
public static class GameEvents
{
    static readonly HttpClient Client = new();
    static readonly JsonSerializerOptions Options =
        new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// Sends events to a gamevents server. Send the same events again with the same key until the
    /// answer is neither 429 nor 5xx: each is stored once.
    public static Task<HttpResponseMessage> Send(
        string server, IEnumerable<GameEvent> events, string? key = null, string? apiKey = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, server + "/events");
        request.Headers.Add("Idempotency-Key", key ?? Guid.NewGuid().ToString());
        if (apiKey != null) request.Headers.Add("X-Api-Key", apiKey);
        // As objects, so that each is written with the fields of its own type.
        var json = JsonSerializer.Serialize(events.Cast<object>(), Options);
        request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        return Client.SendAsync(request);
    }
}
)";

std::string CSharp(const Types& types) {
  std::string text =
      "// The events of these contracts, by `gamevents contracts client csharp`.\n"
      "#nullable enable\n"
      "using System;\nusing System.Collections.Generic;\nusing System.Linq;\nusing "
      "System.Net.Http;\n"
      "using System.Text;\nusing System.Text.Json;\nusing System.Text.Json.Serialization;\n"
      "using System.Threading.Tasks;\n\n"
      "public abstract class GameEvent\n{\n"
      "    [JsonPropertyName(\"event_type\")] public abstract string EventType { get; }\n}\n";
  for (const ClientType& type : types) {
    text += "\n";
    if (!type.description.empty()) text += "/// " + type.description + "\n";
    text += "public sealed class " + type.name + " : GameEvent\n{\n";
    text += "    [JsonPropertyName(\"event_type\")] public override string EventType => " +
            JsonString(type.event_type) + ";\n";
    for (const ClientField& field : type.fields) {
      if (const std::string remark = Remark(field); !remark.empty()) {
        text += "    /// " + remark + "\n";
      }
      // An at sign, so that a name may be a word of the language.
      text += "    [JsonPropertyName(" + JsonString(field.name) + ")] public " +
              (field.required ? "required " : "") + CSharpType(field.shown) +
              (field.required ? "" : "?") + " @" + field.identifier + " { get; set; }\n";
    }
    text += "}\n";
  }
  return text.append(kCSharpSend);
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
  for (const auto& [name, contract] : contracts.all()) {
    types.push_back(TypeOf(contract));
    types.back().name = Unused(types.back().name, taken);
  }
  return found->write(types);
}

}  // namespace gamevents::contracts
