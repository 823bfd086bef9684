// Goal: equal values have one number, and a dictionary that grows too large is refused. Method:
// values beyond several sizes of its table; a value for which there is no room.

#include "core/parquet/dictionary.h"

#include "tests/unit/catch.h"

#include <string>

namespace gamevents::parquet {
namespace {

TEST_CASE("values are numbered as they come, each once") {
  Dictionary dictionary;
  CHECK(dictionary.NumberOf("a") == 0);
  CHECK(dictionary.NumberOf("") == 1);
  CHECK(dictionary.NumberOf("a") == 0);
  CHECK(dictionary.NumberOf(std::string_view("\0", 1)) == 2);
  CHECK(dictionary.size() == 3);
  CHECK(dictionary.At(0) == "a");
  CHECK(dictionary.At(1).empty());
  CHECK(dictionary.bytes() == std::string_view("a\0", 2));
}

TEST_CASE("numbers stay when the table grows") {
  Dictionary dictionary;
  for (uint32_t i = 0; i < 5'000; ++i) REQUIRE(dictionary.NumberOf(std::to_string(i)) == i);
  for (uint32_t i = 0; i < 5'000; ++i) REQUIRE(dictionary.NumberOf(std::to_string(i)) == i);
  CHECK(dictionary.size() == 5'000);
  CHECK(dictionary.MemoryBytes() >= dictionary.bytes().size());
}

TEST_CASE("a value without room is refused, and the others are still found") {
  Dictionary dictionary;
  const std::string half(Dictionary::kBytesMax / 2, 'x');
  CHECK(dictionary.NumberOf(half) == 0);
  CHECK(dictionary.NumberOf(half + "y") == std::nullopt);
  CHECK(dictionary.NumberOf(half) == 0);
  CHECK(dictionary.NumberOf("z") == 1);
}

}  // namespace
}  // namespace gamevents::parquet
