#pragma once

#include "core/base/clock.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <ranges>
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

/// What a state may grow to. The limits are the same in every process and count by partition, so
/// that every server refuses the same: the order of events is certain only within a partition.
struct StateLimits {
  /// What the users of one partition may have together, in bytes as they are counted below. Some
  /// nine million users who own five things each; a command that would add to it is refused.
  int64_t partition_bytes_max = int64_t{4} << 30;
  /// A user who owns nothing is forgotten once the partition has grown by this many offsets. The
  /// log is the clock: its records' times are whatever their producers say.
  int64_t idle_offsets_max = 100'000;
};

/// What things are counted at, each with the bytes of its names beside that. Near to what they
/// take; part of the fold's rules, so never changed without another kSnapshotFormat.
inline constexpr int64_t kUserBytes = 256;
inline constexpr int64_t kThingBytes = 48;  ///< a stack, a line of a cart, a membership

/// An item in one variant, as events name it.
struct GoodsName {
  std::string_view item;
  std::string_view kind;
  std::string_view type;  ///< empty: none
};

/// An item in one variant; each is kept once, for as long as somebody has it.
struct Goods {
  std::string item;
  std::string kind;
  std::string type;
  size_t holders = 0;  ///< stacks and lines that are of it

  /// The three parts of the name, as views into this.
  GoodsName name() const { return {item, kind, type}; }
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

/// What a user has in the cart.
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

  /// Whether the hash is one of the last kRecentEvents.
  bool Contains(uint64_t hash) const;
  /// Puts the hash in, in the place of the oldest when the ring is full.
  void Add(uint64_t hash);
};

/// The users of one partition together.
struct Shard {
  /// A user who owned nothing after the event of that offset.
  struct Idle {
    int64_t offset;
    uint32_t user;
  };

  int32_t partition = 0;
  int64_t bytes = 0;      ///< as they are counted
  std::deque<Idle> idle;  ///< ascending; some have got something since, or are gone
};

/// All that is kept of one user.
struct User {
  std::string name;      ///< empty: forgotten, and the place is free
  uint32_t id = 0;       ///< the place among the users
  bool changed = false;  ///< since State::TakeChanges
  bool listed = false;   ///< in State::ByName's list
  bool to_be_listed = false;
  Shard* shard = nullptr;    ///< of the partition in which the user was first met
  int64_t last_offset = -1;  ///< of the user's last event there
  std::vector<Stack> stacks;
  std::unique_ptr<Cart> cart;  ///< null: empty
  std::vector<Membership> guilds;
  RecentIds recent;

  /// Whether the place holds a user.
  bool there() const { return !name.empty(); }
  /// Whether the user has no stack, no cart and no guild.
  bool OwnsNothing() const { return stacks.empty() && !cart && guilds.empty(); }
};

/// A guild and its members.
struct Guild {
  std::string name;               ///< empty: nobody is in it any more, and the place is free
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

/// What a snapshot must write.
struct StateChanges {
  bool whole = false;  ///< more was forgotten than is remembered: everything must be written
  std::vector<std::string> forgotten;  ///< users' names; to be dropped before the rest is written
  std::vector<uint32_t> changed;       ///< ids of users that are there
};

/// Carts, inventories and guilds of all users. What nobody has is not kept: goods and guilds go
/// with their last holder, a user some time after the last thing. Only the fold and the snapshot's
/// loader change it. Not thread-safe; a const object can be read from several threads.
class State {
 public:
  explicit State(StateLimits limits = {}) : limits_(limits) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  /// The user of that name, or null; valid until the user is forgotten.
  const User* Find(std::string_view name) const;
  User* Find(std::string_view name);
  /// Three hints to the processor, each for a name that Find gets soon, by its HashName, the first
  /// the soonest to be given: it fetches the place in the index; then the user in it; then what the
  /// user has. Users come at random, and so several waits for memory overlap. They change nothing.
  void FetchPlace(uint64_t hash) const;
  void FetchUser(uint64_t hash) const;
  void FetchThings(uint64_t hash) const;
  /// Makes a user. Requires: there is none of that name, which is not empty; the state has fewer
  /// users than 32 bits count.
  User& Add(std::string_view name, int32_t partition);
  /// Users that are there.
  size_t user_count() const { return user_count_; }
  /// All that are there, in no certain order.
  auto users() const { return std::views::filter(users_, &User::there); }
  /// The user in the place `id`; one that was forgotten has no name.
  const User& UserAt(uint32_t id) const { return users_[id]; }
  std::string_view UserName(uint32_t id) const { return users_[id].name; }

