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

/// The fields that some verb looks at; kFieldNames has their names in this order.
enum Asked : size_t {
  kEventType,
  kEventId,
  kUser,
  kUserName,
  kPurchaseUser,
  kUserId,
  kJoinedGuild,
  kLeftGuild,
  kItem,
  kKind,
  kType,
  kQuantity,
  kPrice,
  kStackLimit,
  kUnique,
};
constexpr auto kFieldNames = std::to_array<std::string_view>(
    {"event_type", "event_id", "user", "user_name", "purchase_user", "user_id", "joined_guild",
     "left_guild", "item", "kind", "type", "quantity", "price", "stack_limit", "unique"});
constexpr event::FieldNames kLookedFor{kFieldNames};

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

/// Takes values out of an event's fields; says of each whether it was what it must be, and
/// remembers the one that was not.
class FieldTaker {
 public:
  explicit FieldTaker(const event::FoundFields& fields) : fields_(fields) {}

  bool Has(Asked field) const { return fields_.Has(field); }
  /// A text of 1 to `bytes_max` bytes.
  bool Text(Asked field, size_t bytes_max, std::string_view& out) {
    const Found value = fields_.Get(field);
    return TextOf(kFieldNames[field], IsText(value) ? value->token : "", bytes_max, out);
  }
  /// The same for what is not a field of its own.
  bool TextOf(std::string_view name, std::string_view text, size_t bytes_max,
              std::string_view& out) {
    if (text.empty() || text.size() > bytes_max) {
      return Fail({name, Flaw::Rule::kText, 1, static_cast<int64_t>(bytes_max)});
    }
    out = text;
    return true;
  }
  bool OptionalText(Asked field, size_t bytes_max, std::string_view& out) {
    return !Has(field) || Text(field, bytes_max, out);
  }
  bool OptionalNumber(Asked field, NumberRange range, int64_t& out) {
    if (!Has(field)) return true;
    const event::Value read = fields_.Get(field)->value();
    const auto* number = std::get_if<int64_t>(&read);
    if (number == nullptr || *number < range.min || *number > range.max) {
      return Fail({kFieldNames[field], Flaw::Rule::kNumber, range.min, range.max});
    }
    out = *number;
    return true;
  }
  bool OptionalFlag(Asked field, bool& out) {
    if (!Has(field)) return true;
    const Kind kind = fields_.Get(field)->kind;
    if (kind != Kind::kTrue && kind != Kind::kFalse) {
      return Fail({kFieldNames[field], Flaw::Rule::kFlag, 0, 0});
    }
    out = kind == Kind::kTrue;
    return true;
  }
  const Flaw& flaw() const { return flaw_; }

 private:
  bool Fail(const Flaw& flaw) {
    flaw_ = flaw;
    return false;
  }

  const event::FoundFields& fields_;
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
constexpr auto kUserFields = std::to_array<Asked>({kUser, kUserName, kPurchaseUser, kUserId});

Asked OwnUserField(Verb verb) {
  switch (verb) {
    case Verb::kJoinGuild:
    case Verb::kLeaveGuild:
      return kUserName;
    case Verb::kPurchase:
      return kPurchaseUser;
    case Verb::kAddToCart:
    case Verb::kRemoveFromCart:
    case Verb::kClearCart:
    case Verb::kCheckout:
    case Verb::kUseItem:
      break;
  }
  return kUser;
}

bool TakeUser(FieldTaker& take, Command& command) {
  Asked meant = OwnUserField(command.verb);
  if (!take.Has(meant)) {
    const auto there =
        std::ranges::find_if(kUserFields, [&](Asked field) { return take.Has(field); });
    if (there != kUserFields.end()) meant = *there;
  }
  return take.Text(meant, kNameBytesMax, command.user);
}

/// What the catalogue said about the item when the event was made. Requires: the item is taken.
bool TakeGoods(FieldTaker& take, Command& command) {
  constexpr size_t kMax = event::kItemNameMax;
  constexpr NumberRange kCountable{1, event::kQuantityMax};
  command.kind = command.item;
  return take.OptionalText(kKind, kMax, command.kind) &&
         take.OptionalText(kType, kMax, command.type) &&
         take.OptionalNumber(kQuantity, kCountable, command.quantity) &&
         take.OptionalNumber(kPrice, {0, event::kPriceMax}, command.price) &&
         take.OptionalNumber(kStackLimit, kCountable, command.stack_limit) &&
         take.OptionalFlag(kUnique, command.unique);
}

bool TakeObject(std::string_view event_type, FieldTaker& take, Command& command) {
  switch (command.verb) {
    case Verb::kPurchase:
      // The type names the item, in the assignment's purchase_sword too.
      return take.TextOf(kFieldNames[kItem], event_type.substr(kPurchasePrefix.size()),
                         event::kItemNameMax, command.item) &&
             TakeGoods(take, command);
    case Verb::kAddToCart:
    case Verb::kRemoveFromCart:
    case Verb::kUseItem:
      return take.Text(kItem, event::kItemNameMax, command.item) && TakeGoods(take, command);
    case Verb::kJoinGuild:
      return take.Text(kJoinedGuild, kNameBytesMax, command.guild);
    case Verb::kLeaveGuild:
      return take.OptionalText(kLeftGuild, kNameBytesMax, command.guild);
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
  event.Find(kLookedFor, found);
  const Found type = found.Get(kEventType);
  if (!IsText(type)) return Reading::kOther;
  const auto verb = VerbOf(type->token);
  if (!verb) return Reading::kOther;
  command = Command{};
  command.verb = *verb;
  FieldTaker take(found);
  const bool whole = take.OptionalText(kEventId, kEventIdBytesMax, command.event_id) &&
                     TakeUser(take, command) && TakeObject(type->token, take, command);
  if (whole) return Reading::kCommand;
  if (flaw != nullptr) *flaw = take.flaw();
  return Reading::kMalformed;
}

}  // namespace gamevents::state
