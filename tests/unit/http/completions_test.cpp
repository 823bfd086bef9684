// Goal: every answer arrives once, from whichever thread, and a burst wakes the loop once. Method:
// replies given, dropped, given twice and given too late, with the wakings counted.
#include "core/http/completions.h"

#include "core/base/burst.h"
#include "core/http/limits.h"
#include "tests/unit/catch.h"

#include <algorithm>
#include <atomic>
#include <thread>

namespace gamevents::http {
namespace {

Response WithStatus(int status) {
  Response response;
  response.status = status;
  return response;
}

}  // namespace

TEST_CASE("answers given in a burst wake the loop once, and again after it has looked") {
  int woken = 0;
  const auto completions = std::make_shared<Completions>([&] { ++woken; });
  for (uint64_t i = 0; i < 3; ++i) {
    Completions::MakeReply(completions, 7, i)(WithStatus(200 + static_cast<int>(i)));
  }
  CHECK(woken == 1);
  std::vector<Completion> taken;
  REQUIRE(completions->Take(taken));
  REQUIRE(taken.size() == 3);
  CHECK((taken[2].connection == 7 && taken[2].number == 2 && taken[2].response.status == 202));
  taken.clear();
  CHECK_FALSE(completions->Take(taken));
  Completions::MakeReply(completions, 7, 3)(Response{});
  CHECK(woken == 2);
}

TEST_CASE("answers of a thread's burst come together at its end, or as many as it may gather") {
  int woken = 0;
  const auto one = std::make_shared<Completions>([&] { ++woken; });
  const auto other = std::make_shared<Completions>([&] { ++woken; });
  std::vector<Completion> taken;
  {
    const Burst burst;
    Completions::MakeReply(one, 1, 1)(Response{});
    Completions::MakeReply(other, 2, 1)(Response{});
    Completions::MakeReply(one, 1, 2)(Response{});
    CHECK(woken == 0);
    CHECK_FALSE(one->Take(taken));
  }
  CHECK(woken == 2);
  REQUIRE(one->Take(taken));
  CHECK((taken.size() == 2 && taken[0].number == 1 && taken[1].number == 2));
  taken.clear();
  REQUIRE(other->Take(taken));
  CHECK((taken.size() == 1 && taken[0].connection == 2));
  taken.clear();
  const Burst burst;
  for (uint64_t i = 0; i < kGatheredMax; ++i) Completions::MakeReply(one, 1, i)(Response{});
  REQUIRE(one->Take(taken));
  CHECK(taken.size() == kGatheredMax);
}

TEST_CASE("the loop's own answers wake nobody") {
  int woken = 0;
  const auto completions = std::make_shared<Completions>([&] { ++woken; });
  completions->SetLoopThread();
  Completions::MakeReply(completions, 1, 1)(Response{});
  CHECK(woken == 0);
  std::thread([&] { Completions::MakeReply(completions, 1, 2)(Response{}); }).join();
  CHECK(woken == 1);
}

TEST_CASE("a reply counts once, and one that is dropped is 500") {
  const auto completions = std::make_shared<Completions>([] {});
  {
    const Reply reply = Completions::MakeReply(completions, 1, 1);
    const Reply copy = reply;
    reply(Response{});
    copy(WithStatus(404));
    const Reply dropped = Completions::MakeReply(completions, 1, 2);
  }
  std::vector<Completion> taken;
  REQUIRE(completions->Take(taken));
  REQUIRE(taken.size() == 2);
  CHECK(taken[0].response.status == 200);
  CHECK(taken[1].response.status == 500);
}

TEST_CASE("after the end nothing is kept and nobody is woken") {
  int woken = 0;
  const auto completions = std::make_shared<Completions>([&] { ++woken; });
  const Reply late = Completions::MakeReply(completions, 1, 1);
  completions->Close();
  late(Response{});
  std::vector<Completion> taken;
  CHECK_FALSE(completions->Take(taken));
  CHECK(woken == 0);
}

TEST_CASE("answers from many threads all arrive") {
  std::atomic<int> woken = 0;
  const auto completions = std::make_shared<Completions>([&] { ++woken; });
  std::vector<std::thread> threads;
  for (uint64_t t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (uint64_t i = 0; i < 1'000; ++i) Completions::MakeReply(completions, t, i)(Response{});
    });
  }
  std::vector<size_t> seen(4);
  std::vector<Completion> taken;
  while (seen != std::vector<size_t>(4, 1'000)) {
    if (!completions->Take(taken)) std::this_thread::yield();
    for (const Completion& completion : taken) {
      CHECK(completion.number == seen[completion.connection]++);
    }
    taken.clear();
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(woken > 0);
}

}  // namespace gamevents::http
