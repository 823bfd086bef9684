// Goal: when the owner goes, its place is taken on the same address, and never while it is there.
// Method: an owner and a successor over one directory, in one process.
#include "core/embedded/successor.h"

#include "core/embedded/find_or_start.h"
#include "tests/support/await.h"
#include "tests/unit/catch.h"
#include "tests/unit/embedded/fixture.h"

#include <atomic>

namespace gamevents::embedded {
namespace {

using std::chrono::milliseconds;
constexpr milliseconds kSuccessorLong{20'000};

}  // namespace

TEST_CASE("the owner's place is taken on its address") {
  const TempFolder folder;
  auto owner = FindOrStart(OptionsFor(folder.path()), kSuccessorLong);
  REQUIRE(owner.ok());
  Successor successor(OptionsFor(folder.path()), owner->endpoint);
  REQUIRE(owner->own->Stop(kSuccessorLong).ok());
  REQUIRE(Await([&] { return folder.Has("ENDPOINT"); }));
  const auto endpoint = ReadEndpoint(folder.path());
  REQUIRE(endpoint.ok());
  CHECK(endpoint->Address() == owner->endpoint.Address());
  const auto found = FindOrStart(OptionsFor(folder.path()), kSuccessorLong);
  REQUIRE(found.ok());
  CHECK(found->own == nullptr);
  REQUIRE(successor.Stop(kSuccessorLong).ok());
  CHECK_FALSE(folder.Has("ENDPOINT"));
  MustLock(folder.path());
}

TEST_CASE("the broker is handed over once it is started, whenever that is asked for") {
  for (const bool early : {true, false}) {
    const TempFolder folder;
    auto owner = FindOrStart(OptionsFor(folder.path()), kSuccessorLong);
    REQUIRE(owner.ok());
    std::atomic<int> used{0};
    const auto use = [&](EmbeddedBroker& broker) {
      CHECK(broker.endpoint().Address() == owner->endpoint.Address());
      ++used;
    };
    Successor successor(OptionsFor(folder.path()), owner->endpoint);
    if (early) successor.WhenStarted(use);
    CHECK(used == 0);
    REQUIRE(owner->own->Stop(kSuccessorLong).ok());
    REQUIRE(Await([&] { return folder.Has("ENDPOINT"); }));
    if (!early) successor.WhenStarted(use);
    CHECK(Await([&] { return used == 1; }));
    REQUIRE(successor.Stop(kSuccessorLong).ok());
    CHECK(used == 1);
  }
}

TEST_CASE("one that never came to it stops at once") {
  const TempFolder folder;
  auto owner = FindOrStart(OptionsFor(folder.path()), kSuccessorLong);
  REQUIRE(owner.ok());
  {
    Successor successor(OptionsFor(folder.path()), owner->endpoint);
    CHECK(successor.Stop(kSuccessorLong).ok());
  }
  const auto found = FindOrStart(OptionsFor(folder.path()), kSuccessorLong);
  REQUIRE(found.ok());
  CHECK(found->endpoint == owner->endpoint);
}

}  // namespace gamevents::embedded
