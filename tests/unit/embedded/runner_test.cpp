// Goal: a broker says what it found, can be reached, and leaves a directory that starts again.
// Method: real directories and loopback ports; starts after orderly stops and after none.
#include "core/embedded/runner.h"

#include "tests/unit/catch.h"
#include "tests/unit/embedded/fixture.h"

namespace gamevents::embedded {
namespace {

using std::chrono::milliseconds;

std::unique_ptr<EmbeddedBroker> MustStart(const std::string& directory) {
  auto started = EmbeddedBroker::Start(OptionsFor(directory), MustLock(directory));
  if (!started) FAIL(started.error().context);
  return std::move(*started);
}

bool EndsWith(const std::string& text, const std::string& ending) {
  return text.size() >= ending.size() &&
         text.compare(text.size() - ending.size(), ending.size(), ending) == 0;
}

}  // namespace

TEST_CASE("a broker says where it listens until it stops") {
  const TempFolder folder;
  const auto broker = MustStart(folder.path());
  const Endpoint& endpoint = broker->endpoint();
  CHECK(endpoint.host == "127.0.0.1");
  CHECK(endpoint.port != 0);
  CHECK(endpoint.pid == ::getpid());
  CHECK(broker->summary() ==
        "gamevents broker on " + endpoint.Address() + ": 0 topics, 0 messages, clean start");
  const auto written = ReadEndpoint(folder.path());
  REQUIRE(written.ok());
  CHECK(*written == endpoint);
  REQUIRE(broker->Stop(milliseconds(1000)).ok());
  CHECK_FALSE(folder.Has("ENDPOINT"));
  CHECK(broker->Stop(milliseconds(1000)).ok());
}

TEST_CASE("the lock is held until the stop, and then the next one may start") {
  const TempFolder folder;
  const auto broker = MustStart(folder.path());
  auto taken = DirectoryLock::TryTake(folder.path());
  REQUIRE(taken.ok());
  CHECK_FALSE(taken->has_value());
  REQUIRE(broker->Stop(milliseconds(1000)).ok());
  const auto next = MustStart(folder.path());
  CHECK(EndsWith(next->summary(), "clean start"));
}

TEST_CASE("a start after no stop recovers") {
  const TempFolder folder;
  MustStart(folder.path()).reset();
  CHECK(folder.Has("ENDPOINT"));
  const auto next = MustStart(folder.path());
  CHECK(EndsWith(next->summary(), ": 0 topics, 0 messages, recovered, 0 bytes cut off"));
}

TEST_CASE("a newer format is refused and the lock let go") {
  const TempFolder folder;
  folder.Write("meta.properties", "version=99\ncluster.id=x\n");
  const auto started = EmbeddedBroker::Start(OptionsFor(folder.path()), MustLock(folder.path()));
  REQUIRE_FALSE(started.ok());
  CHECK(started.error().fault == Fault::kUnsupported);
  MustLock(folder.path());
}

TEST_CASE("a port in use is named") {
  const TempFolder one;
  const TempFolder other;
  const auto broker = MustStart(one.path());
  EmbeddedOptions options = OptionsFor(other.path());
  options.server.port = broker->endpoint().port;
  const auto started = EmbeddedBroker::Start(options, MustLock(other.path()));
  REQUIRE_FALSE(started.ok());
  CHECK(started.error().fault == Fault::kExists);
  CHECK(started.error().context.find(broker->endpoint().Address()) != std::string::npos);
  CHECK(EndsWith(MustStart(other.path())->summary(), "clean start"));
}

}  // namespace gamevents::embedded
