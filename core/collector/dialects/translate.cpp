#include "core/collector/dialects/translate.h"

#include "core/base/text.h"
#include "core/collector/dialects/foreign_json.h"
#include "core/collector/request/body.h"
#include "core/collector/request/json_text.h"
#include "core/event/document.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace gamevents::collector {
namespace {

// The names that are ours at an event's top.
constexpr auto kOurNames =
    std::to_array<std::string_view>({"event_type", "event_id", "event_time", "user_name",
                                     "received_at", "remote_ip", "properties"});
// A number below it is of seconds: as milliseconds it would be of 1973 or before.
constexpr double kSecondsMax = 1e11;
// The end of the year 9999, which is the last that is written.
constexpr double kMomentMsMax = 253'402'300'799'999.0;
// Attributes of one event that are a list.
constexpr size_t kListedMembersMax = 10'000;

// As it is written, the name without its quotes. One without a value is taken out.
struct ForeignMember {
  std::string_view name;
  std::string_view value;
};
using Members = std::vector<ForeignMember>;

// An object whose members come to the top.
struct SpreadObject {
  std::string_view name;
  Members members;
};

Members MembersOf(std::string_view object) {
  Members members;
  ForEachMember(object, [&](std::string_view name, std::string_view value) {
    members.push_back({name.substr(1, name.size() - 2), value});
  });
  return members;
}

// [{"name":"level","value":"3"}, …] as members; nullopt where it is anything else.
std::optional<Members> ListedMembers(std::string_view array) {
  const auto pieces = Split(array, Shape::kArray, kListedMembersMax);
  if (!pieces) return std::nullopt;
  Members members;
  for (const Piece& piece : *pieces) {
    const std::string_view item = array.substr(piece.offset, piece.size);
    if (!item.starts_with('{')) return std::nullopt;
    ForeignMember member;
    ForEachMember(item, [&](std::string_view name, std::string_view value) {
      if (name == "\"name\"" || name == "\"Name\"") {
        member.name = PlainText(value).value_or(std::string_view());
      } else if (name == "\"value\"" || name == "\"Value\"") {
        member.value = value;
      }
    });
    if (member.name.empty() || member.value.empty()) return std::nullopt;
    members.push_back(member);
  }
  return members;
}

template <typename Names>
bool Has(const Names& names, std::string_view name) {
  return std::ranges::find(names, name) != std::end(names);
}

// A text that is not empty, or a number as a text; JSON either way.
std::optional<std::string> TextJson(std::string_view value) {
  if (value.starts_with('"'))
    return value.size() > 2 ? std::optional(std::string(value)) : std::nullopt;
  if (value.empty() || value.front() == '{' || value.front() == '[') return std::nullopt;
  if (value == "null" || value == "true" || value == "false") return std::nullopt;
  return "\"" + std::string(value) + "\"";
}

// "+01:02:03.456", the sign and the fraction may be missing. nullopt for anything else.
std::optional<int64_t> ReadAge(std::string_view value) {
  auto text = PlainText(value);
  if (!text) return std::nullopt;
  if (text->starts_with('+')) text->remove_prefix(1);
  if (text->size() < std::string_view("01:02:03").size()) return std::nullopt;
  // It is a time of day, too: within one day, and no other text is one.
  const auto moment = ParseTimestamp("1970-01-01T" + std::string(*text));
  if (!moment) return std::nullopt;
  return moment->value;
}

// The parts of one event while it is translated.
class ForeignEvent {
 public:
  ForeignEvent(std::string_view json, const Words& words) {
    for (const ForeignMember& member : MembersOf(json)) {
      if (Has(words.spread, member.name) && !member.name.empty()) {
        if (member.value.starts_with('{')) {
          objects_.push_back({member.name, MembersOf(member.value)});
          continue;
        }
        auto listed = member.value.starts_with('[') ? ListedMembers(member.value) : std::nullopt;
        if (listed) {
          objects_.push_back({member.name, std::move(*listed)});
          continue;
        }
      }
      top_.push_back(member);
    }
  }

  // Takes out whatever stands at the place.
  void Erase(std::string_view place) {
    Members* members = Side(place);
    if (members == nullptr || place.empty()) return;
    for (ForeignMember& member : *members) {
      if (member.name == place) member.value = {};
    }
  }

  // What `read` makes of the first place where it makes something. The first place of all is taken
  // out if so, or if null is there.
  template <typename Read>
  auto Take(const Places& places, Read read) -> decltype(read(std::string_view())) {
    for (const std::string_view& place : places) {
      if (place.empty()) break;
      const std::string_view value = At(place);
      if (value.empty()) continue;
      auto found = read(value);
      const bool is_first = &place == places.data();
      if (is_first && (found || value == "null")) Erase(place);
      if (found) return found;
    }
    return std::nullopt;
  }

  const Members& top() const { return top_; }
  const std::vector<SpreadObject>& objects() const { return objects_; }

 private:
  // The members among which the place is; cuts `place` to the name there. Null where there is none.
  Members* Side(std::string_view& place) {
    const size_t dot = place.find('.');
    if (dot == place.npos) return &top_;
    const auto object = std::ranges::find(objects_, place.substr(0, dot), &SpreadObject::name);
    place.remove_prefix(dot + 1);
    return object == objects_.end() ? nullptr : &object->members;
  }

