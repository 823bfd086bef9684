#include "core/state/state.h"

#include "core/base/check.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace gamevents::state {
namespace {

constexpr size_t kIndexMin = 1 << 10;
/// What the names of forgotten users may take until a snapshot drops them.
constexpr size_t kForgottenBytesMax = size_t{16} << 20;

constexpr uint64_t kHashHalf = ~uint64_t{0} << 32;

/// Requires: `entry` is not 0.
uint32_t IdOf(uint64_t entry) { return static_cast<uint32_t>(entry) - 1; }

uint64_t EntryOf(uint64_t hash, uint32_t id) { return (hash & kHashHalf) | (id + 1); }

int64_t BytesOf(const Goods& goods) {
  return kThingBytes +
         static_cast<int64_t>(goods.item.size() + goods.kind.size() + goods.type.size());
}

int64_t BytesOf(const Guild& guild) {
  return kThingBytes + static_cast<int64_t>(guild.name.size());
}

int64_t BytesOf(const User& user) { return kUserBytes + static_cast<int64_t>(user.name.size()); }

/// A free place of `all`, or a new one at its end.
template <class Thing>
uint32_t TakePlace(std::deque<Thing>& all, std::vector<uint32_t>& free) {
  if (free.empty()) {
    INVARIANT(all.size() < std::numeric_limits<uint32_t>::max() - 1);
    all.emplace_back();
    return static_cast<uint32_t>(all.size() - 1);
  }
  const uint32_t id = free.back();
  free.pop_back();
  return id;
}

}  // namespace

bool RecentIds::Contains(uint64_t hash) const {
  const auto end = hashes.begin() + count;
  return std::find(hashes.begin(), end, hash) != end;
}

void RecentIds::Add(uint64_t hash) {
  hashes[next] = hash;
  next = static_cast<uint8_t>((next + 1) % kRecentEvents);
  count = std::max(count, next == 0 ? static_cast<uint8_t>(kRecentEvents) : next);
}

Shard& State::ShardOf(int32_t partition) {
  const auto [found, is_new] = shards_.try_emplace(partition);
  if (is_new) found->second.partition = partition;
  return found->second;
}

const User* State::Find(std::string_view name) const {
  if (index_.empty()) return nullptr;
  const uint64_t entry = index_[SlotOf(name, HashName(name))];
  return entry == 0 ? nullptr : &users_[IdOf(entry)];
}

User* State::Find(std::string_view name) {
  return const_cast<User*>(std::as_const(*this).Find(name));
}

void State::FetchPlace(uint64_t hash) const {
  if (!index_.empty()) __builtin_prefetch(&index_[hash & (index_.size() - 1)]);
}

// The user whom a search meets first: nearly always the one, and looked at nowhere but in the
// index. Null where there is none.
const User* State::GuessUser(uint64_t hash) const {
  if (index_.empty()) return nullptr;
  const uint64_t entry = index_[hash & (index_.size() - 1)];
  return entry == 0 ? nullptr : &users_[IdOf(entry)];
}

void State::FetchUser(uint64_t hash) const {
  constexpr size_t kCacheLine = 64;
  const auto* user = reinterpret_cast<const std::byte*>(GuessUser(hash));
  if (user == nullptr) return;
  for (size_t at = 0; at < sizeof(User); at += kCacheLine) __builtin_prefetch(user + at);
}

void State::FetchThings(uint64_t hash) const {
  const User* user = GuessUser(hash);
  if (user == nullptr) return;
  __builtin_prefetch(user->stacks.data());
  __builtin_prefetch(user->cart.get());
}

User& State::Add(std::string_view name, int32_t partition) {
  INVARIANT(!name.empty());
  // At most three quarters full, so that a search is short.
  if ((user_count_ + 1) * 4 > index_.size() * 3) GrowIndex();
  const uint64_t hash = HashName(name);
  uint64_t& entry = index_[SlotOf(name, hash)];
  INVARIANT(entry == 0);
  const uint32_t id = TakePlace(users_, free_users_);
  User& user = users_[id];
  user.id = id;
  user.name = name;
  user.shard = &ShardOf(partition);
  user.shard->bytes += BytesOf(user);
  entry = EntryOf(hash, id);
  ++user_count_;
  if (!std::exchange(user.to_be_listed, true)) to_be_listed_.push_back(id);
  return user;
}

// Requires: the user owns nothing.
void State::Forget(User& user) {
  EraseFromIndex(user);
  --user_count_;
  user.shard->bytes -= BytesOf(user);
  NoteForgotten(user.name);
  User gone;
  gone.id = user.id;
  gone.changed = user.changed;  // It is on the list of those still; so is the next in its place.
  gone.listed = user.listed;
  gone.to_be_listed = user.to_be_listed;
  user = std::move(gone);
  if (user.listed) {
    ++gone_of_listed_;
  } else {
    free_users_.push_back(user.id);
  }
}

// When nobody takes the changes, or more is forgotten than is worth remembering, the next snapshot
// writes everything.
void State::NoteForgotten(const std::string& name) {
  if (all_changed_) return;
  forgotten_bytes_ += sizeof name + name.size();
  forgotten_.push_back(name);
  if (forgotten_bytes_ <= kForgottenBytesMax) return;
  all_changed_ = true;
  forgotten_ = {};
  forgotten_bytes_ = 0;
}

