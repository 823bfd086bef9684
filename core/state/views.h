#pragma once

#include "core/base/clock.h"
#include "core/event/filter.h"
#include "core/state/state.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gamevents::state {

/// How many users a page of a query has, by default and at most.
inline constexpr size_t kPageDefault = 100;
inline constexpr size_t kPageMax = 1'000;

/// {"user":U,"items":[{"item","kind","type","quantity"}…],"quantity":N}, items by name; a user
/// without a state has none. The type is left out where there is none.
std::string InventoryJson(const State& state, std::string_view user);

/// {"user":U,"items":[{"item","kind","type","quantity","price","total"}…],"total":N,"changed_at":T}
/// in the order in which they were put in; changed_at only where there is a cart.
std::string CartJson(const State& state, std::string_view user);

/// The lines alone, as CartJson has them.
std::string LinesJson(const State& state, const std::vector<CartLine>& lines);

/// What the lines cost together, in coins.
int64_t TotalOf(const std::vector<CartLine>& lines);

/// {"guild":G,"members":[…],"count":N}: members by name, those after `after`, at most `limit`.
/// With "next":U, to be given as `after`, where there are more. A guild that nobody is in has none,
/// but a "note" that says so, with the guild that may have been meant.
std::string GuildJson(const State& state, std::string_view guild, std::string_view after,
                      size_t limit);

/// A user's inventory as a filter sees it: `user`, `quantity` (of everything), `stacks` (different
/// things), `item.sword`, `item.sword.katana` and `kind.sword` (how many of it), `guilds`.
class InventoryFields final : public event::FieldSource {
 public:
  InventoryFields(const State& state, const User& user) : state_(state), user_(user) {}
  event::Value Field(const event::FieldPath& path) const override;

 private:
  const State& state_;
  const User& user_;
};

/// A cart as a filter sees it: `user`, `quantity`, `lines`, `item.…` and `kind.…` as above,
/// `total` (coins) and `age` (seconds since the last change).
class CartFields final : public event::FieldSource {
 public:
  /// Requires: the user has a cart.
  CartFields(const State& state, const User& user, TimestampMs now)
      : state_(state), user_(user), now_(now) {}
  event::Value Field(const event::FieldPath& path) const override;

 private:
  const State& state_;
  const User& user_;
  const TimestampMs now_;
};

/// What a query lists.
enum class View : uint8_t { kInventories, kCarts };

/// What stands first in the names of the fields that a user of the view has: `user`, `item`, …
std::span<const std::string_view> FieldNamesOf(View view);

/// Which users are asked for.
struct Query {
  View view = View::kInventories;
  std::string item;                   ///< has it; empty: any
  std::string kind;                   ///< has something of it; empty: any
  int64_t min = 1;                    ///< how many of it, or of everything
  std::optional<int64_t> min_age_ms;  ///< carts only: at least so long without a change
  std::optional<event::Filter> where;
  size_t limit = kPageDefault;
  std::string after;  ///< users whose names come after this one, by bytes
  TimestampMs now{0};
};

/// One page of a query in the making; users are visited in pieces, so that a lock is never held
/// for long.
class Page {
 public:
  /// Begins after `query.after`.
  explicit Page(Query query) : query_(std::move(query)), after_(query_.after) {}

  /// Looks at the next users; says whether there is more to do.
  bool Advance(State& state);

  /// Whether no user is shown. Once Advance said false.
  bool IsEmpty() const { return count_ == 0; }

  /// {"inventories":[…]} or {"carts":[…]}, with "next":U, to be given as `after`, where there may
  /// be more, and "note":`note` where there is one. Once Advance said false.
  std::string Finish(std::string_view note = {}) &&;

 private:
  bool Matches(const State& state, const User& user) const;

  const Query query_;
  std::string after_;
  std::string rows_;
  std::string last_shown_;
  size_t count_ = 0;
  bool more_ = false;
};

/// One row an item that somebody owns ({"user","item","kind","type","quantity"}), a line of a cart
/// (with "price","total","changed_at"), or a member of a guild ({"guild","user"}), each as one
/// JSON object: what `report --view` counts and prints. In the order of names.
std::vector<std::string> InventoryRows(State& state);
std::vector<std::string> CartRows(State& state);
std::vector<std::string> GuildRows(State& state);

}  // namespace gamevents::state
