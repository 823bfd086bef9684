// Goal: what requests and answers hold is counted, and given back whoever ends first. Method: a
// small budget, changed by hand.
#include "core/http/front_end_memory.h"

#include "tests/unit/catch.h"

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace gamevents::http {

TEST_CASE("what connections hold is counted together with what is in flight") {
  const auto budget = std::make_shared<FrontEndMemory>(100);
  CHECK(budget->ChangeHeld(0, 60));
  const auto lease = BodyLease::Take(budget, 40);
  REQUIRE(lease != nullptr);
  CHECK(budget->bytes() == 100);
  CHECK_FALSE(budget->exceeded());
  CHECK_FALSE(budget->ChangeHeld(60, 61));
  CHECK(budget->exceeded());
  CHECK(budget->ChangeHeld(61, 0));
  CHECK(budget->bytes() == 40);
}

TEST_CASE("bodies in flight have half of the budget, and one alone has what it needs") {
  const auto budget = std::make_shared<FrontEndMemory>(100);
  auto large = BodyLease::Take(budget, 90);
  REQUIRE(large != nullptr);
  CHECK(BodyLease::Take(budget, 1) == nullptr);
  large = nullptr;
  CHECK(budget->bytes() == 0);
  const auto first = BodyLease::Take(budget, 30);
  REQUIRE(first != nullptr);
  CHECK(BodyLease::Take(budget, 21) == nullptr);
  CHECK(budget->bytes() == 30);
  CHECK(BodyLease::Take(budget, 20) != nullptr);
}

TEST_CASE("beside one large body, connections have their half") {
  const auto budget = std::make_shared<FrontEndMemory>(100);
  const auto large = BodyLease::Take(budget, 200);
  REQUIRE(large != nullptr);
  CHECK_FALSE(budget->exceeded());
  CHECK(budget->ChangeHeld(0, 50));
  CHECK_FALSE(budget->ChangeHeld(50, 51));
}

TEST_CASE("bodies that are taken at once never pass what there is") {
  const auto budget = std::make_shared<FrontEndMemory>(2'000);
  std::atomic<int64_t> taken{0};
  std::atomic<int> beyond{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int turn = 0; turn < 20'000; ++turn) {
        const auto first = BodyLease::Take(budget, 400);
        const auto second = BodyLease::Take(budget, 400);
        const int64_t mine = (first ? 400 : 0) + (second ? 400 : 0);
        if (taken.fetch_add(mine) + mine > 1'000) ++beyond;
        taken.fetch_sub(mine);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(beyond == 0);
  CHECK(budget->bytes() == 0);
}

TEST_CASE("a lease outlives the front end that gave it") {
  auto budget = std::make_shared<FrontEndMemory>(100);
  const auto lease = BodyLease::Take(budget, 10);
  const std::weak_ptr<FrontEndMemory> rest = budget;
  budget = nullptr;
  REQUIRE(rest.lock() != nullptr);
  CHECK(rest.lock()->bytes() == 10);
}

TEST_CASE("a short text takes nothing beside itself") {
  CHECK(HeapBytes("") == 0);
  CHECK(HeapBytes("short") == 0);
  std::string text(100, 'x');
  CHECK(HeapBytes(text) >= 100);
  LetGo(text);
  CHECK(HeapBytes(text) == 0);
}

}  // namespace gamevents::http
