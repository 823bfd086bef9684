#include "core/state/command.h"

#include <algorithm>
#include <array>
#include <optional>

namespace gamevents::state {
namespace {

constexpr std::string_view kPurchasePrefix = "purchase_";

/// A field's value in the document; null where it is missing.
using Found = const event::Value*;

/// The fields that some verb looks at, as the event has them.
struct Fields {
  Found event_type, event_id, user, purchase_user, user_name, joined_guild, left_guild;
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
    {"purchase_user", &Fields::purchase_user},
    {"user_name", &Fields::user_name},
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

/// Takes a text of 1 to `bytes_max` bytes; says whether it was one.
bool TakeText(Found value, size_t bytes_max, std::string_view& out) {
  const auto* text = std::get_if<std::string_view>(value);
  if (text == nullptr || text->empty() || text->size() > bytes_max) return false;
  out = *text;
  return true;
}

bool TakeOptionalText(Found value, size_t bytes_max, std::string_view& out) {
  return value == nullptr || TakeText(value, bytes_max, out);
}

struct Range {
  int64_t min;
  int64_t max;
};

bool TakeOptionalNumber(Found value, Range range, int64_t& out) {
  if (value == nullptr) return true;
  const auto* number = std::get_if<int64_t>(value);
  if (number == nullptr || *number < range.min || *number > range.max) return false;
  out = *number;
  return true;
}

bool TakeOptionalFlag(Found value, bool& out) {
  if (value == nullptr) return true;
  const auto* flag = std::get_if<bool>(value);
  if (flag == nullptr) return false;
  out = *flag;
  return true;
}

std::optional<Verb> VerbOf(std::string_view event_type) {
  if (event_type.size() > kPurchasePrefix.size() && event_type.starts_with(kPurchasePrefix)) {
    return Verb::kPurchase;
  }
  const auto found = std::ranges::find(kVerbNames, event_type, &VerbName::event_type);
  return found == kVerbNames.end() ? std::nullopt : std::optional(found->verb);
}

bool TakeUser(const Fields& fields, Command& command) {
  const bool of_guild = command.verb == Verb::kJoinGuild || command.verb == Verb::kLeaveGuild;
  const Found named = of_guild                          ? fields.user_name
                      : command.verb == Verb::kPurchase ? fields.purchase_user
                                                        : fields.user;
  return TakeText(named == nullptr ? fields.user : named, kNameBytesMax, command.user);
}

/// The item and what the catalogue said about it when the event was made.
bool TakeItem(const Fields& fields, Found item, Command& command) {
  constexpr size_t kMax = event::kItemNameMax;
  if (!TakeText(item, kMax, command.item)) return false;
  command.kind = command.item;
  return TakeOptionalText(fields.kind, kMax, command.kind) &&
         TakeOptionalText(fields.type, kMax, command.type) &&
         TakeOptionalNumber(fields.quantity, {1, event::kQuantityMax}, command.quantity) &&
         TakeOptionalNumber(fields.price, {0, event::kPriceMax}, command.price) &&
         TakeOptionalNumber(fields.stack_limit, {1, event::kQuantityMax}, command.stack_limit) &&
         TakeOptionalFlag(fields.unique, command.unique);
}

bool TakeObject(const Fields& fields, std::string_view event_type, Command& command) {
  event::Value item;
  switch (command.verb) {
    case Verb::kPurchase:
      // The type names the item, in the assignment's purchase_sword too.
      item = event_type.substr(kPurchasePrefix.size());
      return TakeItem(fields, &item, command);
    case Verb::kAddToCart:
    case Verb::kRemoveFromCart:
    case Verb::kUseItem:
      return TakeItem(fields, fields.item, command);
    case Verb::kJoinGuild:
      return TakeText(fields.joined_guild, kNameBytesMax, command.guild);
    case Verb::kLeaveGuild:
      return TakeOptionalText(fields.left_guild, kNameBytesMax, command.guild);
    case Verb::kClearCart:
    case Verb::kCheckout:
      return true;
  }
  return false;
}

}  // namespace

Reading ReadCommand(const event::Document& event, Command& command) {
  Fields fields{};
  event.ForEachField([&](std::string_view name, const event::Value& value) {
    // A look at the first letter spares most comparisons: headers begin with a capital.
    const char first = name.empty() ? '\0' : name.front();
    for (const FieldName& each : kFieldNames) {
      if (each.name.front() == first && each.name == name) {
        fields.*each.member = &value;  // Of repeated names the last wins, as in a filter.
        return;
      }
    }
  });
  const auto* event_type = std::get_if<std::string_view>(fields.event_type);
  const auto verb = event_type == nullptr ? std::nullopt : VerbOf(*event_type);
  if (!verb) return Reading::kOther;
  command = Command{};
  command.verb = *verb;
  const bool whole = TakeOptionalText(fields.event_id, kEventIdBytesMax, command.event_id) &&
                     TakeUser(fields, command) && TakeObject(fields, *event_type, command);
  return whole ? Reading::kCommand : Reading::kMalformed;
}

}  // namespace gamevents::state
