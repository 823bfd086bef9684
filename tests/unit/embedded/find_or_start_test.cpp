// Goal: of all who come at once exactly one starts the broker and the others find it; what a dead
// one left is no obstacle. Method: threads over one directory (a lock is held once in a process,
// too), stale files written by hand, a lock without a broker.
#include "core/embedded/find_or_start.h"

#include "tests/unit/catch.h"
#include "tests/unit/embedded/fixture.h"

#include <optional>
#include <thread>
#include <vector>

namespace gamevents::embedded {
namespace {

using std::chrono::milliseconds;
constexpr milliseconds kLong{20'000};
constexpr milliseconds kShort{100};

}  // namespace

TEST_CASE("of many at once one starts it and the others find it") {
  const TempFolder folder;
  constexpr size_t kStarters = 8;
  std::vector<std::optional<Result<FoundBroker>>> found(kStarters);
  std::vector<std::thread> threads;
  for (size_t i = 0; i < kStarters; ++i) {
    threads.emplace_back(
        [&found, &folder, i] { found[i].emplace(FindOrStart(OptionsFor(folder.path()), kLong)); });
  }
  for (std::thread& thread : threads) thread.join();
  size_t owners = 0;
  for (auto& each : found) {
    REQUIRE(each->ok());
    if ((*each)->own) ++owners;
    CHECK((*each)->endpoint == (*found[0])->endpoint);
  }
  CHECK(owners == 1);
}

TEST_CASE("when the owner stops, the next one who comes starts its own") {
  const TempFolder folder;
  auto first = FindOrStart(OptionsFor(folder.path()), kLong);
  REQUIRE(first.ok());
  REQUIRE(first->own != nullptr);
  std::optional<Result<FoundBroker>> second;
  REQUIRE(first->own->Stop(kLong).ok());
  second.emplace(FindOrStart(OptionsFor(folder.path()), kLong));
  REQUIRE(second->ok());
  CHECK((*second)->own != nullptr);
}

TEST_CASE("who comes while the owner goes away waits for it") {
  const TempFolder folder;
  std::optional<DirectoryLock> lock = MustLock(folder.path());
  std::optional<Result<FoundBroker>> found;
  std::thread starter([&] { found.emplace(FindOrStart(OptionsFor(folder.path()), kLong)); });
  std::this_thread::sleep_for(kShort);
  lock.reset();
  starter.join();
  REQUIRE(found->ok());
  CHECK((*found)->own != nullptr);
}

TEST_CASE("a stale endpoint is no obstacle") {
  const TempFolder folder;
  REQUIRE(WriteEndpoint(log::FileSystem::Posix(), folder.path(), {"127.0.0.1", 1, 1}).ok());
  folder.Write("LOCK", "1\n");
  const auto found = FindOrStart(OptionsFor(folder.path()), kLong);
  REQUIRE(found.ok());
  REQUIRE(found->own != nullptr);
  CHECK(found->endpoint.port != 1);
}

TEST_CASE("a holder whose broker cannot be reached is named") {
  const TempFolder folder;
  const DirectoryLock lock = MustLock(folder.path());
  const std::string self = "process " + std::to_string(::getpid());
  const auto silent = FindOrStart(OptionsFor(folder.path()), kShort);
  REQUIRE_FALSE(silent.ok());
  CHECK(silent.error().fault == Fault::kUnavailable);
  CHECK(silent.error().context.find(self) != std::string::npos);

  SECTION("with the address that does not answer") {
    REQUIRE(
        WriteEndpoint(log::FileSystem::Posix(), folder.path(), {"127.0.0.1", 1, ::getpid()}).ok());
    const auto deaf = FindOrStart(OptionsFor(folder.path()), kShort);
    REQUIRE_FALSE(deaf.ok());
    CHECK(deaf.error().context.find("127.0.0.1:1") != std::string::npos);
  }
  SECTION("but not with the address of someone before it") {
    REQUIRE(WriteEndpoint(log::FileSystem::Posix(), folder.path(), {"127.0.0.1", 1, ::getpid() + 1})
                .ok());
    const auto deaf = FindOrStart(OptionsFor(folder.path()), kShort);
    REQUIRE_FALSE(deaf.ok());
    CHECK(deaf.error().context.find("127.0.0.1:1") == std::string::npos);
  }
}

TEST_CASE("who must be the only one is told who has it") {
  const TempFolder folder;
  const auto first = StartOnly(OptionsFor(folder.path()));
  REQUIRE(first.ok());
  const auto second = StartOnly(OptionsFor(folder.path()));
  REQUIRE_FALSE(second.ok());
  CHECK(second.error().fault == Fault::kExists);
  CHECK(second.error().context.find("process " + std::to_string(::getpid())) != std::string::npos);
  CHECK(second.error().context.find((*first)->endpoint().Address()) != std::string::npos);
}

}  // namespace gamevents::embedded
