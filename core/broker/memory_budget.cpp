#include "core/broker/memory_budget.h"

#include <asio/post.hpp>
#include <asio/redirect_error.hpp>
#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>

#include <algorithm>
#include <utility>

namespace gamevents::broker {

// A place in the line. The timer never fires by itself; it is cancelled, on its own executor,
// when the bytes have been taken for this waiter.
struct MemoryBudget::Waiter {
  Waiter(const asio::any_io_executor& executor, int64_t wanted)
      : timer(executor, asio::steady_timer::time_point::max()), bytes(wanted) {}
  asio::steady_timer timer;
  int64_t bytes;
  bool granted = false;  // guarded by the budget's mutex
};

MemoryBudget::Lease::Lease(Lease&& other) noexcept
    : budget_(std::exchange(other.budget_, nullptr)), bytes_(other.bytes_) {}

MemoryBudget::Lease& MemoryBudget::Lease::operator=(Lease&& other) noexcept {
  if (this != &other) {
    GiveBack();
    budget_ = std::exchange(other.budget_, nullptr);
    bytes_ = other.bytes_;
  }
  return *this;
}

void MemoryBudget::Lease::GiveBack() {
  if (budget_ != nullptr) std::exchange(budget_, nullptr)->GiveBack(bytes_);
}

int64_t MemoryBudget::free() const {
  const std::lock_guard lock(mutex_);
  return free_;
}

bool MemoryBudget::TryTake(int64_t bytes) {
  if (!line_.empty() || bytes > free_) return false;
  free_ -= bytes;
  return true;
}

asio::awaitable<MemoryBudget::Lease> MemoryBudget::Take(int64_t bytes) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  std::shared_ptr<Waiter> waiter;
  {
    const std::lock_guard lock(mutex_);
    if (TryTake(bytes)) co_return Lease(*this, bytes);
    waiter = std::make_shared<Waiter>(executor, bytes);
    line_.push_back(waiter);
  }
  asio::error_code ignored;
  co_await waiter->timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  const std::lock_guard lock(mutex_);
  if (waiter->granted) co_return Lease(*this, bytes);
  line_.remove(waiter);
  GrantNext();  // those behind may fit
  co_return Lease();
}

void MemoryBudget::GiveBack(int64_t bytes) {
  const std::lock_guard lock(mutex_);
  free_ += bytes;
  GrantNext();
}

// Serves the line as far as it goes. With the mutex held.
void MemoryBudget::GrantNext() {
  while (!line_.empty() && line_.front()->bytes <= free_) {
    const std::shared_ptr<Waiter> next = line_.front();
    line_.pop_front();
    free_ -= next->bytes;
    next->granted = true;
    // Posted after its wait has begun, for the waiter runs on that executor's one thread.
    asio::post(next->timer.get_executor(), [next] { next->timer.cancel(); });
  }
}

}  // namespace gamevents::broker
