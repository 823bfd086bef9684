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

/// Takes numbers off a row, and remembers whether there was one too few.
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
  /// A number below `bound`, which an id must be.
  uint32_t Below(size_t bound) {
    const uint32_t value = Varint32();
    return value < bound ? value : Fail();
  }
  /// How many things follow, at least a byte each.
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

void DecodeCart(Cursor& cursor, const State& state, User& user) {
  const size_t count = cursor.Count();
  if (count == 0) return;
  user.cart = std::make_unique<Cart>();
  user.cart->changed_at = TimestampMs(static_cast<int64_t>(cursor.Varint()));
  user.cart->lines.reserve(count);
  for (size_t i = 0; i < count && !cursor.failed(); ++i) {
    CartLine line;
    line.goods = cursor.Below(state.goods_count());
    line.quantity = cursor.Varint32();
    line.price = cursor.Varint32();
    line.stack_limit = cursor.Varint32();
    line.unique = cursor.Byte() != 0;
    user.cart->lines.push_back(line);
  }
}

}  // namespace

std::string EncodeUser(const User& user) {
  std::string out;
  out += static_cast<char>(user.recent.count);
  out += static_cast<char>(user.recent.next);
  for (size_t i = 0; i < user.recent.count; ++i) {
    std::array<std::byte, 8> bytes;
    StoreBigEndian64(bytes.data(), user.recent.hashes[i]);
    out += AsText(bytes);
  }
  PutVarint(out, user.stacks.size());
  for (const Stack& stack : user.stacks) {
    PutVarint(out, stack.goods);
    PutVarint(out, stack.quantity);
  }
  PutVarint(out, user.guilds.size());
  for (const Membership& membership : user.guilds) PutVarint(out, membership.guild);
  PutVarint(out, user.cart ? user.cart->lines.size() : 0);
  if (user.cart) {
    PutVarint(out, static_cast<uint64_t>(user.cart->changed_at.value));
    for (const CartLine& line : user.cart->lines) {
      PutVarint(out, line.goods);
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

Status DecodeUser(std::string_view row, State& state, User& user) {
  const auto corrupt = [&] {
    return Error{Fault::kCorrupt, "the row of user " + std::to_string(user.id) + " is damaged"};
  };
  if (row.size() < kCrcBytes) return corrupt();
  const std::string_view body = row.substr(0, row.size() - kCrcBytes);
  if (LoadBigEndian32(AsBytes(row.substr(body.size())).data()) != CrcOf(user.name, body)) {
    return corrupt();
  }
  Cursor cursor(AsBytes(body));
  user.recent.count = cursor.Byte();
  user.recent.next = cursor.Byte();
  if (user.recent.count > kRecentEvents || user.recent.next >= kRecentEvents) return corrupt();
  for (size_t i = 0; i < user.recent.count; ++i) user.recent.hashes[i] = cursor.Fixed64();
  const size_t stacks = cursor.Count();
  user.stacks.reserve(stacks);
  for (size_t i = 0; i < stacks && !cursor.failed(); ++i) {
    const uint32_t goods = cursor.Below(state.goods_count());
    user.stacks.push_back({goods, cursor.Varint32()});
  }
  const size_t guilds = cursor.Count();
  for (size_t i = 0; i < guilds && !cursor.failed(); ++i) {
    const uint32_t guild = cursor.Below(state.guild_count());
    if (!cursor.failed()) state.Join(user, guild);
  }
  if (!cursor.failed()) DecodeCart(cursor, state, user);
  if (!cursor.whole()) return corrupt();
  return Done{};
}

}  // namespace gamevents::state
