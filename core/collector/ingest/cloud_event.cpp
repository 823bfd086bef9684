#include "core/collector/ingest/cloud_event.h"

#include "core/base/ascii.h"
#include "core/base/clock.h"
#include "core/base/text.h"
#include "core/collector/ingest/outcomes.h"
#include "core/collector/request/json_text.h"
#include "core/collector/store/events.h"
#include "core/event/document.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

namespace gamevents::collector {
namespace {

// CloudEvents section "Attribute Naming Convention" asks for 20 at most, and for leniency.
constexpr size_t kAttributeNameBytesMax = 128;
// Each is compared with all before it, so their number is bounded. SDKs write some ten.
constexpr size_t kAttributesMax = 100;
// It stands in a record's header. A URI that is longer does not work elsewhere either.
constexpr size_t kSourceBytesMax = 2'048;
// RFC 3339 asks for a date, a time and a zone.
constexpr size_t kTimeBytesMin = std::string_view("2026-11-23T10:00:00Z").size();
constexpr std::string_view kPrefix = "ce-";
constexpr auto kRequired = std::to_array<std::string_view>({"specversion", "type", "id", "source"});
// Taken even where an event has none of that name, so that a data field's place does not depend on
// which optional attributes came with it.
constexpr auto kTaken =
    std::to_array<std::string_view>({"event_type", "event_id", "data", "data_base64", "specversion",
                                     "source", "subject", "time", "datacontenttype", "dataschema"});

struct Attribute {
  std::string name;
  std::optional<std::string> text;  // of a text, decoded
  std::string json;
};

// What both modes are read into.
struct Parts {
  std::vector<Attribute> attributes;
  std::optional<std::string_view> data;         // JSON
  std::optional<std::string_view> data_base64;  // a JSON string

  const Attribute* Find(std::string_view name) const {
    const auto found = std::ranges::find(attributes, name, &Attribute::name);
    return found == attributes.end() ? nullptr : &*found;
  }
};

// What a client wrote, as it is repeated to it: not all of what is long, and no half characters.
std::string AsSent(std::string_view text) {
  return JsonString(ReasonText(text, kAttributeNameBytesMax));
}

Error Bad(std::string why) { return {Fault::kBadInput, "not a CloudEvent: " + std::move(why)}; }

Status AddAttribute(Parts& parts, Attribute attribute) {
  const std::string& name = attribute.name;
  const bool legal = std::ranges::all_of(
      name, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); });
  if (name.empty() || name.size() > kAttributeNameBytesMax || !legal) {
    return Bad("an attribute's name has letters a to z and digits only, not " + AsSent(name) +
               "; the event's own fields go into data");
  }
  if (parts.Find(name) != nullptr) return Bad("duplicate attribute " + name);
  if (parts.attributes.size() == kAttributesMax) {
    return Bad("more than " + std::to_string(kAttributesMax) +
               " attributes; the event's own fields go into data");
  }
  parts.attributes.push_back(std::move(attribute));
  return Done{};
}

Status CheckAttributes(const Parts& parts) {
  for (const std::string_view name : kRequired) {
    const Attribute* attribute = parts.Find(name);
    if (attribute == nullptr) return Bad("the attribute " + std::string(name) + " is missing");
    if (!attribute->text || attribute->text->empty()) {
      return Bad("the attribute " + std::string(name) + " must be a text that is not empty");
    }
  }
  if (*parts.Find("specversion")->text != "1.0") {
    return Bad("specversion must be 1.0, not " + AsSent(*parts.Find("specversion")->text));
  }
  if (parts.Find("source")->text->size() > kSourceBytesMax) {
    return Bad("source has more than " + std::to_string(kSourceBytesMax) + " bytes");
  }
  const Attribute* time = parts.Find("time");
  if (time != nullptr &&
      (!time->text || time->text->size() < kTimeBytesMin || !ParseTimestamp(*time->text))) {
    return Bad("the attribute time must be a time like 2026-11-23T10:00:00Z");
  }
  if (parts.data && parts.data_base64) return Bad("data and data_base64 cannot both be there");
  return Done{};
}

