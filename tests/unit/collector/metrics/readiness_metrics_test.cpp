// Goal: the numbers say what /readyz says, and a probe that hangs shows in its age. Method: probes
// that succeed, fail and do not end.
#include "core/collector/metrics/readiness_metrics.h"

#include "tests/support/await.h"
#include "tests/unit/catch.h"

#include <atomic>
#include <chrono>
#include <string>
#include <thread>

namespace gamevents::collector {
namespace {

using std::chrono::milliseconds;

bool Shows(const Metrics& metrics, const std::string& line) {
  return metrics.Text().find("\n" + line + "\n") != std::string::npos;
}

}  // namespace

TEST_CASE("a server is ready when its probe succeeds and its checks pass") {
  Metrics metrics("1");
  std::atomic<bool> room = true;
  Readiness readiness([] { return Done{}; }, [](const Status&) {}, milliseconds(1));
  readiness.AddCheck([&]() -> Status {
    if (room) return Done{};
    return Error{Fault::kFull, "no room"};
  });
  ShowReadiness(readiness, metrics);
  CHECK(Shows(metrics, "gamevents_ready 0"));
  CHECK(Shows(metrics, "gamevents_probe_success 0"));
  REQUIRE(readiness.Start());
  CHECK(Await([&] { return Shows(metrics, "gamevents_ready 1"); }));
  CHECK(Shows(metrics, "gamevents_probe_success 1"));
  room = false;
  CHECK(Shows(metrics, "gamevents_ready 0"));
  CHECK(Shows(metrics, "gamevents_probe_success 1"));
}

TEST_CASE("the age of a probe that does not end grows") {
  std::atomic<bool> hang = false;
  Readiness readiness(
      [&] {
        while (hang) std::this_thread::sleep_for(milliseconds(1));
        return Done{};
      },
      [](const Status&) {}, milliseconds(1));
  REQUIRE(readiness.Start());
  CHECK(Await([&] { return readiness.LastProbe().ok; }));
  hang = true;
  CHECK(Await([&] { return readiness.LastProbe().age > milliseconds(50); }));
  CHECK(readiness.LastProbe().ok);
  hang = false;
  CHECK(Await([&] { return readiness.LastProbe().age < milliseconds(50); }));
}

}  // namespace gamevents::collector
