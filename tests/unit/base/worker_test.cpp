// Goal: jobs run in order, one at a time, to the end; too many are refused. Method: jobs that wait
// for the test.

#include "core/base/worker.h"

#include "tests/unit/catch.h"

#include <future>
#include <vector>

namespace gamevents {
namespace {

TEST_CASE("jobs run in order, and the end waits for them") {
  std::vector<int> ran;
  {
    auto worker = Worker::Start();
    REQUIRE(worker);
    for (int i = 0; i < 20; ++i) REQUIRE((*worker)->Run([&ran, i] { ran.push_back(i); }));
  }
  REQUIRE(ran.size() == 20);
  for (int i = 0; i < 20; ++i) CHECK(ran[static_cast<size_t>(i)] == i);
}

TEST_CASE("what would wait too long is refused") {
  std::promise<void> begun;
  std::promise<void> go_on;
  size_t ran = 0;
  {
    auto worker = Worker::Start();
    REQUIRE(worker);
    REQUIRE((*worker)->Run([&] {
      begun.set_value();
      go_on.get_future().wait();
    }));
    begun.get_future().wait();
    for (size_t i = 0; i < kWorkerJobsMax; ++i) REQUIRE((*worker)->Run([&] { ++ran; }));
    const Status refused = (*worker)->Run([] { CHECK(false); });
    REQUIRE_FALSE(refused);
    CHECK(refused.error().fault == Fault::kFull);
    go_on.set_value();
  }
  CHECK(ran == kWorkerJobsMax);
}

}  // namespace
}  // namespace gamevents