// Where `name` is, or would be put.
size_t State::SlotOf(std::string_view name, uint64_t hash) const {
  const size_t mask = index_.size() - 1;
  size_t slot = hash & mask;
  while (index_[slot] != 0) {
    const bool may_be = (index_[slot] & kHashHalf) == (hash & kHashHalf);
    if (may_be && users_[IdOf(index_[slot])].name == name) break;
    slot = (slot + 1) & mask;
  }
  return slot;
}

void State::GrowIndex() {
  index_.assign(std::max(kIndexMin, index_.size() * 2), 0);
  const size_t mask = index_.size() - 1;
  for (const User& user : users()) {
    const uint64_t hash = HashName(user.name);
    size_t slot = hash & mask;
    while (index_[slot] != 0) slot = (slot + 1) & mask;
    index_[slot] = EntryOf(hash, user.id);
  }
}

// Entries behind the user's that it had pushed on move back over the gap, so that no search ends
// too early.
void State::EraseFromIndex(const User& user) {
  const size_t mask = index_.size() - 1;
  size_t gap = SlotOf(user.name, HashName(user.name));
  for (size_t slot = (gap + 1) & mask; index_[slot] != 0; slot = (slot + 1) & mask) {
    const size_t home = HashName(users_[IdOf(index_[slot])].name) & mask;
    if (((slot - home) & mask) < ((slot - gap) & mask)) continue;
    index_[gap] = index_[slot];
    gap = slot;
  }
  index_[gap] = 0;
}

std::span<const uint32_t> State::ByName() {
  if (gone_of_listed_ > 0) {
    std::erase_if(by_name_, [this](uint32_t id) {
      if (users_[id].there()) return false;
      users_[id].listed = false;
      free_users_.push_back(id);
      return true;
    });
    gone_of_listed_ = 0;
  }
  if (to_be_listed_.empty()) return by_name_;
  const auto sorted = static_cast<std::ptrdiff_t>(by_name_.size());
  for (const uint32_t id : std::exchange(to_be_listed_, {})) {
    User& user = users_[id];
    user.to_be_listed = false;
    if (!user.there()) continue;
    user.listed = true;
    by_name_.push_back(id);
  }
  const auto before = [this](uint32_t a, uint32_t b) { return users_[a].name < users_[b].name; };
  std::sort(by_name_.begin() + sorted, by_name_.end(), before);
  std::inplace_merge(by_name_.begin(), by_name_.begin() + sorted, by_name_.end(), before);
  return by_name_;
}

int64_t State::PartitionBytes(int32_t partition) const {
  const auto found = shards_.find(partition);
  return found == shards_.end() ? 0 : found->second.bytes;
}

bool State::Full(int32_t partition) const {
  return PartitionBytes(partition) >= limits_.partition_bytes_max;
}

uint32_t State::Hold(User& user, const GoodsName& name) {
  const auto found = goods_ids_.find(GoodsKey(name.item, name.kind, name.type));
  uint32_t id = 0;
  if (found != goods_ids_.end()) {
    id = found->second;
  } else {
    id = TakePlace(goods_, free_goods_);
    goods_[id] = {std::string(name.item), std::string(name.kind), std::string(name.type)};
    // Views of what is kept, not of what was given.
    const Goods& kept = goods_[id];
    goods_ids_.emplace(GoodsKey(kept.item, kept.kind, kept.type), id);
  }
  ++goods_[id].holders;
  user.shard->bytes += BytesOf(goods_[id]);
  return id;
}

void State::Release(User& user, uint32_t id) {
  Goods& goods = goods_[id];
  user.shard->bytes -= BytesOf(goods);
  if (--goods.holders > 0) return;
  goods_ids_.erase(GoodsKey(goods.item, goods.kind, goods.type));
  goods = {};
  free_goods_.push_back(id);
}

uint32_t State::AddToStack(User& user, const GoodsName& name, uint32_t quantity) {
  const auto stack = std::ranges::find_if(user.stacks, [&](const Stack& each) {
    const Goods& goods = goods_[each.goods];
    return goods.item == name.item && goods.type == name.type;
  });
  if (stack == user.stacks.end()) {
    const uint32_t held = Hold(user, name);
    user.stacks.push_back({held, quantity});
    return held;
  }
  stack->quantity += quantity;
  if (goods_[stack->goods].kind != name.kind) {
    // What is new is held before what was there is let go of: their texts may be the same.
    const uint32_t held = Hold(user, name);
    Release(user, std::exchange(stack->goods, held));
  }
  return stack->goods;
}

void State::TakeFromStack(User& user, std::vector<Stack>::iterator stack, uint32_t quantity) {
  stack->quantity -= quantity;
  if (stack->quantity > 0) return;
  Release(user, stack->goods);
  user.stacks.erase(stack);
}

