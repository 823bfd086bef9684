#include "core/contracts/draft.h"

#include "core/contracts/decimal.h"
#include "core/contracts/keywords.h"
#include "core/contracts/values.h"
#include "core/event/header_name.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <utility>

namespace gamevents::contracts {
namespace {

constexpr auto kAddedByServe =
    std::to_array<std::string_view>({"event_id", "received_at", "remote_ip"});
constexpr size_t kChoiceBytesMax = 64;
// Of a file's name, which has 255 at most.
constexpr size_t kStemBytesMax = 200;

bool IsAddedByServe(std::string_view name) {
  return event::IsHeaderName(name) || std::ranges::find(kAddedByServe, name) != kAddedByServe.end();
}

/// In the order in which a draft lists them.
constexpr auto kDraftTypes =
    std::to_array<Type>({kObject, kArray, kString, kNumber, kInteger, kBoolean, kNull});

}  // namespace

/// What was seen in one place.
struct Draft::Node {
  struct Member {
    std::string name;
    int64_t seen_in = 0;  ///< objects
    int64_t last_in = 0;  ///< the number of the last: names may repeat
    std::unique_ptr<Node> node;
  };

  uint8_t types = 0;
  int64_t objects = 0;
  int64_t texts_seen = 0;
  std::set<std::string, std::less<>> texts;  ///< one more than an enum may have, at most
  bool long_text = false;
  std::vector<Member> members;  ///< in the order of their first event
  std::unique_ptr<Node> element;

  void See(const ValueList& values, const Instance& value, bool top, size_t& fields);
  void SeeMembers(const ValueList& values, const Instance& object, bool top, size_t& fields);
  Json Schema() const;
  void AddMembers(Json& schema) const;
};

void Draft::Node::See(const ValueList& values, const Instance& value, bool top, size_t& fields) {
  Type type = value.type;
  if (type == kNumber && IsWholeNumber(value.token)) type = kInteger;
  types |= type;
  if (type == kString) {
    ++texts_seen;
    long_text = long_text || value.token.size() > kChoiceBytesMax;
    const bool room = texts.size() <= kDraftChoicesMax && !long_text;
    if (room && !texts.contains(value.token)) texts.emplace(value.token);
  } else if (type == kObject) {
    SeeMembers(values, value, top, fields);
  } else if (type == kArray) {
    for (size_t i = value.begin; i < value.end; i = values.Next(i)) {
      if (!element) element = std::make_unique<Node>();
      element->See(values, values.At(i), false, fields);
    }
  }
}

void Draft::Node::SeeMembers(const ValueList& values, const Instance& object, bool top,
                             size_t& fields) {
  ++objects;
  size_t expected = 0;  // most events have the order of the one before
  for (size_t i = object.begin; i < object.end; i = values.Next(i)) {
    const std::string_view name = values.NameAt(i);
    if (top && IsAddedByServe(name)) continue;
    auto found = members.begin() + static_cast<std::ptrdiff_t>(expected);
    if (expected >= members.size() || found->name != name) {
      found = std::ranges::find(members, name, &Member::name);
    }
    if (found == members.end()) {
      if (fields == kDraftFieldsMax) continue;
      ++fields;
      members.push_back({std::string(name), 0, 0, std::make_unique<Node>()});
      found = members.end() - 1;
    }
    expected = static_cast<size_t>(found - members.begin()) + 1;
    found->seen_in += found->last_in == objects ? 0 : 1;
    found->last_in = objects;
    found->node->See(values, values.At(i), false, fields);
  }
}

Json Draft::Node::Schema() const {
  Json schema = Json::object();
  const bool few = !long_text && texts.size() <= kDraftChoicesMax && types == kString &&
                   texts_seen >= kDraftChoiceEvents * static_cast<int64_t>(texts.size());
  if (few) {
    schema["enum"] = texts;
    return schema;
  }
  Json names = Json::array();
  for (const Type type : kDraftTypes) {
    const bool also_number = type == kInteger && (types & kNumber) != 0;
    if ((types & type) != 0 && !also_number) names.push_back(std::string(NameOf(type)));
  }
  schema["type"] = names.size() == 1 ? names.front() : names;
  if (element) schema["items"] = element->Schema();
  if (!members.empty()) AddMembers(schema);
  return schema;
}

void Draft::Node::AddMembers(Json& schema) const {
  Json properties = Json::object();
  Json required = Json::array();
  for (const Member& member : members) {
    properties[member.name] = member.node->Schema();
    const bool sure = objects >= kDraftEventsMin && member.seen_in == objects;
    if (sure) required.push_back(member.name);
  }
  schema["properties"] = std::move(properties);
  if (!required.empty()) schema["required"] = std::move(required);
}

Draft::Draft() = default;
Draft::~Draft() = default;

void Draft::Add(const event::Document& event) {
  static const event::FieldPath kTypePath = {"event_type"};
  const event::Value type = event.Field(kTypePath);
  const auto* name = std::get_if<std::string_view>(&type);
  if (name == nullptr || name->empty()) return;
  auto found = types_.find(*name);
  if (found == types_.end()) {
    if (fields_ == kDraftFieldsMax) return;
    ++fields_;
    found = types_.emplace(*name, std::make_unique<Node>()).first;
  }
  ValueList values;
  const Instance whole = values.Set(event);
  found->second->See(values, whole, true, fields_);
}

std::map<std::string, std::string> Draft::Files() const {
  std::map<std::string, std::string> files;
  for (const auto& [type, node] : types_) {
    constexpr std::string_view kPlain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.";
    std::string stem = type.substr(0, kStemBytesMax);
    std::ranges::replace_if(
        stem, [&](char c) { return kPlain.find(c) == std::string_view::npos; }, '_');
    if (stem.front() == '.') stem.front() = '_';
    std::string file = stem + ".json";
    for (int number = 2; files.contains(file); ++number) {
      file = stem + "-" + std::to_string(number) + ".json";
    }
    Json schema = node->Schema();
    schema["properties"]["event_type"] = {{"const", type}};
    Json& required = schema["required"];
    if (std::ranges::find(required, Json("event_type")) == required.end()) {
      required.push_back("event_type");
    }
    Json whole = {{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                  {"description", "Drafted from " + std::to_string(node->objects) +
                                      (node->objects == 1 ? " event." : " events.")}};
    whole.update(schema);
    files[file] = whole.dump(2) + "\n";
  }
  return files;
}

}  // namespace gamevents::contracts
