#include "core/collector/ingest/incoming.h"

#include "core/base/ascii.h"
#include "core/base/text.h"
#include "core/base/uuid.h"
#include "core/collector/request/json_text.h"
#include "core/state/command.h"

#include <algorithm>
#include <array>
#include <vector>

namespace gamevents::collector {
namespace {

using event::Value;

// The fields that mean something to us, at an event's top. The users in the order in which they
// are asked.
enum Field : size_t { kType, kId, kReceivedAt, kRemoteIp, kFirstUser };
constexpr auto kNames =
    std::to_array<std::string_view>({"event_type", "event_id", "received_at", "remote_ip",
                                     "user_name", "purchase_user", "user_id", "user"});

struct Facts {
  std::array<Value, kNames.size()> values;  // Missing where the event has none
  std::array<bool, kNames.size()> repeated{};

  bool Has(Field field) const { return !std::holds_alternative<event::Missing>(values[field]); }
};

Facts FindFacts(const event::Document& document) {
  Facts facts;
  document.ForEachField([&facts](std::string_view name, const Value& value) {
    const auto found = std::ranges::find(kNames, name);
    if (found == kNames.end()) return;
    const auto index = static_cast<size_t>(found - kNames.begin());
    facts.repeated[index] = !std::holds_alternative<event::Missing>(facts.values[index]);
    facts.values[index] = value;
  });
  return facts;
}

// The field's text. Errors: kBadInput, naming the field.
Result<std::string_view> TextOf(const Facts& facts, Field field, size_t bytes_max) {
  const std::string name(kNames[field]);
  if (facts.repeated[field]) return Error{Fault::kBadInput, name + " stands in it twice"};
  const auto* text = std::get_if<std::string_view>(&facts.values[field]);
  if (text == nullptr) return Error{Fault::kBadInput, name + " must be a text"};
  if (text->empty()) return Error{Fault::kBadInput, name + " must not be empty"};
  if (text->size() <= bytes_max) return *text;
  return Error{Fault::kBadInput, name + " has " + std::to_string(text->size()) +
                                     " bytes; at most " + std::to_string(bytes_max) + " are taken"};
}

std::optional<std::string> FirstUser(const Facts& facts) {
  for (size_t i = kFirstUser; i < kNames.size(); ++i) {
    if (const auto* text = std::get_if<std::string_view>(&facts.values[i])) {
      if (!text->empty() && text->size() <= kUserBytesMax) return std::string(*text);
    } else if (const auto* number = std::get_if<int64_t>(&facts.values[i])) {
      return std::to_string(*number);
    } else if (const auto* digits = std::get_if<event::Digits>(&facts.values[i])) {
      return std::string(digits->text);
    }
  }
  return std::nullopt;
}

// Whose event it is. A command on the state must be under the user whom the fold takes for its own,
// or it would be stored and never count; one that the fold cannot read is refused for that reason.
// Errors: kBadInput.
Result<std::optional<std::string>> UserOf(const event::Document& document, const Facts& facts,
                                          std::string_view event_type) {
  if (!state::IsCommandType(event_type)) return FirstUser(facts);
  state::Command command;
  state::Flaw flaw;
  if (state::ReadCommand(document, command, &flaw) == state::Reading::kCommand) {
    return std::optional(std::string(command.user));
  }
  return Error{Fault::kBadInput, std::string(event_type) + " changes what a user has, and " +
                                     state::DescribeFlaw(flaw)};
}

void AddText(std::string& json, std::string_view name, std::string_view text) {
  json += ',';
  AppendJsonString(json, name);
  json += ':';
  AppendJsonString(json, text);
}

// Spark and SQL would not tell `User-Agent` from `user-agent`, so the event's own wins in any case.
void AddHeaders(std::string& json, const http::Headers& headers, const event::Document& document) {
  if (headers.empty()) return;
  std::vector<std::string_view> own(kNames.begin(), kNames.begin() + kFirstUser);
  document.ForEachField([&own](std::string_view name, const Value&) { own.push_back(name); });
  for (const auto& header : headers) {
    const auto same = [&](std::string_view other) {
      return EqualsIgnoringCase(header.first, other);
    };
    if (std::ranges::none_of(own, same)) AddText(json, header.first, header.second);
  }
}

}  // namespace

Result<Incoming> IncomingReader::Read(std::string_view json, const Stamp& stamp) {
  if (Status parsed = document_.Parse(json); !parsed) return std::move(parsed).error();
  const Facts facts = FindFacts(document_);
  if (!facts.Has(kType)) {
    return Error{Fault::kBadInput, "it has no event_type, which says what happened"};
  }
  const auto type = TextOf(facts, kType, kEventTypeBytesMax);
  if (!type) return Error(type.error());
  Incoming incoming;
  if (facts.Has(kId)) {
    auto id = TextOf(facts, kId, kEventIdBytesMax);
    if (!id) return std::move(id).error();
    incoming.id = *id;
  }
  json = json.substr(SkipSpace(json, 0));
  auto user = UserOf(document_, facts, *type);
  if (!user) return std::move(user).error();
  incoming.user = std::move(user).value();

  json = json.substr(0, json.rfind('}'));
  incoming.json.reserve(json.size() + 160);
  AppendOneLine(incoming.json, json);
  if (!facts.Has(kId)) {
    AddText(incoming.json, kNames[kId], FormatUuid(MakeUuidV7(stamp.received_at)));
  }
  if (!facts.Has(kReceivedAt)) {
    AddText(incoming.json, kNames[kReceivedAt], FormatTimestamp(stamp.received_at));
  }
  if (!facts.Has(kRemoteIp)) AddText(incoming.json, kNames[kRemoteIp], stamp.remote_ip);
  AddHeaders(incoming.json, stamp.headers, document_);
  incoming.json += '}';
  return incoming;
}

}  // namespace gamevents::collector
