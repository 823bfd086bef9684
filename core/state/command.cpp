#include "core/state/command.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace gamevents::state {
namespace {

using Kind = event::DocumentField::Kind;

constexpr std::string_view kPurchasePrefix = "purchase_";

/// A field of the document; null where it is missing.
using Found = const event::DocumentField*;

/// The fields that some verb looks at, as the event has them.
struct Fields {
  Found event_type, event_id, user, user_name, purchase_user, user_id;
  Found joined_guild, left_guild;
  Found item, kind, type, quantity, price, stack_limit, unique;
};

struct FieldName {
  std::string_view name;
  Found Fields::* member;
};

constexpr auto kFieldNames = std::to_array<FieldName>({
    {"event_type", &Fields::event_type},
    {"event_id", &Fields::event_id},
    {"user", &Fields::user},
    {"user_name", &Fields::user_name},
    {"purchase_user", &Fields::purchase_user},
    {"user_id", &Fields::user_id},
    {"joined_guild", &Fields::joined_guild},
    {"left_guild", &Fields::left_guild},
    {"item", &Fields::item},
    {"kind", &Fields::kind},
    {"type", &Fields::type},
    {"quantity", &Fields::quantity},
    {"price", &Fields::price},
    {"stack_limit", &Fields::stack_limit},
    {"unique", &Fields::unique},
});

constexpr auto kLookedFor = [] {
  std::array<std::string_view, kFieldNames.size()> names{};
  for (size_t i = 0; i < names.size(); ++i) names[i] = kFieldNames[i].name;
  return event::FieldNames(names);
}();

// The fields are in `found`.
Fields FindFields(const event::Document& event, event::FoundFields& found) {
  event.Find(kLookedFor, found);
  Fields fields{};
  for (size_t i = 0; i < kFieldNames.size(); ++i) fields.*kFieldNames[i].member = found.Get(i);
  return fields;
}

bool IsText(Found value) { return value != nullptr && value->kind == Kind::kText; }

struct VerbName {
  std::string_view event_type;
  Verb verb;
};

constexpr auto kVerbNames = std::to_array<VerbName>({
    {"join_a_guild", Verb::kJoinGuild},
    {"leave_a_guild", Verb::kLeaveGuild},
    {"add_to_cart", Verb::kAddToCart},
    {"remove_from_cart", Verb::kRemoveFromCart},
    {"clear_cart", Verb::kClearCart},
    {"checkout", Verb::kCheckout},
    {"use_item", Verb::kUseItem},
});

struct NumberRange {
  int64_t min;
  int64_t max;
};

/// Takes values out of fields; says of each whether it was what it must be, and remembers the one
/// that was not.
class FieldTaker {
 public:
  /// A text of 1 to `bytes_max` bytes.
  bool Text(std::string_view name, Found value, size_t bytes_max, std::string_view& out) {
    if (!IsText(value) || value->token.empty() || value->token.size() > bytes_max) {
      return Fail({name, Flaw::Rule::kText, 1, static_cast<int64_t>(bytes_max)});
    }
    out = value->token;
    return true;
  }
  bool OptionalText(std::string_view name, Found value, size_t bytes_max, std::string_view& out) {
    return value == nullptr || Text(name, value, bytes_max, out);
  }
  bool OptionalNumber(std::string_view name, Found value, NumberRange range, int64_t& out) {
    if (value == nullptr) return true;
    const event::Value read = value->value();
    const auto* number = std::get_if<int64_t>(&read);
    if (number == nullptr || *number < range.min || *number > range.max) {
      return Fail({name, Flaw::Rule::kNumber, range.min, range.max});
    }
    out = *number;
    return true;
  }
  bool OptionalFlag(std::string_view name, Found value, bool& out) {
    if (value == nullptr) return true;
    if (value->kind != Kind::kTrue && value->kind != Kind::kFalse) {
      return Fail({name, Flaw::Rule::kFlag, 0, 0});
    }
    out = value->kind == Kind::kTrue;
    return true;
  }
  const Flaw& flaw() const { return flaw_; }

 private:
  bool Fail(const Flaw& flaw) {
    flaw_ = flaw;
    return false;
  }

