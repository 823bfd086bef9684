// Goal: the budget is never exceeded, and those who wait are served in line, even the large.
// Method: coroutines on one loop, stepped by hand.
#include "core/broker/memory_budget.h"

#include "tests/unit/catch.h"

#include <asio/bind_cancellation_slot.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>

#include <optional>
#include <vector>

namespace gamevents::broker {
namespace {

const auto kIgnore = [](const std::exception_ptr&) {};

asio::awaitable<void> TakeInto(MemoryBudget& budget, int64_t bytes,
                               std::optional<MemoryBudget::Lease>& lease) {
  lease = co_await budget.Take(bytes);
}

}  // namespace

TEST_CASE("bytes are taken, given back, and waited for in line") {
  asio::io_context loop;
  MemoryBudget budget(100);
  std::vector<std::optional<MemoryBudget::Lease>> leases(4);
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
  MemoryBudget budget(10);
  std::optional<MemoryBudget::Lease> first, second;
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
  MemoryBudget budget(10);
  std::optional<MemoryBudget::Lease> first, large, small;
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

}  // namespace gamevents::broker
