#include "core/collector/ingest/incoming.h"

#include "core/base/ascii.h"
#include "core/base/clock.h"
#include "core/base/text.h"
#include "core/base/uuid.h"
#include "core/collector/request/json_text.h"
#include "core/state/command.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace gamevents::collector {
namespace {

using event::Value;
using problem::Code;
using problem::OrProblem;
using problem::Problem;

// The fields that mean something to us, at an event's top. The users in the order in which they
// are asked. Those of the time come last, for they are asked for seldom.
enum KnownField : size_t {
  kType,
  kId,
  kReceivedAt,
  kRemoteIp,
  kFirstUser,
  kEventTime = 8,
  kCloudTime
};
constexpr auto kNames = std::to_array<std::string_view>({"event_type", "event_id", "received_at",
                                                         "remote_ip", "user_name", "purchase_user",
                                                         "user_id", "user", "event_time", "time"});
constexpr size_t kKnownBytesMin = std::string_view("user").size();
constexpr size_t kKnownBytesMax = std::string_view("purchase_user").size();

struct Facts {
  std::array<const event::DocumentField*, kNames.size()> fields{};  // null: the event has none
  std::array<bool, kNames.size()> repeated{};

  bool Has(KnownField field) const { return fields[field] != nullptr; }
};

Facts FindFacts(const event::Document& document) {
  Facts facts;
  const std::span<const event::DocumentField> all = document.fields();
  for (size_t i = 0; i < all.size(); i = all[i].next) {
    const std::string_view name = all[i].name;
    // Lengths differ more often than names: most fields are none of these.
    if (name.size() < kKnownBytesMin || name.size() > kKnownBytesMax) continue;
    for (size_t which = 0; which < kNames.size(); ++which) {
      if (kNames[which].size() != name.size() || kNames[which] != name) continue;
      facts.repeated[which] = facts.fields[which] != nullptr;
      facts.fields[which] = &all[i];
      break;
    }
  }
  return facts;
}

// The field's text. Requires: it is there.
OrProblem<std::string_view> TextOf(const Facts& facts, KnownField field, size_t bytes_max) {
  const event::DocumentField& found = *facts.fields[field];
  const auto wrong = [field](const std::string& how) {
    const std::string name(kNames[field]);
    return Problem{.code = Code::kInvalidField, .detail = name + how, .field = name};
  };
  if (facts.repeated[field]) return wrong(" stands in it twice");
  if (found.kind != event::DocumentField::Kind::kText) return wrong(" must be a text");
  if (found.token.empty()) return wrong(" must not be empty");
  if (found.token.size() <= bytes_max) return found.token;
  return wrong(" has " + std::to_string(found.token.size()) + " bytes; at most " +
               std::to_string(bytes_max) + " are taken");
}

std::optional<std::string> FirstUser(const Facts& facts) {
  for (size_t i = kFirstUser; i < kEventTime; ++i) {
    if (facts.fields[i] == nullptr) continue;
    const Value value = facts.fields[i]->value();
    if (const auto* text = std::get_if<std::string_view>(&value)) {
      if (!text->empty() && text->size() <= kUserBytesMax) return std::string(*text);
    } else if (const auto* number = std::get_if<int64_t>(&value)) {
      return std::to_string(*number);
    } else if (const auto* digits = std::get_if<event::Digits>(&value)) {
      return std::string(digits->text);
    }
  }
  return std::nullopt;
}

// Notes when the event says that it happened.
void ReadTime(const Facts& facts, TimeField which, Incoming& incoming) {
  if (which == TimeField::kNone) return;
  const bool cloud = which == TimeField::kCloud && facts.Has(kCloudTime);
  const KnownField field = cloud ? kCloudTime : kEventTime;
  incoming.says_time = facts.Has(field);
  if (!incoming.says_time || facts.repeated[field]) return;
  const Value value = facts.fields[field]->value();
  if (const auto* text = std::get_if<std::string_view>(&value)) {
    if (const auto time = ParseTimestamp(*text)) incoming.time = *time;
  } else if (const auto* number = std::get_if<int64_t>(&value)) {
    if (*number >= 0) incoming.time = TimestampMs(*number);
  }
}

// Whose event it is. A command on the state must be under the user whom the fold takes for its own,
// or it would be stored and never count; one that the fold cannot read is refused for that reason.
OrProblem<std::optional<std::string>> UserOf(const event::Document& document, const Facts& facts,
                                             std::string_view event_type) {
  if (!state::IsCommandType(event_type)) return FirstUser(facts);
  state::Command command;
  state::Flaw flaw;
  if (state::ReadCommand(document, command, &flaw) == state::Reading::kCommand) {
    return std::optional(std::string(command.user));
  }
  return Problem{.code = Code::kInvalidField,
                 .detail = std::string(event_type) + " changes what a user has, and " +
                           state::DescribeFlaw(flaw),
                 .field = std::string(flaw.field)};
}

void AddText(std::string& json, std::string_view name, std::string_view text) {
  json += ',';
  AppendJsonString(json, name);
  json += ':';
  AppendJsonString(json, text);
}

// A field of which neither the name nor the text has anything to escape.
void AddPlain(std::string& json, std::string_view name, std::string_view text) {
  json.append(",\"").append(name).append("\":\"").append(text).append("\"");
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

const std::string& IncomingReader::TimeText(TimestampMs time) {
  if (time_text_.empty() || time != time_) {
    time_ = time;
    time_text_ = FormatTimestamp(time);
  }
  return time_text_;
}

OrProblem<Incoming> IncomingReader::Read(std::string_view json, const Stamp& stamp) {
  problems_.clear();
  if (Status parsed = document_.Parse(json); !parsed) {
    return Problem{.code = Code::kMalformedEvent, .detail = std::move(parsed).error().context};
  }
  const Facts facts = FindFacts(document_);
  if (!facts.Has(kType)) {
    return Problem{.code = Code::kMissingField,
                   .detail = "it has no event_type, which says what happened",
                   .field = std::string(kNames[kType])};
  }
  const auto type = TextOf(facts, kType, kEventTypeBytesMax);
  if (!type) return type.problem();
  Incoming incoming;
  if (facts.Has(kId)) {
    auto id = TextOf(facts, kId, kEventIdBytesMax);
    if (!id) return std::move(id).problem();
    incoming.id = *id;
  }
  if (stamp.guard != nullptr) {
    Status admitted = stamp.guard->Admit(*stamp.contracts, *type, document_, problems_);
    if (!admitted) {
      const bool is_unknown = admitted.error().fault == Fault::kNotFound;
      return Problem{.code = is_unknown ? Code::kNoContract : Code::kContractBroken,
                     .detail = std::move(admitted).error().context};
    }
  }
  json = json.substr(SkipSpace(json, 0));
  auto user = UserOf(document_, facts, *type);
  if (!user) return std::move(user).problem();
  incoming.user = *std::move(user);
  ReadTime(facts, stamp.time_field, incoming);

  json = json.substr(0, json.rfind('}'));
  incoming.json.reserve(json.size() + 160);
  AppendOneLine(incoming.json, json);
  if (!facts.Has(kId)) {
    const UuidText id = UuidTextOf(MakeUuidV7(stamp.received_at));
    AddPlain(incoming.json, kNames[kId], {id.data(), id.size()});
    if (stamp.tells_ids) incoming.made_id.assign(id.data(), id.size());
  }
  if (!facts.Has(kReceivedAt)) {
    AddPlain(incoming.json, kNames[kReceivedAt], TimeText(stamp.received_at));
  }
  if (!facts.Has(kRemoteIp)) AddText(incoming.json, kNames[kRemoteIp], stamp.remote_ip);
  AddHeaders(incoming.json, stamp.headers, document_);
  incoming.json += '}';
  return incoming;
}

}  // namespace gamevents::collector
