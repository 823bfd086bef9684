// Goal: what is written is read back, and nothing else is taken for an endpoint.
// Method: real files, written and broken by hand.
#include "core/embedded/endpoint.h"

#include "tests/unit/catch.h"
#include "tests/unit/embedded/fixture.h"

namespace gamevents::embedded {

TEST_CASE("an endpoint is read back as it was written") {
  const TempFolder folder;
  for (const Endpoint& endpoint :
       {Endpoint{"127.0.0.1", 29092, 7}, Endpoint{"::1", 1, 4194304}, Endpoint{"host", 65535, 1}}) {
    REQUIRE(WriteEndpoint(log::FileSystem::Posix(), folder.path(), endpoint).ok());
    const auto read = ReadEndpoint(folder.path());
    REQUIRE(read.ok());
    CHECK(*read == endpoint);
  }
}

TEST_CASE("an address is written as clients take it") {
  CHECK(Endpoint{"127.0.0.1", 29092, 1}.Address() == "127.0.0.1:29092");
  CHECK(Endpoint{"::1", 80, 1}.Address() == "[::1]:80");
}

TEST_CASE("no file is not found, and a broken one is corrupt") {
  const TempFolder folder;
  REQUIRE_FALSE(ReadEndpoint(folder.path()).ok());
  CHECK(ReadEndpoint(folder.path()).error().fault == Fault::kNotFound);
  for (const std::string text : {"", "127.0.0.1:1", "127.0.0.1:1 2", "127.0.0.1 2\n",
                                 "127.0.0.1:99999 2\n", "127.0.0.1:1 x\n", "\n 127.0.0.1:1 2"}) {
    INFO(text);
    folder.Write("ENDPOINT", text);
    const auto read = ReadEndpoint(folder.path());
    REQUIRE_FALSE(read.ok());
    CHECK(read.error().fault == Fault::kCorrupt);
    CHECK(read.error().context.find("ENDPOINT") != std::string::npos);
  }
}

TEST_CASE("removing it twice is no error") {
  const TempFolder folder;
  REQUIRE(WriteEndpoint(log::FileSystem::Posix(), folder.path(), {"127.0.0.1", 1, 1}).ok());
  REQUIRE(RemoveEndpoint(log::FileSystem::Posix(), folder.path()).ok());
  CHECK_FALSE(folder.Has("ENDPOINT"));
  CHECK(RemoveEndpoint(log::FileSystem::Posix(), folder.path()).ok());
}

}  // namespace gamevents::embedded
