#include "core/broker/wakeups.h"

#include <asio/post.hpp>
#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>

#include <atomic>
#include <utility>

namespace gamevents::broker {

struct Wakeups::Waiter::State {
  explicit State(const asio::any_io_executor& executor) : timer(executor) {}
  asio::steady_timer timer;  // touched on its executor only
  std::atomic<bool> moved{false};

  // The flag first: a waiter that has not begun to wait looks at it before it does.
  static void Wake(const std::shared_ptr<State>& state) {
    if (state->moved.exchange(true)) return;
    asio::post(state->timer.get_executor(), [state] { state->timer.cancel(); });
  }
};

Wakeups::Waiter::Waiter(Wakeups& wakeups, asio::any_io_executor executor,
                        std::span<const LogPtr> logs)
    : wakeups_(wakeups),
      logs_(logs.begin(), logs.end()),
      state_(std::make_shared<State>(executor)) {
  for (const LogPtr& log : logs_) wakeups_.Add(log, state_);
}

Wakeups::Waiter::~Waiter() {
  for (const LogPtr& log : logs_) wakeups_.Remove(log, state_);
}

asio::awaitable<bool> Wakeups::Waiter::Wait(std::chrono::steady_clock::time_point deadline) {
  // A loop, because the timer may be cancelled late, for a move that was seen without waiting.
  while (!state_->moved.exchange(false)) {
    if (std::chrono::steady_clock::now() >= deadline) co_return false;
    asio::error_code ignored;
    state_->timer.expires_at(deadline);
    co_await state_->timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }
  co_return true;
}

// Each log has one listener, set with its first waiter. The log calls it without holding its own
// lock, so this class may call into the log under its mutex.
void Wakeups::Add(const LogPtr& log, const std::shared_ptr<Waiter::State>& waiter) {
  const std::lock_guard lock(mutex_);
  if (stopped_) return Waiter::State::Wake(waiter);
  auto& waiters = waiting_[log.get()];
  if (waiters.empty()) log->SetListener([this, log = log.get()] { Notify(log); });
  waiters.push_back(waiter);
}

void Wakeups::Remove(const LogPtr& log, const std::shared_ptr<Waiter::State>& waiter) {
  const std::lock_guard lock(mutex_);
  const auto entry = waiting_.find(log.get());
  if (entry == waiting_.end()) return;
  std::erase(entry->second, waiter);
  if (!entry->second.empty()) return;
  log->SetListener(nullptr);
  waiting_.erase(entry);
}

void Wakeups::Notify(const log::Log* log) {
  const std::lock_guard lock(mutex_);
  const auto entry = waiting_.find(log);
  if (entry == waiting_.end()) return;
  for (const auto& waiter : entry->second) Waiter::State::Wake(waiter);
}

void Wakeups::WakeAll() {
  const std::lock_guard lock(mutex_);
  stopped_ = true;
  for (const auto& [log, waiters] : waiting_) {
    for (const auto& waiter : waiters) Waiter::State::Wake(waiter);
  }
}

}  // namespace gamevents::broker