  std::string_view At(std::string_view place) {
    const Members* members = Side(place);
    if (members == nullptr) return {};
    const auto found = std::ranges::find_if(*members, [&](const ForeignMember& member) {
      return member.name == place && !member.value.empty();
    });
    return found == members->end() ? std::string_view() : found->value;
  }

  Members top_;
  std::vector<SpreadObject> objects_;
};

void AppendMember(std::string& json, std::string_view name, std::string_view value) {
  json += json.empty() ? "\"" : ",\"";
  json.append(name).append("\":").append(value);
}

int64_t SkewOf(const ForeignContext& context) {
  if (!context.sent) return 0;
  const int64_t skew = context.received_at.value - context.sent->value;
  return std::abs(skew) < kClockSkewMsMin ? 0 : skew;
}

// event_time's JSON: what cannot be read stays as it was sent, so that it is counted as such.
std::optional<std::string> TimeJson(std::string_view value, TimeForm form,
                                    const ForeignContext& context) {
  if (value == "null") return std::nullopt;
  std::optional<int64_t> at;
  if (form == TimeForm::kAge) {
    if (const auto age = ReadAge(value)) at = context.received_at.value - *age;
  } else if (const auto moment = ReadMoment(value)) {
    at = moment->value + SkewOf(context);
  }
  if (!at) return std::string(value);
  return JsonString(FormatTimestamp(TimestampMs(*at)));
}

// The names at the top, sorted: what is spread must not repeat them.
std::vector<std::string_view> TakenNames(const ForeignEvent& event, const Words& words,
                                         const ForeignContext& context) {
  std::vector<std::string_view> taken(kOurNames.begin(), kOurNames.end());
  taken.insert(taken.end(), words.reserved.begin(), words.reserved.end());
  for (const auto& [name, value] : context.fields) taken.emplace_back(name);
  for (const ForeignMember& member : event.top()) {
    if (!member.value.empty()) taken.push_back(member.name);
  }
  std::ranges::sort(taken);
  return taken;
}

// Writes what is left of the event once our fields are taken from it.
void AppendRest(const ForeignEvent& event, const Words& words, const ForeignContext& context,
                std::string& top) {
  std::string left;
  const std::vector<std::string_view> taken = TakenNames(event, words, context);
  for (const ForeignMember& member : event.top()) {
    if (member.value.empty()) continue;
    const bool is_ours = Has(kOurNames, member.name) || Has(words.spread, member.name);
    AppendMember(is_ours ? left : top, member.name, member.value);
  }
  for (const auto& [name, value] : context.fields) {
    if (!Has(kOurNames, name) &&
        std::ranges::find(event.top(), name, &ForeignMember::name) == event.top().end()) {
      AppendMember(top, name, value);
    }
  }
  for (const SpreadObject& object : event.objects()) {
    for (const ForeignMember& member : object.members) {
      if (member.value.empty()) continue;
      const bool is_taken = std::ranges::binary_search(taken, member.name);
      AppendMember(is_taken ? left : top, member.name, member.value);
    }
  }
  if (!left.empty()) AppendMember(top, "properties", "{" + left + "}");
}

}  // namespace

std::optional<TimestampMs> ReadMoment(std::string_view value) {
  if (const auto text = PlainText(value)) {
    const auto moment = ParseTimestamp(*text);
    return moment ? std::optional(*moment) : std::nullopt;
  }
  double number = 0;
  const auto read = std::from_chars(value.data(), value.data() + value.size(), number);
  if (read.ec != std::errc() || read.ptr != value.data() + value.size()) return std::nullopt;
  if (number < kSecondsMax) number *= 1000;
  if (!(number >= 0) || number > kMomentMsMax) return std::nullopt;
  return TimestampMs(std::llround(number));
}

Result<std::string> Translate(std::string_view json, const Endpoint& endpoint,
                              const ForeignContext& context) {
  thread_local event::Document document;  // its buffers grow to the largest event
  if (Status parsed = document.Parse(json); !parsed) return std::move(parsed).error();
  const Words& words = *endpoint.words;
  ForeignEvent event(json, words);
  for (const std::string_view place : words.key) event.Erase(place);
  event.Erase(words.sent);

  std::string out;
  auto type = event.Take(words.type, TextJson);
  if (!type && !endpoint.type.empty()) type = JsonString(endpoint.type);
  if (type) AppendMember(out, "event_type", *type);
  auto user = event.Take(words.user, TextJson);
  if (!user && !context.user.empty()) user = JsonString(context.user);
  if (user) AppendMember(out, "user_name", *user);
  const auto time = event.Take(words.time, [&](std::string_view value) {
    return TimeJson(value, words.time_form, context);
  });
  const auto id = event.Take(words.id, TextJson);
  AppendRest(event, words, context, out);
  if (id) AppendMember(out, "event_id", *id);
  if (time) AppendMember(out, "event_time", *time);
  return "{" + out + "}";
}

}  // namespace gamevents::collector
