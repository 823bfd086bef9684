// Goal: every job is run once, and whoever makes too many is held back. Method: jobs that wait for
// a latch, so that the queue's state is known.
#include "core/http/worker_pool.h"

#include "tests/unit/catch.h"

#include <atomic>
#include <future>
#include <latch>

namespace gamevents::http {

TEST_CASE("every job is run, those still queued at the stop too") {
  std::atomic<int> ran = 0;
  auto pool = WorkerPool::Start(3, 10);
  REQUIRE(pool.ok());
  for (int i = 0; i < 1000; ++i) (*pool)->Run([&ran] { ++ran; });
  (*pool)->Stop();
  CHECK(ran == 1000);
}

TEST_CASE("a full queue holds back who fills it, until there is room or the end is near") {
  auto pool = WorkerPool::Start(1, 1);
  REQUIRE(pool.ok());
  std::latch begun(1);
  std::latch go_on(1);
  (*pool)->Run([&] {
    begun.count_down();
    go_on.wait();
  });
  begun.wait();
  CHECK_FALSE((*pool)->Crowded());
  (*pool)->Run([] {});
  CHECK((*pool)->Crowded());
  auto third = std::async(std::launch::async, [&] { (*pool)->Run([] {}); });
  CHECK(third.wait_for(std::chrono::milliseconds(20)) == std::future_status::timeout);
  (*pool)->StopWaiting();
  third.get();
  CHECK_FALSE((*pool)->StopWithin(std::chrono::milliseconds(1)));
  go_on.count_down();
  (*pool)->Stop();
  CHECK_FALSE((*pool)->Crowded());
}

}  // namespace gamevents::http
