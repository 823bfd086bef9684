#include "core/report/scan/game_fields.h"

#include "core/base/check.h"
#include "core/report/ask/field_list.h"

#include <fmt/format.h>

#include <utility>
#include <variant>

namespace gamevents::report {
namespace {

constexpr std::string_view kPurchase = "purchase_";

/// What follows "purchase_" in the event's type; nullopt when it is no purchase.
std::optional<std::string> PurchaseOf(const Scanned& scanned, const Column& type) {
  const Cell event_type = type.read(scanned);
  const auto* text = std::get_if<std::string>(&event_type);
  if (text == nullptr || !text->starts_with(kPurchase)) return std::nullopt;
  return text->substr(kPurchase.size());
}

}  // namespace

Column UserColumn() {
  return {{"user", Type::kString}, [](const Scanned& s) -> Cell {
            const auto user = s.event->User();
            return user ? Cell(std::string(*user)) : Cell();
          }};
}

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

UserEventReader::UserEventReader(UserEventFields fields) : fields_(std::move(fields)) {}

std::optional<std::string_view> UserEventReader::User(const Scanned& scanned) {
  if (!fields_.user) return scanned.event->User();
  const event::Value value = scanned.event->Field(*fields_.user);
  if (const auto* text = std::get_if<std::string_view>(&value)) return *text;
  const Cell cell = ToCell(value);
  if (std::holds_alternative<std::monostate>(cell)) return std::nullopt;
  scratch_ = CellText(cell);
  return scratch_;
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
    time = scanned.event->TimeAt(*fields_.time);
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
    const auto paths = fields_.user ? std::span(&*fields_.user, 1) : UserPaths();
    for (const event::FieldPath& path : paths) {
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
