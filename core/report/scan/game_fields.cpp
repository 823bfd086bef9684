#include "core/report/scan/game_fields.h"

#include "core/base/check.h"
#include "core/report/ask/field_list.h"

#include <fmt/format.h>

#include <utility>
#include <variant>

namespace gamevents::report {
namespace {

constexpr std::string_view kPurchase = "purchase_";

const std::vector<event::FieldPath>& UserPaths() {
  static const std::vector<event::FieldPath> kPaths = {{"purchase_user"}, {"user_name"}, {"user"}};
  return kPaths;
}

/// What follows "purchase_" in the event's type; nullopt when it is no purchase.
std::optional<std::string> PurchaseOf(const Scanned& scanned, const Column& type) {
  const Cell event_type = type.read(scanned);
  const auto* text = std::get_if<std::string>(&event_type);
  if (text == nullptr || !text->starts_with(kPurchase)) return std::nullopt;
  return text->substr(kPurchase.size());
}

}  // namespace

Column UserColumn() { return FirstOfColumn("user", UserPaths()); }

Column ItemColumn() {
  return {{"item", Type::kString},
          [named = TextColumn({"item"}), type = TextColumn({"event_type"})](const Scanned& s) {
            Cell item = named.read(s);
            if (!std::holds_alternative<std::monostate>(item)) return item;
            const auto purchase = PurchaseOf(s, type);
            return purchase ? Cell(*purchase) : Cell();
          }};
}

Column PurchasedItemColumn() {
  return {{"item", Type::kString},
          [item = ItemColumn(), type = TextColumn({"event_type"})](const Scanned& s) {
            return PurchaseOf(s, type) ? item.read(s) : Cell();
          }};
}

UserEventReader::UserEventReader(UserEventFields fields)
    : fields_(std::move(fields)),
      user_paths_(fields_.user ? std::vector<event::FieldPath>{*fields_.user} : UserPaths()) {}

std::optional<std::string_view> UserEventReader::User(const Scanned& scanned) {
  for (const event::FieldPath& path : user_paths_) {
    const event::Value value = scanned.event->Field(path);
    if (const auto* text = std::get_if<std::string_view>(&value)) return *text;
    const Cell cell = ToCell(value);
    if (std::holds_alternative<std::monostate>(cell)) continue;
    scratch_ = CellText(cell);
    return scratch_;
  }
  return std::nullopt;
}

std::optional<UserEvent> UserEventReader::Read(const Scanned& scanned) {
  INVARIANT(scanned.event != nullptr);
  const auto user = User(scanned);
  if (!user) {
    ++without_user_;
    return std::nullopt;
  }
  std::optional<int64_t> time = scanned.record.timestamp.value;
  if (fields_.time) {
    time = TimeOf(scanned.event->Field(*fields_.time));
  } else if (*time < 0) {
    time.reset();  // the record has none
  }
  if (!time || *time > kUserEventTimeMax || *time < -kUserEventTimeMax) {
    ++without_time_;
    return std::nullopt;
  }
  return UserEvent{*user, *time};
}

void UserEventReader::Merge(const UserEventReader& sibling) {
  without_user_ += sibling.without_user_;
  without_time_ += sibling.without_time_;
}

std::vector<std::string> UserEventReader::Notes() const {
  std::vector<std::string> notes;
  if (without_user_ > 0) {
    std::string names;
    for (const event::FieldPath& path : user_paths_) {
      names += (names.empty() ? "" : ", ") + FieldName(path);
    }
    notes.push_back(
        fmt::format("{} events name no user ({}) and are left out", without_user_, names));
  }
  if (without_time_ > 0) {
    notes.push_back(fmt::format("{} events have no time ({}) and are left out", without_time_,
                                fields_.time ? FieldName(*fields_.time) : "the record's"));
  }
  return notes;
}

}  // namespace gamevents::report