  Flaw flaw_;
};

std::optional<Verb> VerbOf(std::string_view event_type) {
  if (event_type.size() > kPurchasePrefix.size() && event_type.starts_with(kPurchasePrefix)) {
    return Verb::kPurchase;
  }
  const auto found = std::ranges::find(kVerbNames, event_type, &VerbName::event_type);
  return found == kVerbNames.end() ? std::nullopt : std::optional(found->verb);
}

/// The fields that name a user. Each verb has one of its own; without it the first of these that
/// is there is meant, so that an event counts whatever its writer calls a user.
constexpr auto kUserNames = std::to_array<FieldName>({
    {"user", &Fields::user},
    {"user_name", &Fields::user_name},
    {"purchase_user", &Fields::purchase_user},
    {"user_id", &Fields::user_id},
});

const FieldName& OwnUserName(Verb verb) {
  switch (verb) {
    case Verb::kJoinGuild:
    case Verb::kLeaveGuild:
      return kUserNames[1];
    case Verb::kPurchase:
      return kUserNames[2];
    case Verb::kAddToCart:
    case Verb::kRemoveFromCart:
    case Verb::kClearCart:
    case Verb::kCheckout:
    case Verb::kUseItem:
      break;
  }
  return kUserNames[0];
}

bool TakeUser(const Fields& fields, FieldTaker& take, Command& command) {
  const FieldName* meant = &OwnUserName(command.verb);
  if (fields.*meant->member == nullptr) {
    const auto there = std::ranges::find_if(
        kUserNames, [&](const FieldName& each) { return fields.*each.member != nullptr; });
    if (there != kUserNames.end()) meant = &*there;
  }
  return take.Text(meant->name, fields.*meant->member, kNameBytesMax, command.user);
}

/// The item and what the catalogue said about it when the event was made.
bool TakeItem(const Fields& fields, Found item, FieldTaker& take, Command& command) {
  constexpr size_t kMax = event::kItemNameMax;
  constexpr NumberRange kCountable{1, event::kQuantityMax};
  if (!take.Text("item", item, kMax, command.item)) return false;
  command.kind = command.item;
  return take.OptionalText("kind", fields.kind, kMax, command.kind) &&
         take.OptionalText("type", fields.type, kMax, command.type) &&
         take.OptionalNumber("quantity", fields.quantity, kCountable, command.quantity) &&
         take.OptionalNumber("price", fields.price, {0, event::kPriceMax}, command.price) &&
         take.OptionalNumber("stack_limit", fields.stack_limit, kCountable, command.stack_limit) &&
         take.OptionalFlag("unique", fields.unique, command.unique);
}

bool TakeObject(const Fields& fields, std::string_view event_type, FieldTaker& take,
                Command& command) {
  event::DocumentField item;
  switch (command.verb) {
    case Verb::kPurchase:
      // The type names the item, in the assignment's purchase_sword too.
      item.kind = Kind::kText;
      item.token = event_type.substr(kPurchasePrefix.size());
      return TakeItem(fields, &item, take, command);
    case Verb::kAddToCart:
    case Verb::kRemoveFromCart:
    case Verb::kUseItem:
      return TakeItem(fields, fields.item, take, command);
    case Verb::kJoinGuild:
      return take.Text("joined_guild", fields.joined_guild, kNameBytesMax, command.guild);
    case Verb::kLeaveGuild:
      return take.OptionalText("left_guild", fields.left_guild, kNameBytesMax, command.guild);
    case Verb::kClearCart:
    case Verb::kCheckout:
      return true;
  }
  return false;
}

}  // namespace

std::string DescribeFlaw(const Flaw& flaw) {
  const std::string field(flaw.field);
  const std::string range = std::to_string(flaw.min) + " to " + std::to_string(flaw.max);
  switch (flaw.rule) {
    case Flaw::Rule::kText:
      return field + " must be a text of " + range + " bytes";
    case Flaw::Rule::kNumber:
      return field + " must be a whole number from " + range;
    case Flaw::Rule::kFlag:
      break;
  }
  return field + " must be true or false";
}

bool IsCommandType(std::string_view event_type) { return VerbOf(event_type).has_value(); }

Reading ReadCommand(const event::Document& event, Command& command, Flaw* flaw) {
  thread_local event::FoundFields found;  // clearing it each time would cost more than filling it
  const Fields fields = FindFields(event, found);
  if (!IsText(fields.event_type)) return Reading::kOther;
  const std::string_view event_type = fields.event_type->token;
  const auto verb = VerbOf(event_type);
  if (!verb) return Reading::kOther;
  command = Command{};
  command.verb = *verb;
  FieldTaker take;
  const bool whole =
      take.OptionalText("event_id", fields.event_id, kEventIdBytesMax, command.event_id) &&
      TakeUser(fields, take, command) && TakeObject(fields, event_type, take, command);
  if (whole) return Reading::kCommand;
  if (flaw != nullptr) *flaw = take.flaw();
  return Reading::kMalformed;
}

}  // namespace gamevents::state
