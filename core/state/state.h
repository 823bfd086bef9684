#pragma once

#include "core/base/clock.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <vector>

namespace gamevents::state {

/// What one user may have; a command beyond it is refused.
inline constexpr size_t kStacksMax = 1'000;
inline constexpr size_t kCartLinesMax = 100;
inline constexpr size_t kGuildsMax = 100;
/// How many of a user's last events are known by their event_id: one of them that comes again
/// changes nothing. A producer's or client's retry comes soon after its first try.
inline constexpr size_t kRecentEvents = 8;

/// An item in one variant, as events named it; each combination is kept once.
struct Goods {
  std::string item;
  std::string kind;
  std::string type;  ///< empty: none
};

/// So many of one thing.
struct Stack {
  uint32_t goods = 0;
  uint32_t quantity = 0;
};

/// A line of a cart, with what the catalogue said when it was put there.
struct CartLine {
  uint32_t goods = 0;
  uint32_t quantity = 0;
  uint32_t price = 0;  ///< of one, in coins
  uint32_t stack_limit = 0;
  bool unique = false;
};

struct Cart {
  std::vector<CartLine> lines;  ///< never empty: an empty cart is none
  TimestampMs changed_at{0};    ///< of the last event that changed it
};

/// A user's membership: the guild, and where the user stands among its members.
struct Membership {
  uint32_t guild = 0;
  uint32_t position = 0;
};

/// Hashes of the last events' ids, a ring.
struct RecentIds {
  std::array<uint64_t, kRecentEvents> hashes{};
  uint8_t count = 0;
  uint8_t next = 0;

  bool Contains(uint64_t hash) const;
  void Add(uint64_t hash);
};

struct User {
  std::string_view name;  ///< lives as long as the state
  uint32_t id = 0;        ///< the place in the order in which users were first met
  bool changed = false;   ///< since State::TakeChanged
  std::vector<Stack> stacks;
  std::unique_ptr<Cart> cart;  ///< null: empty
  std::vector<Membership> guilds;
  RecentIds recent;
};

struct Guild {
  std::string name;
  std::vector<uint32_t> members;  ///< ids of users, in no order
};

/// What has been folded so far, by outcome.
struct Counts {
  int64_t done = 0;
  int64_t refused = 0;
  int64_t duplicates = 0;
  int64_t other = 0;      ///< events that change no state
  int64_t malformed = 0;  ///< not JSON, or a field is missing or wrong
  int64_t misplaced = 0;  ///< not under its user's key, so in no certain order
};

/// Carts, inventories and guilds of all users. Users and goods are never removed. Only the fold
/// and the snapshot's loader change it. Not thread-safe; a const object can be read from several
/// threads.
class State {
 public:
  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  const User* Find(std::string_view name) const;
  User* Find(std::string_view name);
  /// Requires: the state has fewer users than 32 bits count.
  User& FindOrAdd(std::string_view name);
  const std::deque<User>& users() const { return users_; }
  User& UserAt(uint32_t id) { return users_[id]; }
  std::string_view UserName(uint32_t id) const { return users_[id].name; }

  /// Users by name, in the order of bytes, each id once. Sorts what has come since the last call.
  std::span<const uint32_t> ByName();

  const Goods& goods(uint32_t id) const { return goods_[id]; }
  size_t goods_count() const { return goods_.size(); }
  uint32_t GoodsId(std::string_view item, std::string_view kind, std::string_view type);

  const Guild* FindGuild(std::string_view name) const;
  const Guild& guild(uint32_t id) const { return guilds_[id]; }
  size_t guild_count() const { return guilds_.size(); }
  uint32_t GuildId(std::string_view name);
  bool IsMember(const User& user, std::string_view guild) const;
  /// Requires: the user is not a member.
  void Join(User& user, uint32_t guild);
  /// Requires: the user is a member.
  void Leave(User& user, uint32_t guild);

  /// Notes that `user` must be in the next snapshot.
  void NoteChange(User& user);
  /// The users that were changed since the last call.
  std::vector<uint32_t> TakeChanged();
  size_t changed_count() const { return changed_.size(); }

  /// What is kept, roughly, in bytes: for people and metrics.
  size_t MemoryBytes() const;

  Counts counts;

 private:
  std::string_view Keep(std::string_view text);
  size_t SlotOf(std::string_view name, uint64_t hash) const;
  void GrowIndex();

  std::deque<User> users_;
  // Open addressing by the name's hash. An entry is 0 for none, or half of the hash above id + 1:
  // a user elsewhere in memory is looked at only when that half fits.
  std::vector<uint64_t> index_;
  std::deque<std::unique_ptr<char[]>> blocks_;  // the names' bytes
  size_t block_left_ = 0;
  size_t name_bytes_ = 0;
  std::vector<uint32_t> by_name_;
  std::vector<uint32_t> changed_;

  std::deque<Goods> goods_;
  std::map<std::tuple<std::string_view, std::string_view, std::string_view>, uint32_t> goods_ids_;
  std::deque<Guild> guilds_;
  std::unordered_map<std::string_view, uint32_t> guild_ids_;
};

/// A hash of an event_id that is the same in every process: FNV-1a, 64 bits.
uint64_t HashEventId(std::string_view event_id);

}  // namespace gamevents::state
