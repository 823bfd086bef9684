// Goal: positions count every byte, and after an output that failed nothing follows. Method: a sink
// that keeps what it is given, and one that fails once.

#include "core/parquet/page_sink.h"

#include "tests/unit/catch.h"

#include <string>

namespace gamevents::parquet {
namespace {

TEST_CASE("what is written is handed on in order, and counted") {
  std::string taken;
  PageSink sink([&](std::string_view bytes) {
    taken += bytes;
    return Status(Done{});
  });
  REQUIRE(sink.Write("PAR1"));
  CHECK(sink.position() == 4);
  CHECK(taken.empty());
  ChunkMetadata chunk;
  const std::string plain(10'000, 'x');
  REQUIRE(sink.WritePage({.values = 1}, plain, chunk));
  CHECK(chunk.plain_bytes > plain.size());
  CHECK(chunk.packed_bytes < 200);
  CHECK(sink.position() == 4 + static_cast<int64_t>(chunk.packed_bytes));
  REQUIRE(sink.Flush());
  CHECK(static_cast<int64_t>(taken.size()) == sink.position());
}

TEST_CASE("after a failure the output gets nothing more") {
  int calls = 0;
  PageSink sink([&](std::string_view) {
    calls += 1;
    return Status(Error{Fault::kFull, "no room"});
  });
  REQUIRE(sink.Write("abc"));
  CHECK(sink.Flush().error().fault == Fault::kFull);
  REQUIRE(sink.Write("def"));
  CHECK(sink.Flush().error().context == "no room");
  CHECK(calls == 1);
}

}  // namespace
}  // namespace gamevents::parquet
