#include "core/broker/request_budget.h"

#include <asio/post.hpp>
#include <asio/redirect_error.hpp>
#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>

#include <utility>

namespace gamevents::broker {

// What a lease is to grow to, and what it was given. The lease itself is changed by its owner
// alone.
struct RequestBudget::Wish {
  int64_t held;  // of the common part
  int64_t bytes;
  int64_t whole;
  bool granted = false;   // this and what follows: guarded by the budget's mutex
  bool reserved = false;  // it was given `whole` of the reserve
};

// A place in the line. The timer never fires by itself; it is cancelled, on its own executor,
// when the bytes have been taken for this waiter.
struct RequestBudget::Waiter {
  Waiter(const asio::any_io_executor& executor, const Wish& wanted)
      : timer(executor, asio::steady_timer::time_point::max()), wish(wanted) {}
  asio::steady_timer timer;
  Wish wish;
};

RequestBudget::Lease::Lease(Lease&& other) noexcept
    : budget_(std::exchange(other.budget_, nullptr)),
      bytes_(std::exchange(other.bytes_, 0)),
      reserved_(std::exchange(other.reserved_, false)) {}

RequestBudget::Lease& RequestBudget::Lease::operator=(Lease&& other) noexcept {
  if (this != &other) {
    GiveBack();
    budget_ = std::exchange(other.budget_, nullptr);
    bytes_ = std::exchange(other.bytes_, 0);
    reserved_ = std::exchange(other.reserved_, false);
  }
  return *this;
}

void RequestBudget::Lease::GiveBack() {
  if (budget_ != nullptr) std::exchange(budget_, nullptr)->GiveBack(bytes_, reserved_);
}

bool RequestBudget::has_line() const {
  const std::lock_guard lock(mutex_);
  return !line_.empty();
}

int64_t RequestBudget::free() const {
  const std::lock_guard lock(mutex_);
  return common_free_ + reserve_free_;
}

// Takes the bytes for the next in line, if they are there. With the mutex held.
bool RequestBudget::Fulfil(Wish& wish) {
  if (wish.bytes - wish.held <= common_free_) {
    common_free_ -= wish.bytes - wish.held;
  } else if (wish.whole <= reserve_free_) {
    reserve_free_ -= wish.whole;
    common_free_ += wish.held;
    wish.reserved = true;
  } else {
    return false;
  }
  wish.granted = true;
  return true;
}

void RequestBudget::Give(const Wish& wish, Lease& lease) {
  lease.budget_ = this;
  lease.bytes_ = wish.reserved ? wish.whole : wish.bytes;
  lease.reserved_ = wish.reserved;
}

asio::awaitable<bool> RequestBudget::Grow(Lease& lease, int64_t bytes, int64_t whole) {
  if (bytes <= lease.bytes()) co_return true;
  Wish wish{lease.bytes(), bytes, whole};
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  std::shared_ptr<Waiter> waiter;
  {
    const std::lock_guard lock(mutex_);
    if (line_.empty() && Fulfil(wish)) {
      Give(wish, lease);
      co_return true;
    }
    waiter = std::make_shared<Waiter>(executor, wish);
    line_.push_back(waiter);
  }
  asio::error_code ignored;
  co_await waiter->timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  const std::lock_guard lock(mutex_);
  if (waiter->wish.granted) {
    Give(waiter->wish, lease);
    co_return true;
  }
  line_.remove(waiter);
  GrantNext();  // those behind may fit
  co_return false;
}

bool RequestBudget::TryTake(Lease& lease, int64_t bytes) {
  const std::lock_guard lock(mutex_);
  if (!line_.empty() || bytes > common_free_) return false;
  common_free_ -= bytes;
  lease.budget_ = this;
  lease.bytes_ = bytes;
  return true;
}

void RequestBudget::GiveBack(int64_t bytes, bool reserved) {
  const std::lock_guard lock(mutex_);
  (reserved ? reserve_free_ : common_free_) += bytes;
  GrantNext();
}

// Serves the line as far as it goes. With the mutex held.
void RequestBudget::GrantNext() {
  while (!line_.empty() && Fulfil(line_.front()->wish)) {
    const std::shared_ptr<Waiter> next = line_.front();
    line_.pop_front();
    // Posted after its wait has begun, for the waiter runs on that executor's one thread.
    asio::post(next->timer.get_executor(), [next] { next->timer.cancel(); });
  }
}

}  // namespace gamevents::broker