  /// Users by name, in the order of bytes, each id once. Sorts what has come since the last call.
  std::span<const uint32_t> ByName();

  /// Whether the users of that partition have all that they may: nothing more is given to them.
  bool Full(int32_t partition) const;
  /// What the users of that partition have, as it is counted.
  int64_t PartitionBytes(int32_t partition) const;
  /// As they were given.
  const StateLimits& limits() const { return limits_; }

  /// Adds that many to what the user has; the kind is as it is called now. Returns the goods' id,
  /// which lives as long as the stack.
  uint32_t AddToStack(User& user, const GoodsName& name, uint32_t quantity);
  /// Takes so many away. Requires: the stack is the user's, and has as many.
  void TakeFromStack(User& user, std::vector<Stack>::iterator stack, uint32_t quantity);

  /// Has the cart hold `line` of these goods, in the place of the line of that item and type if
  /// there is one; line.goods is not looked at.
  void PutLine(User& user, const GoodsName& name, CartLine line, TimestampMs at);
  /// Takes so many out. Requires: the line is in the user's cart, and has as many.
  void TakeFromLine(User& user, std::vector<CartLine>::iterator line, uint32_t quantity,
                    TimestampMs at);
  /// Takes everything out of the cart, if the user has one.
  void ClearCart(User& user);

  /// Places of goods; those that nobody has among them.
  const Goods& goods(uint32_t id) const { return goods_[id]; }
  /// Goods that somebody has.
  size_t goods_count() const { return goods_ids_.size(); }

  /// The guild of that name, or null when nobody is in it.
  const Guild* FindGuild(std::string_view name) const;
  const Guild& guild(uint32_t id) const { return guilds_[id]; }
  /// All that have members, in no certain order.
  auto guilds() const {
    return std::views::filter(guilds_, [](const Guild& guild) { return !guild.name.empty(); });
  }
  /// Whether the user is in the guild of that name.
  bool IsMember(const User& user, std::string_view guild) const;
  /// Requires: the user is not a member.
  void Join(User& user, std::string_view guild);
  /// Requires: the user is a member.
  void Leave(User& user, uint32_t guild);

  /// Notes that an event of the user, at `offset` of `partition`, has been folded.
  void NoteEvent(User& user, int32_t partition, int64_t offset);
  /// Forgets the users of the partition who own nothing and whose last event is too long ago now
  /// that the log is at `offset`. To be called for each record, before it is folded.
  void ForgetIdle(int32_t partition, int64_t offset);

  /// What has changed since the last call.
  StateChanges TakeChanges();

  /// What is kept, roughly, in bytes: for people and metrics.
  size_t MemoryBytes() const;

  Counts counts;

 private:
  using GoodsKey = std::tuple<std::string_view, std::string_view, std::string_view>;

  Shard& ShardOf(int32_t partition);
  size_t SlotOf(std::string_view name, uint64_t hash) const;
  const User* GuessUser(uint64_t hash) const;
  void GrowIndex();
  void EraseFromIndex(const User& user);
  void Forget(User& user);
  void NoteForgotten(const std::string& name);
  uint32_t Hold(User& user, const GoodsName& name);
  void Release(User& user, uint32_t goods);

  const StateLimits limits_;
  std::map<int32_t, Shard> shards_;
  std::deque<User> users_;
  size_t user_count_ = 0;
  std::vector<uint32_t> free_users_;
  // Open addressing by the name's hash. An entry is 0 for none, or half of the hash above id + 1:
  // a user elsewhere in memory is looked at only when that half fits.
  std::vector<uint64_t> index_;

  std::vector<uint32_t> by_name_;
  std::vector<uint32_t> to_be_listed_;
  size_t gone_of_listed_ = 0;  // their places are free once they are off the list

  std::vector<uint32_t> changed_;
  std::vector<std::string> forgotten_;
  size_t forgotten_bytes_ = 0;
  bool all_changed_ = false;

  std::deque<Goods> goods_;
  std::vector<uint32_t> free_goods_;
  std::map<GoodsKey, uint32_t> goods_ids_;
  std::deque<Guild> guilds_;
  std::vector<uint32_t> free_guilds_;
  std::unordered_map<std::string_view, uint32_t> guild_ids_;
};

/// A hash of a user's name; another in another process.
uint64_t HashName(std::string_view name);

/// A hash of an event_id that is the same in every process: FNV-1a, 64 bits.
uint64_t HashEventId(std::string_view event_id);

}  // namespace gamevents::state
