// Goal: the budget is never exceeded, those who wait are served in line, even the large, and who
// grows step by step gets there. Method: coroutines on one loop, stepped by hand or at random.
#include "core/broker/request_budget.h"

#include "tests/unit/catch.h"

#include <asio/bind_cancellation_slot.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>

#include <iterator>
#include <optional>
#include <random>
#include <vector>

namespace gamevents::broker {
namespace {

const auto kIgnore = [](const std::exception_ptr&) {};

asio::awaitable<void> TakeInto(RequestBudget& budget, int64_t bytes,
                               std::optional<RequestBudget::Lease>& lease) {
  RequestBudget::Lease taken;
  if (co_await budget.Grow(taken, bytes, bytes)) lease = std::move(taken);
}

// A lease on its way to `whole`, as that of a request that is being read.
struct Growing {
  RequestBudget::Lease lease;
  int64_t whole = 0;
  bool waits = false;

  bool done() const { return lease.bytes() == whole; }
};

asio::awaitable<void> GrowTo(RequestBudget& budget, Growing& request, int64_t bytes) {
  request.waits = true;
  co_await budget.Grow(request.lease, bytes, request.whole);
  request.waits = false;
}

}  // namespace

TEST_CASE("bytes are taken, given back, and waited for in line") {
  asio::io_context loop;
  RequestBudget budget(100);
  std::vector<std::optional<RequestBudget::Lease>> leases(4);
  const int64_t wanted[] = {60, 80, 10, 30};
  for (size_t i = 0; i < leases.size(); ++i) {
    asio::co_spawn(loop, TakeInto(budget, wanted[i], leases[i]), kIgnore);
  }
  loop.poll();
  CHECK(leases[0].has_value());
  CHECK_FALSE(leases[1].has_value());
  CHECK_FALSE(leases[2].has_value());  // would fit, but must not overtake
  CHECK(budget.free() == 40);

  leases[0].reset();
  loop.restart();
  loop.poll();
  CHECK(leases[1].has_value());
  CHECK(leases[2].has_value());
  CHECK_FALSE(leases[3].has_value());
  CHECK(budget.free() == 10);

  leases[1].reset();
  loop.restart();
  loop.poll();
  CHECK(leases[3].has_value());
  leases.clear();
  CHECK(budget.free() == 100);
}

TEST_CASE("a waiter that is cancelled leaves the line and takes nothing") {
  asio::io_context loop;
  RequestBudget budget(10);
  std::optional<RequestBudget::Lease> first, second;
  asio::cancellation_signal cancel;
  asio::co_spawn(loop, TakeInto(budget, 10, first), kIgnore);
  asio::co_spawn(loop, TakeInto(budget, 5, second),
                 asio::bind_cancellation_slot(cancel.slot(), kIgnore));
  loop.poll();
  cancel.emit(asio::cancellation_type::terminal);
  loop.restart();
  loop.poll();
  first.reset();
  CHECK(budget.free() == 10);
}

TEST_CASE("one who leaves the head of the line lets those behind have what fits") {
  asio::io_context loop;
  RequestBudget budget(10);
  std::optional<RequestBudget::Lease> first, large, small;
  asio::cancellation_signal cancel;
  asio::co_spawn(loop, TakeInto(budget, 6, first), kIgnore);
  asio::co_spawn(loop, TakeInto(budget, 9, large),
                 asio::bind_cancellation_slot(cancel.slot(), kIgnore));
  asio::co_spawn(loop, TakeInto(budget, 4, small), kIgnore);
  loop.poll();
  CHECK_FALSE(small.has_value());
  cancel.emit(asio::cancellation_type::terminal);
  loop.restart();
  loop.poll();
  CHECK(small.has_value());
  CHECK(budget.free() == 0);
}

TEST_CASE("half-read requests that hold the whole common part finish from the reserve") {
  asio::io_context loop;
  RequestBudget budget(200, 100);
  std::vector<Growing> requests(3);
  for (Growing& request : requests) request.whole = 90;
  const auto grow = [&](size_t i, int64_t bytes) {
    asio::co_spawn(loop, GrowTo(budget, requests[i], bytes), kIgnore);
    loop.restart();
    loop.poll();
  };
  grow(0, 40);
  grow(1, 40);
  grow(2, 20);
  CHECK(budget.free() == 100);
  grow(0, 80);  // from the reserve, which has room for all of it
  CHECK(requests[0].done());
  CHECK(requests[0].lease.reserved());
  CHECK(budget.free() == 50);  // what it had of the common part is there for others
  grow(1, 80);
  CHECK_FALSE(requests[1].waits);
  CHECK(requests[1].lease.bytes() == 80);
  CHECK_FALSE(budget.has_line());
  grow(2, 60);
  CHECK(requests[2].waits);
  CHECK(budget.has_line());
  requests[0] = {};
  loop.restart();
  loop.poll();
  CHECK(requests[2].done());
  CHECK(budget.free() == 30);
  requests.clear();
  CHECK(budget.free() == 200);
}

TEST_CASE("however requests grow and end, each one gets there") {
  std::mt19937 random(20260715);
  const auto upto = [&random](int64_t most) {
    return std::uniform_int_distribution<int64_t>(1, most)(random);
  };
  for (int round = 0; round < 200; ++round) {
    const int64_t reserve = upto(100);
    const int64_t whole_budget = reserve + upto(150) - 1;
    RequestBudget budget(whole_budget, reserve);
    asio::io_context loop;
    std::vector<Growing> requests(static_cast<size_t>(upto(12)));
    for (Growing& request : requests) request.whole = upto(reserve);
    size_t left = requests.size();
    for (int turn = 0; left > 0; ++turn) {
      REQUIRE(turn < 10'000);
      Growing& request = requests[static_cast<size_t>(upto(std::ssize(requests))) - 1];
      if (request.done() && request.whole > 0) {
        request = {};
        --left;
      } else if (!request.waits && request.whole > 0) {
        const int64_t bytes = request.lease.bytes() + upto(request.whole - request.lease.bytes());
        asio::co_spawn(loop, GrowTo(budget, request, bytes), kIgnore);
      }
      loop.restart();
      loop.poll();
      CHECK(budget.free() >= 0);
    }
    CHECK(budget.free() == whole_budget);
  }
}

TEST_CASE("what can be had at once is taken without a wait, and nothing else") {
  RequestBudget budget(100, 50);
  RequestBudget::Lease first, second, third;
  CHECK(budget.TryTake(first, 40));
  CHECK_FALSE(budget.TryTake(second, 20));
  CHECK(budget.TryTake(third, 10));
  CHECK(budget.free() == 50);
  first = {};
  CHECK(budget.free() == 90);
}

}  // namespace gamevents::broker