void AddMember(std::string& json, std::string_view quoted_name, std::string_view value) {
  json += json.empty() ? "" : ",";
  json.append(quoted_name).append(":").append(value);
}

// Adds the data's fields to `top`; `left` gets those whose name is taken there.
void SpreadData(std::string_view data, const event::Document& document, const Parts& parts,
                std::string& top, std::string& left) {
  std::vector<bool> taken;
  document.ForEachField([&](std::string_view name, const event::Value&) {
    taken.push_back(std::ranges::find(kTaken, name) != kTaken.end() ||
                    (name != "type" && name != "id" && parts.Find(name) != nullptr));
  });
  size_t index = 0;
  ForEachMember(data, [&](std::string_view name, std::string_view value) {
    AddMember(taken[index++] ? left : top, name, value);
  });
}

Result<CloudEvent> Compose(const Parts& parts) {
  if (Status checked = CheckAttributes(parts); !checked) return std::move(checked).error();
  std::string top;
  AddMember(top, "\"event_type\"", parts.Find("type")->json);
  if (parts.data && parts.data->starts_with('{')) {
    event::Document document;
    if (Status parsed = document.Parse(*parts.data); !parsed) {
      return std::move(parsed).error().In("data");
    }
    std::string left;
    SpreadData(*parts.data, document, parts, top, left);
    if (!left.empty()) AddMember(top, "\"data\"", "{" + left + "}");
  } else if (parts.data) {
    AddMember(top, "\"data\"", *parts.data);
  }
  if (parts.data_base64) AddMember(top, "\"data_base64\"", *parts.data_base64);
  AddMember(top, "\"event_id\"", parts.Find("id")->json);
  for (const Attribute& attribute : parts.attributes) {
    if (attribute.name == "type" || attribute.name == "id") continue;
    AddMember(top, JsonString(attribute.name), attribute.json);
  }
  return CloudEvent{"{" + top + "}", *parts.Find("source")->text};
}

// One member of the JSON format.
Status TakeMember(Parts& parts, std::string_view name, const event::Value& value,
                  std::string_view json) {
  const bool has_data = parts.data || parts.data_base64;
  if (name == "data") {
    if (parts.data) return Bad("duplicate data");
    parts.data = json;
    return Done{};
  }
  if (std::holds_alternative<event::Null>(value)) return Done{};  // "unset", says the format
  const auto* text = std::get_if<std::string_view>(&value);
  if (name == "data_base64") {
    if (has_data) return Bad("data_base64 cannot be there beside other data");
    if (text == nullptr || !Base64Decode(*text)) return Bad("data_base64 must be base64");
    parts.data_base64 = json;
    return Done{};
  }
  if (text != nullptr) {
    return AddAttribute(parts, {std::string(name), std::string(*text), std::string(json)});
  }
  if (std::holds_alternative<int64_t>(value) || std::holds_alternative<bool>(value)) {
    return AddAttribute(parts, {std::string(name), std::nullopt, std::string(json)});
  }
  return Bad("the attribute " + AsSent(name) +
             " must be a text, a whole number or a boolean; the event's own fields go into data");
}

bool HasPrefix(std::string_view header) {
  return header.size() > kPrefix.size() && StartsWithIgnoringCase(header, kPrefix);
}

std::string AttributeName(std::string_view header) {
  std::string name(header.substr(kPrefix.size()));
  for (char& c : name) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return name;
}

