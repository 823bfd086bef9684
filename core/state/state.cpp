#include "core/state/state.h"

#include "core/base/check.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

namespace gamevents::state {
namespace {

constexpr size_t kBlockBytes = 64 << 10;
constexpr size_t kIndexMin = 1 << 10;

uint64_t HashName(std::string_view name) { return std::hash<std::string_view>{}(name); }

constexpr uint64_t kHashHalf = ~uint64_t{0} << 32;

/// Requires: `entry` is not 0.
uint32_t IdOf(uint64_t entry) { return static_cast<uint32_t>(entry) - 1; }

uint64_t EntryOf(uint64_t hash, uint32_t id) { return (hash & kHashHalf) | (id + 1); }

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

const User* State::Find(std::string_view name) const {
  if (index_.empty()) return nullptr;
  const uint64_t entry = index_[SlotOf(name, HashName(name))];
  return entry == 0 ? nullptr : &users_[IdOf(entry)];
}

User* State::Find(std::string_view name) {
  return const_cast<User*>(std::as_const(*this).Find(name));
}

User& State::FindOrAdd(std::string_view name) {
  // At most three quarters full, so that a search is short.
  if ((users_.size() + 1) * 4 > index_.size() * 3) GrowIndex();
  const uint64_t hash = HashName(name);
  uint64_t& entry = index_[SlotOf(name, hash)];
  if (entry != 0) return users_[IdOf(entry)];
  INVARIANT(users_.size() < std::numeric_limits<uint32_t>::max() - 1);
  User& user = users_.emplace_back();
  user.name = Keep(name);
  user.id = static_cast<uint32_t>(users_.size() - 1);
  entry = EntryOf(hash, user.id);
  return user;
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
  for (const User& user : users_) {
    const uint64_t hash = HashName(user.name);
    size_t slot = hash & mask;
    while (index_[slot] != 0) slot = (slot + 1) & mask;
    index_[slot] = EntryOf(hash, user.id);
  }
}

std::string_view State::Keep(std::string_view text) {
  if (text.size() > block_left_) {
    block_left_ = std::max(kBlockBytes, text.size());
    blocks_.push_back(std::make_unique<char[]>(block_left_));
    name_bytes_ += block_left_;
  }
  // The block's end is what is left: names are put in from its end to its front.
  block_left_ -= text.size();
  char* at = blocks_.back().get() + block_left_;
  std::memcpy(at, text.data(), text.size());
  return {at, text.size()};
}

std::span<const uint32_t> State::ByName() {
  if (by_name_.size() == users_.size()) return by_name_;
  const auto sorted = static_cast<std::ptrdiff_t>(by_name_.size());
  for (size_t id = by_name_.size(); id < users_.size(); ++id) {
    by_name_.push_back(static_cast<uint32_t>(id));
  }
  const auto before = [this](uint32_t a, uint32_t b) { return users_[a].name < users_[b].name; };
  std::sort(by_name_.begin() + sorted, by_name_.end(), before);
  std::inplace_merge(by_name_.begin(), by_name_.begin() + sorted, by_name_.end(), before);
  return by_name_;
}

uint32_t State::GoodsId(std::string_view item, std::string_view kind, std::string_view type) {
  const auto found = goods_ids_.find({item, kind, type});
  if (found != goods_ids_.end()) return found->second;
  const auto id = static_cast<uint32_t>(goods_.size());
  const Goods& kept =
      goods_.emplace_back(Goods{std::string(item), std::string(kind), std::string(type)});
  // Views of what is kept, not of copies.
  using Views = std::tuple<std::string_view, std::string_view, std::string_view>;
  goods_ids_.emplace(Views(kept.item, kept.kind, kept.type), id);
  return id;
}

const Guild* State::FindGuild(std::string_view name) const {
  const auto found = guild_ids_.find(name);
  return found == guild_ids_.end() ? nullptr : &guilds_[found->second];
}

uint32_t State::GuildId(std::string_view name) {
  const auto found = guild_ids_.find(name);
  if (found != guild_ids_.end()) return found->second;
  const auto id = static_cast<uint32_t>(guilds_.size());
  const Guild& kept = guilds_.emplace_back(Guild{std::string(name), {}});
  guild_ids_.emplace(kept.name, id);
  return id;
}

bool State::IsMember(const User& user, std::string_view guild) const {
  return std::ranges::any_of(
      user.guilds, [&](const Membership& each) { return guilds_[each.guild].name == guild; });
}

void State::Join(User& user, uint32_t guild) {
  std::vector<uint32_t>& members = guilds_[guild].members;
  user.guilds.push_back({guild, static_cast<uint32_t>(members.size())});
  members.push_back(user.id);
}

void State::Leave(User& user, uint32_t guild) {
  const auto found = std::ranges::find(user.guilds, guild, &Membership::guild);
  INVARIANT(found != user.guilds.end());
  const uint32_t position = found->position;
  user.guilds.erase(found);
  // The last member takes the place, so that a guild of any size is left in the same time.
  std::vector<uint32_t>& members = guilds_[guild].members;
  const uint32_t moved = members.back();
  members[position] = moved;
  members.pop_back();
  if (moved == user.id) return;
  std::ranges::find(users_[moved].guilds, guild, &Membership::guild)->position = position;
}

void State::NoteChange(User& user) {
  if (user.changed) return;
  user.changed = true;
  changed_.push_back(user.id);
}

std::vector<uint32_t> State::TakeChanged() {
  for (const uint32_t id : changed_) users_[id].changed = false;
  return std::exchange(changed_, {});
}

size_t State::MemoryBytes() const {
  size_t bytes = sizeof(*this) + name_bytes_ + users_.size() * sizeof(User) +
                 index_.capacity() * sizeof(uint64_t) +
                 (by_name_.capacity() + changed_.capacity()) * sizeof(uint32_t);
  for (const User& user : users_) {
    bytes += user.stacks.capacity() * sizeof(Stack) + user.guilds.capacity() * sizeof(Membership);
    if (user.cart) bytes += sizeof(Cart) + user.cart->lines.capacity() * sizeof(CartLine);
  }
  for (const Guild& guild : guilds_) {
    bytes += sizeof(Guild) + guild.name.capacity() + guild.members.capacity() * sizeof(uint32_t);
  }
  for (const Goods& goods : goods_) {
    bytes += 2 * sizeof(Goods) + goods.item.size() + goods.kind.size() + goods.type.size();
  }
  return bytes;
}

uint64_t HashEventId(std::string_view event_id) {
  uint64_t hash = 0xcbf29ce484222325u;
  for (const char c : event_id) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return hash;
}

}  // namespace gamevents::state
