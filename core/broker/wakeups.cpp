#include "core/broker/wakeups.h"

#include <asio/post.hpp>
#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>

#include <atomic>
#include <mutex>
#include <unordered_map>
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

struct Wakeups::Registry : std::enable_shared_from_this<Registry> {
  using StatePtr = std::shared_ptr<Waiter::State>;

  void Add(const LogPtr& log, const StatePtr& waiter);
  void Remove(const LogPtr& log, const StatePtr& waiter);
  void Notify(const log::Log* log);

  std::mutex mutex;  // guards what follows
  std::unordered_map<const log::Log*, std::vector<StatePtr>> waiting;
  bool stopped = false;
};

Wakeups::Wakeups() : registry_(std::make_shared<Registry>()) {}

Wakeups::Waiter::Waiter(Wakeups& wakeups, asio::any_io_executor executor,
                        std::span<const LogPtr> logs)
    : registry_(wakeups.registry_),
      logs_(logs.begin(), logs.end()),
      state_(std::make_shared<State>(executor)) {
  for (const LogPtr& log : logs_) registry_->Add(log, state_);
}

Wakeups::Waiter::~Waiter() {
  for (const LogPtr& log : logs_) registry_->Remove(log, state_);
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
// lock, so this may call into the log under the mutex.
void Wakeups::Registry::Add(const LogPtr& log, const StatePtr& waiter) {
  const std::lock_guard lock(mutex);
  if (stopped) return Waiter::State::Wake(waiter);
  auto& waiters = waiting[log.get()];
  if (waiters.empty()) {
    log->SetListener([self = shared_from_this(), log = log.get()] { self->Notify(log); });
  }
  waiters.push_back(waiter);
}

void Wakeups::Registry::Remove(const LogPtr& log, const StatePtr& waiter) {
  const std::lock_guard lock(mutex);
  const auto entry = waiting.find(log.get());
  if (entry == waiting.end()) return;
  std::erase(entry->second, waiter);
  if (!entry->second.empty()) return;
  log->SetListener(nullptr);
  waiting.erase(entry);
}

void Wakeups::Registry::Notify(const log::Log* log) {
  const std::lock_guard lock(mutex);
  const auto entry = waiting.find(log);
  if (entry == waiting.end()) return;
  for (const auto& waiter : entry->second) Waiter::State::Wake(waiter);
}

void Wakeups::WakeAll() {
  const std::lock_guard lock(registry_->mutex);
  registry_->stopped = true;
  for (const auto& [log, waiters] : registry_->waiting) {
    for (const auto& waiter : waiters) Waiter::State::Wake(waiter);
  }
}

}  // namespace gamevents::broker