// HTTP protocol binding, section 3.1.3.2: quoted strings first, then one round of percent-decoding.
Result<std::string> DecodeHeader(std::string_view value) {
  std::string plain;
  bool quoted = false;
  for (size_t i = 0; i < value.size(); ++i) {
    if (value[i] == '"') {
      quoted = !quoted;
    } else {
      if (quoted && value[i] == '\\' && i + 1 < value.size()) ++i;
      plain += value[i];
    }
  }
  if (quoted) return Error{Fault::kBadInput, "its quote does not end"};
  auto decoded = PercentDecode(plain);
  if (decoded && !IsUtf8(*decoded)) return Error{Fault::kBadInput, "it is not UTF-8"};
  return decoded;
}

Status TakeHeaders(Parts& parts, const http::Request& request) {
  for (const auto& [header, value] : request.headers) {
    if (!HasPrefix(header)) continue;
    const std::string name = AttributeName(header);
    // Binding, section 3.1.1: Content-Type says it.
    if (name == "datacontenttype") return Bad("the header ce-datacontenttype is not allowed");
    auto text = DecodeHeader(value);
    if (!text) return Bad("the header ce-" + name + ": " + text.error().context);
    std::string json = JsonString(*text);
    Status added = AddAttribute(parts, {name, std::move(text).value(), std::move(json)});
    if (!added) return added;
  }
  return Done{};
}

// Whether `text` is one JSON value, of whatever kind, and nothing behind it.
Status CheckJson(std::string_view text) {
  if (SkipSpace(text, EndOfValue(text, 0)) != text.size()) return Bad("more than one JSON value");
  event::Document document;
  return document.Parse("{\"data\":" + std::string(text) + "}");
}

bool IsText(const MediaType& type) {
  return type.name.starts_with("text/") || type.name.ends_with("/xml") ||
         type.name.ends_with("+xml");
}

}  // namespace

Result<CloudEvent> ReadStructuredCloudEvent(std::string_view json) {
  event::Document document;
  if (Status parsed = document.Parse(json); !parsed) return std::move(parsed).error();
  std::vector<std::string_view> values;
  ForEachMember(json, [&](std::string_view, std::string_view value) { values.push_back(value); });
  Parts parts;
  Status taken = Done{};
  size_t index = 0;
  document.ForEachField([&](std::string_view name, const event::Value& value) {
    const std::string_view text = values[index++];
    if (taken) taken = TakeMember(parts, name, value, text);
  });
  if (!taken) return std::move(taken).error();
  return Compose(parts);
}

bool IsBinaryCloudEvent(const http::Headers& headers) {
  return std::ranges::any_of(headers, [](const auto& header) {
    return HasPrefix(header.first) &&
           std::ranges::find(kRequired, AttributeName(header.first)) != kRequired.end();
  });
}

Result<CloudEvent> ReadBinaryCloudEvent(const http::Request& request, const MediaType& type) {
  Parts parts;
  if (Status taken = TakeHeaders(parts, request); !taken) return std::move(taken).error();
  for (const auto& [header, value] : request.headers) {
    if (!EqualsIgnoringCase(header, "content-type")) continue;
    const std::string text = HeaderText(value);
    Status added = AddAttribute(parts, {"datacontenttype", text, JsonString(text)});
    if (!added) return std::move(added).error();
  }
  std::string data;
  std::string_view body = SkipByteOrderMark(request.body);
  body.remove_prefix(SkipSpace(body, 0));
  const bool may_be_json = type.IsJson() || type.name.empty();
  if (may_be_json && !body.empty()) {
    const Status json = CheckJson(body);
    if (json) {
      parts.data = body.substr(0, EndOfValue(body, 0));
    } else if (type.IsJson()) {
      return Bad("the body: " + json.error().context);
    }
  }
  if (!parts.data && !request.body.empty() && !type.IsJson()) {
    const bool as_text = (IsText(type) || type.name.empty()) && IsUtf8(request.body);
    data = JsonString(as_text ? request.body : Base64Encode(request.body));
    (as_text ? parts.data : parts.data_base64) = data;
  }
  return Compose(parts);
}

}  // namespace gamevents::collector
