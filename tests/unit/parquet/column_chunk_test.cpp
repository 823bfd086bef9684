// Goal: a column's memory is counted while it grows and let go when it is written. Method: a chunk
// that is filled and written twice.

#include "core/parquet/column_chunk.h"

#include "tests/unit/catch.h"

#include <string>

namespace gamevents::parquet {
namespace {

TEST_CASE("a chunk counts what it holds, and begins again when it is written") {
  PageSink sink([](std::string_view) { return Status(Done{}); });
  ColumnChunk chunk(Type::kString);
  for (int turn = 0; turn < 2; ++turn) {
    CHECK(chunk.MemoryBytes() == 0);
    for (int i = 0; i < 3'000; ++i) {
      const std::string text(1'000, static_cast<char>('a' + i % 3));
      chunk.Add(std::string_view(text));
    }
    chunk.Add({});
    CHECK(chunk.MemoryBytes() < 30'000);  // three texts, and their numbers
    for (int i = 0; i < 3'000; ++i) {
      const std::string text = std::to_string(i) + std::string(1'000, 'x');
      chunk.Add(std::string_view(text));
    }
    CHECK(chunk.MemoryBytes() > 6'000'000);  // too many to number
    const auto metadata = chunk.Write(sink);
    REQUIRE(metadata);
    CHECK(metadata->values == 6'001);
    CHECK(metadata->nulls == 1);
    CHECK_FALSE(metadata->dictionary_at);
    CHECK_FALSE(metadata->bounds);
  }
}

}  // namespace
}  // namespace gamevents::parquet
