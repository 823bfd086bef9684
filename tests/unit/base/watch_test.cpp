// Goal: a thread that does not run what it is given is named, and only while it does not.
// Method: threads of Worker, one of them held up by a promise.
#include "core/base/watch.h"

#include "core/base/worker.h"
#include "tests/unit/catch.h"

#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace gamevents {
namespace {

std::unique_ptr<Worker> MustStart() {
  auto started = Worker::Start();
  REQUIRE(started.ok());
  return std::move(*started);
}

Watch::Post PostTo(Worker& worker) {
  return [&worker](std::function<void()> task) { CHECK(worker.Run(std::move(task)).ok()); };
}

// Returns when the worker has run all that it was given before.
void Settle(Worker& worker) {
  std::promise<void> done;
  REQUIRE(worker.Run([&] { done.set_value(); }).ok());
  done.get_future().wait();
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("who is stuck is named until it answers, and who is not, never") {
  const auto well = MustStart();
  const auto stuck = MustStart();
  Watch watch;
  watch.Add("well", PostTo(*well));
  watch.Add("stuck", PostTo(*stuck));
  CHECK(watch.Ask() == Names());
  Settle(*well);
  Settle(*stuck);

  std::promise<void> go_on;
  REQUIRE(stuck->Run([&] { go_on.get_future().wait(); }).ok());
  CHECK(watch.Ask() == Names());  // What was asked before has been answered.
  Settle(*well);
  CHECK(watch.Ask() == Names{"stuck"});
  Settle(*well);
  CHECK(watch.Ask() == Names{"stuck"});

  go_on.set_value();
  Settle(*stuck);
  Settle(*well);
  CHECK(watch.Ask() == Names());
}

TEST_CASE("one that is stuck is not asked again and again") {
  size_t asked = 0;
  Watch watch;
  watch.Add("silent", [&](const std::function<void()>&) { ++asked; });
  for (int i = 0; i < 10; ++i) watch.Ask();
  CHECK(asked == 1);
}

TEST_CASE("with nobody to watch nobody is silent") { CHECK(Watch().Ask() == Names()); }

}  // namespace gamevents
