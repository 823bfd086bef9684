#include "core/collector/ingest/incoming.h"

#include "core/base/ascii.h"
#include "core/base/clock.h"
#include "core/base/text.h"
#include "core/base/uuid.h"
#include "core/collector/ingest/personal.h"
#include "core/collector/request/json_text.h"
#include "core/state/command.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace gamevents::collector {
namespace {

using event::FoundFields;
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
constexpr event::FieldNames kLookedFor{kNames};

// The field's text. Requires: it is there.
OrProblem<std::string_view> TextOf(const FoundFields& facts, KnownField field, size_t bytes_max) {
  const event::DocumentField& found = *facts.Get(field);
  const auto wrong = [field](const std::string& how) {
    const std::string name(kNames[field]);
    return Problem{.code = Code::kInvalidField, .detail = name + how, .field = name};
  };
  if (facts.IsRepeated(field)) return wrong(" stands in it twice");
  if (found.kind != event::DocumentField::Kind::kText) return wrong(" must be a text");
  if (found.token.empty()) return wrong(" must not be empty");
  if (found.token.size() <= bytes_max) return found.token;
  return wrong(" has " + std::to_string(found.token.size()) + " bytes; at most " +
               std::to_string(bytes_max) + " are taken");
}

// Uses the memory of what was there.
void Assign(std::optional<std::string>& to, std::string_view text) {
  if (!to) to.emplace();
  *to = text;
}

void TakeFirstUser(const FoundFields& facts, std::optional<std::string>& user) {
  for (size_t i = kFirstUser; i < kEventTime; ++i) {
    if (!facts.Has(i)) continue;
    const Value value = facts.fields[i].value();
    if (const auto* text = std::get_if<std::string_view>(&value)) {
      if (text->empty() || text->size() > kUserBytesMax) continue;
      return Assign(user, *text);
    }
    if (const auto* number = std::get_if<int64_t>(&value)) {
      return Assign(user, std::to_string(*number));
    }
    if (const auto* digits = std::get_if<event::Digits>(&value)) return Assign(user, digits->text);
  }
  user.reset();
}

// Notes when the event says that it happened.
void ReadTime(const FoundFields& facts, TimeField which, Incoming& incoming) {
  incoming.says_time = false;
  incoming.time.reset();
  if (which == TimeField::kNone) return;
  const bool cloud = which == TimeField::kCloud && facts.Has(kCloudTime);
  const KnownField field = cloud ? kCloudTime : kEventTime;
  incoming.says_time = facts.Has(field);
  if (!incoming.says_time || facts.IsRepeated(field)) return;
  const Value value = facts.fields[field].value();
  if (const auto* text = std::get_if<std::string_view>(&value)) {
    if (const auto time = ParseTimestamp(*text)) incoming.time = *time;
  } else if (const auto* number = std::get_if<int64_t>(&value)) {
    if (*number >= 0) incoming.time = TimestampMs(*number);
  }
}

// Whose event it is. A command on the state must be under the user whom the fold takes for its own,
// or it would be stored and never count; one that the fold cannot read is refused for that reason.
std::optional<Problem> TakeUser(const event::Document& document, const FoundFields& facts,
                                std::string_view event_type, Incoming& incoming) {
  if (!incoming.is_command) {
    TakeFirstUser(facts, incoming.user);
    return std::nullopt;
  }
  state::Command command;
  state::Flaw flaw;
  if (state::ReadCommand(document, command, &flaw) == state::Reading::kCommand) {
    Assign(incoming.user, command.user);
    return std::nullopt;
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

// Begins the event's JSON with what the client wrote, but for the closing bracket. A command
// without its user would be none.
void WriteOwn(std::string_view json, Hiding hiding, Incoming& incoming) {
  if (incoming.is_command) hiding.sender = false;
  if (hiding.sender) incoming.user.reset();
  incoming.json.clear();
  incoming.json.reserve(json.size() + 160);
  if (hiding.any()) return AppendHiding(incoming.json, json, hiding);
  AppendOneLine(incoming.json, json.substr(0, json.rfind('}')));
}

}  // namespace

void IncomingReader::WriteEnding(const Stamp& stamp) {
  if (!ending_.empty() && stamp.received_at == time_ && stamp.remote_ip == remote_ip_) return;
  time_ = stamp.received_at;
  remote_ip_ = stamp.remote_ip;
  received_at_text_.clear();
  AddText(received_at_text_, kNames[kReceivedAt], FormatTimestamp(time_));
  remote_ip_text_.clear();
  if (!remote_ip_.empty()) AddText(remote_ip_text_, kNames[kRemoteIp], remote_ip_);
  ending_ = received_at_text_ + remote_ip_text_;
}

std::optional<Problem> IncomingReader::Admit(const Stamp& stamp, std::string_view event_type) {
  if (stamp.guard == nullptr) return std::nullopt;
  Status admitted = stamp.guard->Admit(*stamp.contracts, event_type, document_, problems_);
  if (admitted) return std::nullopt;
  const bool is_unknown = admitted.error().fault == Fault::kNotFound;
  return Problem{.code = is_unknown ? Code::kNoContract : Code::kContractBroken,
                 .detail = std::move(admitted).error().context};
}

std::optional<Problem> IncomingReader::Read(std::string_view json, const Stamp& stamp,
                                            Incoming& incoming) {
  problems_.clear();
  if (Status parsed = document_.Parse(json); !parsed) {
    return Problem{.code = Code::kMalformedEvent, .detail = std::move(parsed).error().context};
  }
  document_.Find(kLookedFor, facts_);
  const FoundFields& facts = facts_;
  if (!facts.Has(kType)) {
    return Problem{.code = Code::kMissingField,
                   .detail = "it has no event_type, which says what happened",
                   .field = std::string(kNames[kType])};
  }
  const auto type = TextOf(facts, kType, kEventTypeBytesMax);
  if (!type) return type.problem();
  incoming.id.clear();
  incoming.made_id.clear();
  incoming.source.clear();
  if (facts.Has(kId)) {
    auto id = TextOf(facts, kId, kEventIdBytesMax);
    if (!id) return std::move(id).problem();
    incoming.id = *id;
  }
  if (auto refused = Admit(stamp, *type)) return refused;
  json = json.substr(SkipSpace(json, 0));
  incoming.is_command = state::IsCommandType(*type);
  if (auto wrong = TakeUser(document_, facts, *type, incoming)) return wrong;
  ReadTime(facts, stamp.time_field, incoming);
  WriteOwn(json, stamp.hiding, incoming);
  if (!facts.Has(kId)) {
    const UuidText id = UuidTextOf(MakeUuidV7(stamp.received_at));
    incoming.json.append(",\"event_id\":\"").append(id.data(), id.size()).append("\"");
    if (stamp.tells_ids) incoming.made_id.assign(id.data(), id.size());
  }
  WriteEnding(stamp);
  if (!facts.Has(kReceivedAt) && !facts.Has(kRemoteIp)) {
    incoming.json += ending_;
  } else {
    if (!facts.Has(kReceivedAt)) incoming.json += received_at_text_;
    if (!facts.Has(kRemoteIp)) incoming.json += remote_ip_text_;
  }
  AddHeaders(incoming.json, stamp.headers, document_);
  incoming.json += '}';
  return std::nullopt;
}

}  // namespace gamevents::collector