void State::PutLine(User& user, const GoodsName& name, CartLine line, TimestampMs at) {
  if (!user.cart) user.cart = std::make_unique<Cart>();
  line.goods = Hold(user, name);
  const auto found = std::ranges::find_if(user.cart->lines, [&](const CartLine& each) {
    const Goods& goods = goods_[each.goods];
    return goods.item == name.item && goods.type == name.type;
  });
  if (found == user.cart->lines.end()) {
    user.cart->lines.push_back(line);
  } else {
    Release(user, std::exchange(*found, line).goods);
  }
  user.cart->changed_at = at;
}

void State::TakeFromLine(User& user, std::vector<CartLine>::iterator line, uint32_t quantity,
                         TimestampMs at) {
  user.cart->changed_at = at;
  line->quantity -= quantity;
  if (line->quantity > 0) return;
  Release(user, line->goods);
  user.cart->lines.erase(line);
  if (user.cart->lines.empty()) user.cart.reset();
}

void State::ClearCart(User& user) {
  if (!user.cart) return;
  for (const CartLine& line : user.cart->lines) Release(user, line.goods);
  user.cart.reset();
}

const Guild* State::FindGuild(std::string_view name) const {
  const auto found = guild_ids_.find(name);
  return found == guild_ids_.end() ? nullptr : &guilds_[found->second];
}

bool State::IsMember(const User& user, std::string_view guild) const {
  return std::ranges::any_of(
      user.guilds, [&](const Membership& each) { return guilds_[each.guild].name == guild; });
}

void State::Join(User& user, std::string_view name) {
  const auto found = guild_ids_.find(name);
  uint32_t id = 0;
  if (found != guild_ids_.end()) {
    id = found->second;
  } else {
    id = TakePlace(guilds_, free_guilds_);
    guilds_[id].name = name;
    guild_ids_.emplace(guilds_[id].name, id);
  }
  Guild& guild = guilds_[id];
  user.guilds.push_back({id, static_cast<uint32_t>(guild.members.size())});
  guild.members.push_back(user.id);
  user.shard->bytes += BytesOf(guild);
}

void State::Leave(User& user, uint32_t id) {
  const auto found = std::ranges::find(user.guilds, id, &Membership::guild);
  INVARIANT(found != user.guilds.end());
  const uint32_t position = found->position;
  user.guilds.erase(found);
  Guild& guild = guilds_[id];
  user.shard->bytes -= BytesOf(guild);
  // The last member takes the place, so that a guild of any size is left in the same time.
  const uint32_t moved = guild.members.back();
  guild.members[position] = moved;
  guild.members.pop_back();
  if (moved != user.id) {
    std::ranges::find(users_[moved].guilds, id, &Membership::guild)->position = position;
  }
  if (!guild.members.empty()) return;
  guild_ids_.erase(guild.name);
  guild = {};
  free_guilds_.push_back(id);
}

void State::NoteEvent(User& user, int32_t partition, int64_t offset) {
  if (!std::exchange(user.changed, true)) changed_.push_back(user.id);
  // Of a user whose events are in several partitions no order is certain; such a one stays.
  if (partition != user.shard->partition) return;
  user.last_offset = offset;
  std::deque<Shard::Idle>& idle = user.shard->idle;
  if (!user.OwnsNothing() || (!idle.empty() && idle.back().offset >= offset)) return;
  idle.push_back({offset, user.id});
}

void State::ForgetIdle(int32_t partition, int64_t offset) {
  const auto found = shards_.find(partition);
  if (found == shards_.end()) return;
  Shard& shard = found->second;
  while (!shard.idle.empty() && shard.idle.front().offset < offset - limits_.idle_offsets_max) {
    const Shard::Idle idle = shard.idle.front();
    shard.idle.pop_front();
    User& user = users_[idle.user];
    const bool meant = user.there() && user.shard == &shard && user.last_offset == idle.offset;
    if (meant && user.OwnsNothing()) Forget(user);
  }
}

StateChanges State::TakeChanges() {
  StateChanges changes;
  changes.whole = std::exchange(all_changed_, false);
  changes.forgotten = std::exchange(forgotten_, {});
  forgotten_bytes_ = 0;
  changes.changed = std::exchange(changed_, {});
  for (const uint32_t id : changes.changed) users_[id].changed = false;
  std::erase_if(changes.changed, [this](uint32_t id) { return !users_[id].there(); });
  return changes;
}

size_t State::MemoryBytes() const {
  size_t bytes = sizeof(*this) + (users_.size() - user_count_) * sizeof(User) +
                 index_.capacity() * sizeof(uint64_t) +
                 (by_name_.capacity() + changed_.capacity()) * sizeof(uint32_t) + forgotten_bytes_;
  for (const auto& [partition, shard] : shards_) {
    bytes += static_cast<size_t>(shard.bytes) + shard.idle.size() * sizeof(Shard::Idle);
  }
  return bytes;
}

uint64_t HashName(std::string_view name) { return std::hash<std::string_view>{}(name); }

uint64_t HashEventId(std::string_view event_id) {
  uint64_t hash = 0xcbf29ce484222325u;
#pragma GCC unroll 4
  for (const char c : event_id) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return hash;
}

}  // namespace gamevents::state
