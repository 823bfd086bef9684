#pragma once

#include "core/event/value.h"
#include "core/report/ask/view.h"
#include "core/report/scan/column.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::report {

// What the fields of a game's events mean, as far as the report knows it.

/// Who did it: the first of `purchase_user`, `user_name` and `user` that is there, as a text.
Column UserColumn();

/// What it is about: the field `item`, else what follows "purchase_" in the type, as the
/// assignment's purchases name their item.
Column ItemColumn();

/// What was bought: ItemColumn's, of purchases only.
Column PurchasedItemColumn();

/// Who did it, and when. Lives until the reader's next call, and not longer than the event.
struct UserEvent {
  std::string_view user;
  int64_t time = 0;  ///< milliseconds since 1970, at most kUserEventTimeMax from it
};

/// Ten thousand years: what can be subtracted without a second thought.
inline constexpr int64_t kUserEventTimeMax = 315'360'000'000'000;

/// Reads one selected event after another, and counts those that name no user or no time.
/// Not thread-safe.
class UserEventReader {
 public:
  explicit UserEventReader(UserEventFields fields);

  /// Requires: scanned.event.
  std::optional<UserEvent> Read(const Scanned& scanned);

  const UserEventFields& fields() const { return fields_; }

  /// Adds what `sibling` has counted.
  void Merge(const UserEventReader& sibling);
  /// How many events were left out, and why; a sentence each.
  std::vector<std::string> Notes() const;

 private:
  std::optional<std::string_view> User(const Scanned& scanned);

  UserEventFields fields_;
  std::string scratch_;  ///< a user that is a number, as a text
  int64_t without_user_ = 0;
  int64_t without_time_ = 0;
};

}  // namespace gamevents::report
