// Goal: the checksum is CRC-32C, in one piece or many, with the instruction or by table.
// Method: RFC 3720's known answers; both ways compared at every length and every split,
// and at lengths around those that are read in several streams.
#include "core/base/crc32c.h"

#include "core/base/bytes.h"
#include "tests/unit/catch.h"

#include <string>

namespace gamevents {

TEST_CASE("CRC-32C gives RFC 3720's answers") {
  CHECK(Crc32c(0, AsBytes("123456789")) == 0xE3069283);
  CHECK(Crc32c(0, AsBytes(std::string(32, '\0'))) == 0x8A9136AA);
  CHECK(Crc32c(0, AsBytes(std::string(32, '\xFF'))) == 0x62A8AB43);
  CHECK(Crc32c(0, {}) == 0);
}

TEST_CASE("the instruction and the table agree, whole and in pieces") {
  std::string text;
  int turns = 0;
  for (size_t length = 0; length < 70; ++length, text += static_cast<char>(length * 37)) {
    const uint32_t whole = Crc32c(0, AsBytes(text));
    CHECK(whole == Crc32cByTable(0, AsBytes(text)));
    for (size_t split = 0; split <= length; ++split, ++turns) {
      const auto bytes = AsBytes(text);
      CHECK(Crc32c(Crc32c(0, bytes.first(split)), bytes.subspan(split)) == whole);
    }
  }
  CHECK(turns == 70 * 71 / 2);
}

TEST_CASE("the instruction and the table agree on what is long enough for several streams") {
  std::string text;
  for (size_t i = 0; i < 10'000; ++i) text += static_cast<char>(i * i * 31 + i / 7);
  for (const size_t length : {3'071UL, 3'072UL, 3'073UL, 6'143UL, 6'151UL, 9'216UL, 10'000UL}) {
    const auto bytes = AsBytes(text).first(length);
    CHECK(Crc32c(0, bytes) == Crc32cByTable(0, bytes));
    CHECK(Crc32c(0xE3069283, bytes.subspan(1)) == Crc32cByTable(0xE3069283, bytes.subspan(1)));
  }
}

}  // namespace gamevents
