#include "core/config/describe.h"

#include "core/config/keys.h"
#include "core/config/value.h"

#include <nlohmann/json.hpp>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>
#include <utility>

namespace gamevents::config {
namespace {

using Json = nlohmann::ordered_json;

// Paths and environment texts need not be UTF-8; JSON must be.
std::string Dump(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

/// Entries in groups, which are those of named reports.
Json GroupedSchema(const Key& key) {
  const Json text{
      {"anyOf", {{{"type", {"string", "number", "boolean"}}}, {{"$ref", "#/$defs/secret"}}}}};
  Json parts = Json::object();
  for (const std::string_view part : kReportParts) parts[std::string(part)] = text;
  return Json{{"type", {"object", "null"}},
              {"maxProperties", key.max},
              {"additionalProperties",
               {{"type", "object"}, {"properties", parts}, {"additionalProperties", false}}}};
}

/// The part of the schema for one value of the key's type, without its description.
Json ValueSchema(const Key& key) {
  switch (key.type) {
    case Type::kString: {
      Json text{{"type", "string"}, {"minLength", key.min}, {"maxLength", key.max}};
      if (!key.choices.empty()) text = Json{{"enum", key.choices}};
      return Json{{"anyOf", {text, {{"$ref", "#/$defs/secret"}}}}};
    }
    case Type::kInteger:
      return Json{{"type", "integer"}, {"minimum", key.min}, {"maximum", key.max}};
    case Type::kBoolean:
      return Json{{"type", "boolean"}};
    case Type::kDuration:  // The pattern is for texts, the bounds for the bare 0.
      return Json{{"type", {"string", "integer"}},
                  {"pattern", "^(0|[0-9]+(ms|s|m|h|d))$"},
                  {"minimum", 0},
                  {"maximum", 0}};
    case Type::kSize:
      return Json{{"type", {"string", "integer"}},
                  {"pattern", "^[0-9]+(B|KiB|MiB|GiB|TiB)?$"},
                  {"minimum", key.min},
                  {"maximum", key.max}};
    case Type::kStrings:
      return Json{
          {"type", {"array", "null"}},
          {"items", key.choices.empty() ? Json{{"type", "string"}} : Json{{"enum", key.choices}}},
          {"minItems", key.min},
          {"maxItems", key.max}};
    case Type::kEntries:
      if (key.is_grouped) return GroupedSchema(key);
      return Json{
          {"type", {"object", "null"}},
          {"maxProperties", key.max},
          {"additionalProperties",
           {{"anyOf",
             {{{"type", {"string", "number", "boolean"}}}, {{"$ref", "#/$defs/secret"}}}}}}};
  }
  return Json();
}

/// A value as text, given back the kind that JSON has for it.
Json TypedValue(const Key& key, const std::string& text) {
  if (key.type == Type::kInteger) return Json::parse(text);
  if (key.type == Type::kBoolean) return Json(text == "true");
  if (key.type == Type::kStrings) return Json(SplitList(text));
  if (key.type == Type::kEntries) return Json::object();
  return Json(text);
}

Json SecretSchema() {
  const auto one = [](const char* name, const char* description) {
    return Json{{"type", "object"},
                {"properties", {{name, {{"type", "string"}, {"description", description}}}}},
                {"required", Json::array({name})},
                {"additionalProperties", false}};
  };
  return Json{{"anyOf", Json::array({one("file", "The file that holds the text."),
                                     one("env", "The environment variable that holds it.")})}};
}

// A bar would end the cell.
std::string Cell(std::string_view text) {
  std::string cell;
  for (const char c : text) {
    if (c == '|') cell += '\\';
    cell += c;
  }
  return cell;
}

std::string OneLine(std::string_view text) {
  std::string line;
  for (const char c : text) {
    if (c == '\n') {
      line += "\\n";
    } else if (c == '\t' || static_cast<unsigned char>(c) >= 0x20) {
      line += c;
    }
  }
  return line;
}

// Columns on a terminal, near enough: characters, not bytes.
size_t Width(std::string_view text) {
  return static_cast<size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

/// The row that an origin is of: its key, or the key that it is an entry of.
const Key& RowOf(const Origin& origin) {
  for (const Key& key : Keys()) {
    if (origin.key == key.name) return key;
    if (key.type == Type::kEntries && origin.key.starts_with(std::string(key.name) + ".")) {
      return key;
    }
  }
  INVARIANT(false);
  return Keys().front();
}

bool IsEntry(const Origin& origin, const Key& key) { return origin.key.size() > key.name.size(); }

std::string_view NameInGroup(const Key& key) {
  return key.name.substr(GroupOf(key).empty() ? 0 : GroupOf(key).size() + 1);
}

/// The schema of the object that has the key, made where it is not there.
Json& GroupSchema(Json& sections, const Key& key) {
  Json* properties = &sections;
  std::string_view rest = GroupOf(key);
  while (true) {
    const size_t dot = rest.find('.');
    Json& group = (*properties)[std::string(rest.substr(0, dot))];
    if (group.is_null())
      group = Json{{"type", {"object", "null"}}, {"additionalProperties", false}};
    if (dot == rest.npos) return group;
    properties = &group["properties"];
    rest.remove_prefix(dot + 1);
  }
}

/// Ends the mappings of the group `open` that `next` is not in, and begins those of `next`.
void ChangeGroup(YAML::Emitter& out, std::string_view open, std::string_view next) {
  while (!open.empty() && next != open && !next.starts_with(std::string(open) + ".")) {
    out << YAML::EndMap;
    open = open.substr(0, open.rfind('.') == open.npos ? 0 : open.rfind('.'));
  }
  std::string_view rest = next.substr(open.size());
  while (!rest.empty()) {
    if (rest.starts_with('.')) rest.remove_prefix(1);
    const std::string name(rest.substr(0, rest.find('.')));
    out << YAML::Key << name << YAML::Value << YAML::BeginMap;
    rest.remove_prefix(name.size());
  }
}

}  // namespace

std::string RenderSchema() {
  Json sections = Json::object();
  for (const Key& key : Keys()) {
    Json value{{"description", std::string(key.help) + " (" + FormatRange(key) + ")"},
               {"default", TypedValue(key, std::string(key.default_text))}};
    value.update(ValueSchema(key));
    if (GroupOf(key).empty()) {
      sections[std::string(key.name)] = std::move(value);
      continue;
    }
    Json& group = GroupSchema(sections, key);
    // The file of a section can be given in the section's place.
    if (NameInGroup(key) == "file") group["type"].push_back("string");
    group["properties"][std::string(NameInGroup(key))] = std::move(value);
  }
  return Dump(Json{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                   {"title", "gamevents.yaml"},
                   {"type", {"object", "null"}},
                   {"additionalProperties", false},
                   {"properties", std::move(sections)},
                   {"$defs", {{"secret", SecretSchema()}}}});
}

std::string RenderReference() {
  std::string out;
  std::string_view section;
  for (const Key& key : Keys()) {
    if (SectionOf(key) != section) {
      section = SectionOf(key);
      out.append(out.empty() ? "" : "\n").append("### ").append(section);
      out += "\n\n| key | type | default | range | what it means | environment |\n";
      out += "|---|---|---|---|---|---|\n";
    }
    const std::string value =
        key.default_text.empty() ? "none" : "`" + Cell(key.default_text) + "`";
    out.append("| `").append(key.name).append("` | ").append(TypeName(key.type));
    out.append(" | ").append(value).append(" | ").append(Cell(FormatRange(key)));
    out.append(" | ").append(Cell(key.help)).append(key.secret ? " Never printed." : "");
    out.append(" | `").append(EnvironmentName(key)).append("` |\n");
  }
  return out;
}

std::string RenderColumns(const Loaded& loaded) {
  std::vector<std::array<std::string, 3>> rows{{"key", "value", "source"}};
  for (const Origin& origin : loaded.origins) {
    const Key& key = RowOf(origin);
    std::string value = OneLine(origin.value);
    // A cell is never empty, so that a script can count on three columns.
    if (value.empty()) {
      const bool is_list = key.type == Type::kStrings;
      value = is_list ? "[]" : key.type == Type::kEntries && !IsEntry(origin, key) ? "{}" : "\"\"";
    }
    rows.push_back({OneLine(origin.key), std::move(value), OneLine(origin.source)});
  }
  std::array<size_t, 2> widths{};
  for (const auto& row : rows) {
    for (size_t i = 0; i < widths.size(); ++i) widths[i] = std::max(widths[i], Width(row[i]));
  }
  std::string out;
  for (const auto& row : rows) {
    for (size_t i = 0; i < widths.size(); ++i) {
      out += row[i] + std::string(widths[i] - Width(row[i]) + 2, ' ');
    }
    out += row[2] + "\n";
  }
  return out;
}

std::string RenderJson(const Loaded& loaded) {
  Json keys = Json::array();
  for (const Origin& origin : loaded.origins) {
    const Key& key = RowOf(origin);
    const bool plain = IsEntry(origin, key) || origin.secret;
    keys.push_back({{"key", origin.key},
                    {"value", plain ? Json(origin.value) : TypedValue(key, origin.value)},
                    {"source", origin.source}});
  }
  return Dump(Json{{"file", loaded.file ? Json(*loaded.file) : Json()}, {"keys", keys}});
}

std::string RenderYaml(const Loaded& loaded) {
  YAML::Emitter out;
  out << YAML::BeginMap;
  std::string_view group;
  for (auto at = loaded.origins.begin(); at != loaded.origins.end();) {
    const Key& key = RowOf(*at);
    ChangeGroup(out, std::exchange(group, GroupOf(key)), GroupOf(key));
    out << YAML::Key << std::string(NameInGroup(key)) << YAML::Value;
    if (IsEntry(*at, key)) {
      out << YAML::BeginMap;
      for (; at != loaded.origins.end() && &RowOf(*at) == &key; ++at) {
        out << YAML::Key << at->key.substr(key.name.size() + 1);
        out << YAML::Value << at->value << YAML::Comment(OneLine(at->source));
      }
      out << YAML::EndMap;
      continue;
    }
    if (key.type == Type::kEntries) {
      out << YAML::Flow << YAML::BeginMap << YAML::EndMap;
    } else if (key.type == Type::kStrings && !at->secret) {
      out << YAML::Flow << SplitList(at->value);
    } else {
      out << at->value;
    }
    out << YAML::Comment(OneLine(at->source));
    ++at;
  }
  ChangeGroup(out, group, {});
  out << YAML::EndMap;
  return std::string(out.c_str()) + "\n";
}

}  // namespace gamevents::config
