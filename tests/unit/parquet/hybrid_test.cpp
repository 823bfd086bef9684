// Goal: numbers in run lengths and packed bits come back. Method: the specification's example, and
// random numbers of every width with runs of random length, read by the tests' own reader.

#include "core/parquet/hybrid.h"

#include "tests/unit/catch.h"
#include "tests/unit/parquet/file_reader.h"

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace gamevents::parquet {
namespace {

using namespace std::string_literals;

std::string Encoded(const std::vector<uint32_t>& values, int bit_width) {
  std::string out;
  AppendHybrid(out, values, bit_width);
  return out;
}

TEST_CASE("numbers that do not repeat are packed from the lowest bit on") {
  // Encodings.md, "Run Length Encoding / Bit-Packing Hybrid": 0 to 7 in three bits.
  CHECK(Encoded({0, 1, 2, 3, 4, 5, 6, 7}, 3) == "\x03\x88\xC6\xFA"s);
  CHECK(Encoded({1, 0, 1}, 1) == "\x03\x05"s);
}

TEST_CASE("eight equal numbers and more are a run") {
  CHECK(Encoded(std::vector<uint32_t>(100, 1), 1) == "\xC8\x01\x01"s);
  CHECK(Encoded(std::vector<uint32_t>(8, 300), 9) == "\x10\x2C\x01"s);
  CHECK(Encoded({}, 1).empty());
}

TEST_CASE("a number's width is that of its bits") {
  CHECK(BitWidth(0) == 1);
  CHECK(BitWidth(1) == 1);
  CHECK(BitWidth(255) == 8);
  CHECK(BitWidth(256) == 9);
  CHECK(BitWidth(UINT32_MAX) == 32);
}

TEST_CASE("booleans are packed from the lowest bit on") {
  std::string out;
  AppendBits(out, std::vector<char>{1, 0, 1, 0, 0, 0, 0, 0, 1});
  CHECK(out == "\x05\x01"s);
}

TEST_CASE("numbers of every width come back") {
  std::mt19937 random(20'261'127);
  int turns = 0;
  for (int width = 1; width <= 32; ++width) {
    for (int turn = 0; turn < 30; ++turn, ++turns) {
      std::vector<uint32_t> values;
      const size_t size = random() % 2'000;
      while (values.size() < size) {
        const uint32_t value = static_cast<uint32_t>(random()) >> (32 - width);
        values.insert(values.end(), random() % 3 == 0 ? random() % 40 : 1, value);
      }
      const std::string out = Encoded(values, width);
      std::string_view rest = out;
      REQUIRE(test::TakeHybrid(rest, width, values.size()) == values);
      REQUIRE(rest.empty());
    }
  }
  CHECK(turns == 960);
}

}  // namespace
}  // namespace gamevents::parquet
