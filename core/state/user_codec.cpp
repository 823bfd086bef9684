#include "core/state/user_codec.h"

#include "core/base/bytes.h"
#include "core/base/crc32c.h"

#include <array>
#include <optional>
#include <span>

namespace gamevents::state {
namespace {

constexpr size_t kCrcBytes = 4;

void PutVarint(std::string& out, uint64_t value) {
  std::array<std::byte, kVarint64BytesMax> bytes;
  const size_t size = StoreVarint64(bytes.data(), value);
  out += AsText(std::span(bytes).first(size));
}

void PutText(std::string& out, std::string_view text) {
  PutVarint(out, text.size());
  out += text;
}

void PutGoods(std::string& out, const Goods& goods) {
  PutText(out, goods.item);
  PutText(out, goods.kind == goods.item ? std::string_view() : std::string_view(goods.kind));
  PutText(out, goods.type);
}

/// Takes numbers and texts off a row, and remembers whether there was one too few.
class Cursor {
 public:
  explicit Cursor(std::span<const std::byte> rest) : rest_(rest) {}

  uint8_t Byte() {
    if (rest_.empty()) return Fail();
    const auto value = std::to_integer<uint8_t>(rest_[0]);
    rest_ = rest_.subspan(1);
    return value;
  }
  uint64_t Fixed64() {
    if (rest_.size() < 8) return Fail();
    const uint64_t value = LoadBigEndian64(rest_.data());
    rest_ = rest_.subspan(8);
    return value;
  }
  uint64_t Varint() {
    const auto value = TakeVarint64(rest_);
    return value ? *value : Fail();
  }
  uint32_t Varint32() {
    const auto value = TakeVarint32(rest_);
    return value ? *value : Fail();
  }
  /// Lives as long as the row.
  std::string_view Text() {
    const size_t size = Count();
    const std::string_view text = AsText(rest_.first(size));
    rest_ = rest_.subspan(size);
    return text;
  }
  GoodsName GoodsOf() {
    GoodsName name{Text(), Text(), Text()};
    if (name.kind.empty()) name.kind = name.item;
    return name;
  }
  /// How many things, or bytes, follow: at least a byte each.
  size_t Count() {
    const uint64_t value = Varint();
    return value <= rest_.size() ? static_cast<size_t>(value) : Fail();
  }
  bool whole() const { return !failed_ && rest_.empty(); }
  bool failed() const { return failed_; }

 private:
  uint8_t Fail() {
    failed_ = true;
    return 0;
  }

  std::span<const std::byte> rest_;
  bool failed_ = false;
};

uint32_t CrcOf(std::string_view name, std::string_view body) {
  return Crc32c(Crc32c(0, AsBytes(name)), AsBytes(body));
}

void DecodeStacks(Cursor& cursor, State& state, User& user) {
  const size_t count = cursor.Count();
  user.stacks.reserve(count);
  for (size_t i = 0; i < count && !cursor.failed(); ++i) {
    const GoodsName name = cursor.GoodsOf();
    const uint32_t quantity = cursor.Varint32();
    if (!cursor.failed()) state.AddToStack(user, name, quantity);
  }
}

void DecodeGuilds(Cursor& cursor, State& state, User& user) {
  const size_t count = cursor.Count();
  user.guilds.reserve(count);
  for (size_t i = 0; i < count && !cursor.failed(); ++i) {
    const std::string_view name = cursor.Text();
    if (!cursor.failed() && !state.IsMember(user, name)) state.Join(user, name);
  }
}

void DecodeCart(Cursor& cursor, State& state, User& user) {
  const size_t count = cursor.Count();
  if (count == 0) return;
  const TimestampMs changed_at(static_cast<int64_t>(cursor.Varint()));
  for (size_t i = 0; i < count && !cursor.failed(); ++i) {
    const GoodsName name = cursor.GoodsOf();
    CartLine line;
    line.quantity = cursor.Varint32();
    line.price = cursor.Varint32();
    line.stack_limit = cursor.Varint32();
    line.unique = cursor.Byte() != 0;
    if (!cursor.failed()) state.PutLine(user, name, line, changed_at);
  }
}

}  // namespace

std::string EncodeUser(const State& state, const User& user) {
  std::string out;
  out += static_cast<char>(user.recent.count);
  out += static_cast<char>(user.recent.next);
  for (size_t i = 0; i < user.recent.count; ++i) {
    std::array<std::byte, 8> bytes;
    StoreBigEndian64(bytes.data(), user.recent.hashes[i]);
    out += AsText(bytes);
  }
  PutVarint(out, static_cast<uint32_t>(user.shard->partition));
  PutVarint(out, static_cast<uint64_t>(user.last_offset + 1));
  PutVarint(out, user.stacks.size());
  for (const Stack& stack : user.stacks) {
    PutGoods(out, state.goods(stack.goods));
    PutVarint(out, stack.quantity);
  }
  PutVarint(out, user.guilds.size());
  for (const Membership& membership : user.guilds) PutText(out, state.guild(membership.guild).name);
  PutVarint(out, user.cart ? user.cart->lines.size() : 0);
  if (user.cart) {
    PutVarint(out, static_cast<uint64_t>(user.cart->changed_at.value));
    for (const CartLine& line : user.cart->lines) {
      PutGoods(out, state.goods(line.goods));
      PutVarint(out, line.quantity);
      PutVarint(out, line.price);
      PutVarint(out, line.stack_limit);
      out += line.unique ? '\1' : '\0';
    }
  }
  std::array<std::byte, kCrcBytes> crc;
  StoreBigEndian32(crc.data(), CrcOf(user.name, out));
  out += AsText(crc);
  return out;
}

Result<User*> DecodeUser(std::string_view name, std::string_view row, State& state) {
  // Its name may be damaged, and is not for people then.
  const Error corrupt{Fault::kCorrupt, "the row of a user is damaged"};
  if (name.empty() || row.size() < kCrcBytes) return corrupt;
  const std::string_view body = row.substr(0, row.size() - kCrcBytes);
  if (LoadBigEndian32(AsBytes(row.substr(body.size())).data()) != CrcOf(name, body)) return corrupt;
  Cursor cursor(AsBytes(body));
  RecentIds recent;
  recent.count = cursor.Byte();
  recent.next = cursor.Byte();
  if (recent.count > kRecentEvents || recent.next >= kRecentEvents) return corrupt;
  for (size_t i = 0; i < recent.count; ++i) recent.hashes[i] = cursor.Fixed64();
  const auto partition = static_cast<int32_t>(cursor.Varint32());
  const auto last_offset = static_cast<int64_t>(cursor.Varint()) - 1;
  if (cursor.failed() || state.Find(name) != nullptr) return corrupt;
  User& user = state.Add(name, partition);
  user.recent = recent;
  user.last_offset = last_offset;
  DecodeStacks(cursor, state, user);
  if (!cursor.failed()) DecodeGuilds(cursor, state, user);
  if (!cursor.failed()) DecodeCart(cursor, state, user);
  if (!cursor.whole()) return corrupt;
  return &user;
}

}  // namespace gamevents::state
