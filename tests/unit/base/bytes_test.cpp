// Goal: integers become the bytes that the formats name, and come back; bad varints are refused.
// Method: known answers, borders of each width, every cut of a varint.
#include "core/base/bytes.h"

#include "tests/unit/catch.h"

#include <array>
#include <limits>

namespace gamevents {

TEST_CASE("big-endian integers have their most significant byte first") {
  std::array<std::byte, 9> room{};
  StoreBigEndian32(room.data() + 1, 0x01020304);
  CHECK(AsText(room).substr(0, 5) == std::string_view("\0\1\2\3\4", 5));
  CHECK(LoadBigEndian32(room.data() + 1) == 0x01020304);
  StoreBigEndian16(room.data() + 1, 0xFFFE);
  CHECK(LoadBigEndianSigned16(room.data() + 1) == -2);
  StoreBigEndian64(room.data() + 1, 0x8000000000000001);
  CHECK(LoadBigEndian64(room.data() + 1) == 0x8000000000000001);
  CHECK(LoadBigEndianSigned64(room.data() + 1) == std::numeric_limits<int64_t>::min() + 1);
}

TEST_CASE("zigzag keeps both signs small, and comes back") {
  CHECK(ZigzagEncode32(0) == 0);
  CHECK(ZigzagEncode32(-1) == 1);
  CHECK(ZigzagEncode32(1) == 2);
  for (int64_t value : {int64_t{0}, int64_t{-1}, int64_t{64}, int64_t{-65},
                        std::numeric_limits<int64_t>::min(), std::numeric_limits<int64_t>::max()}) {
    CHECK(ZigzagDecode64(ZigzagEncode64(value)) == value);
    const auto narrow = static_cast<int32_t>(value);
    CHECK(ZigzagDecode32(ZigzagEncode32(narrow)) == narrow);
  }
}

TEST_CASE("a varint goes there and back at every width, and no cut of it is taken") {
  for (int bits = 0; bits <= 64; ++bits) {
    const uint64_t value = bits == 0 ? 0 : ~uint64_t{0} >> (64 - bits);
    std::array<std::byte, kVarint64BytesMax> room{};
    const size_t size = StoreVarint64(room.data(), value);
    CHECK(size == VarintSize(value));
    for (size_t cut = 0; cut <= size; ++cut) {
      std::span<const std::byte> in(room.data(), cut);
      const auto taken = TakeVarint64(in);
      CHECK(taken.has_value() == (cut == size));
      if (taken) CHECK(*taken == value);
      CHECK(in.size() == (taken ? 0 : cut));
    }
    std::span<const std::byte> in(room.data(), size);
    CHECK(TakeVarint32(in).has_value() == (bits <= 32));
  }
}

TEST_CASE("a varint that is too long or too large is refused") {
  for (std::string_view bad : {"\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x02",
                               "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01"}) {
    auto in = AsBytes(bad);
    CHECK_FALSE(TakeVarint64(in).has_value());
    CHECK(in.size() == bad.size());
  }
  auto padded = AsBytes(std::string_view("\x81\x80\x80\x80\x80\x00", 6));
  CHECK_FALSE(TakeVarint32(padded).has_value());
  CHECK(TakeVarint64(padded) == 1);
}

}  // namespace gamevents
