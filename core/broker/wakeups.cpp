#include "core/broker/wakeups.h"

#include <asio/post.hpp>
#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <unordered_map>
#include <utility>

namespace gamevents::broker {

struct Wakeups::Sleeper {
  virtual ~Sleeper() = default;

  // The flag first: one that has not begun to wait looks at it before it does.
  void Wake() {
    if (!moved.exchange(true)) Rouse();
  }

  std::atomic<bool> moved{false};

 private:
  virtual void Rouse() = 0;
};

struct Wakeups::Waiter::State final : Sleeper, std::enable_shared_from_this<State> {
  explicit State(const asio::any_io_executor& executor) : timer(executor) {}
  asio::steady_timer timer;  // touched on its executor only

 private:
  void Rouse() override {
    asio::post(timer.get_executor(), [self = shared_from_this()] { self->timer.cancel(); });
  }
};

struct Wakeups::ThreadWaiter::State final : Sleeper {
  std::mutex mutex;
  std::condition_variable roused;

 private:
  // Under the mutex, so that it does not come between the waiter's look at the flag and its sleep.
  void Rouse() override {
    const std::lock_guard lock(mutex);
    roused.notify_one();
  }
};

struct Wakeups::Registry : std::enable_shared_from_this<Registry> {
  using SleeperPtr = std::shared_ptr<Sleeper>;

  void Add(const LogPtr& log, const SleeperPtr& waiter);
  void Remove(const LogPtr& log, const SleeperPtr& waiter);
  void Notify(const log::Log* log);

  std::mutex mutex;  // guards what follows
  std::unordered_map<const log::Log*, std::vector<SleeperPtr>> waiting;
  bool stopped = false;
};

Wakeups::Wakeups() : registry_(std::make_shared<Registry>()) {}

Wakeups::Registration::Registration(Wakeups& wakeups, std::span<const LogPtr> logs,
                                    std::shared_ptr<Sleeper> sleeper)
    : registry_(wakeups.registry_), logs_(logs.begin(), logs.end()), sleeper_(std::move(sleeper)) {
  for (const LogPtr& log : logs_) registry_->Add(log, sleeper_);
}

Wakeups::Registration::~Registration() {
  for (const LogPtr& log : logs_) registry_->Remove(log, sleeper_);
}

Wakeups::Waiter::Waiter(Wakeups& wakeups, asio::any_io_executor executor,
                        std::span<const LogPtr> logs)
    : state_(std::make_shared<State>(executor)), registration_(wakeups, logs, state_) {}

Wakeups::Waiter::~Waiter() = default;

Wakeups::ThreadWaiter::ThreadWaiter(Wakeups& wakeups, std::span<const LogPtr> logs)
    : state_(std::make_shared<State>()), registration_(wakeups, logs, state_) {}

Wakeups::ThreadWaiter::~ThreadWaiter() = default;

bool Wakeups::ThreadWaiter::Wait(std::chrono::steady_clock::time_point deadline) {
  std::unique_lock lock(state_->mutex);
  return state_->roused.wait_until(lock, deadline,
                                   [this] { return state_->moved.exchange(false); });
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
void Wakeups::Registry::Add(const LogPtr& log, const SleeperPtr& waiter) {
  const std::lock_guard lock(mutex);
  if (stopped) return waiter->Wake();
  auto& waiters = waiting[log.get()];
  if (waiters.empty()) {
    log->SetListener([self = shared_from_this(), log = log.get()] { self->Notify(log); });
  }
  waiters.push_back(waiter);
}

void Wakeups::Registry::Remove(const LogPtr& log, const SleeperPtr& waiter) {
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
  for (const auto& waiter : entry->second) waiter->Wake();
}

void Wakeups::WakeAll() {
  const std::lock_guard lock(registry_->mutex);
  registry_->stopped = true;
  for (const auto& [log, waiters] : registry_->waiting) {
    for (const auto& waiter : waiters) waiter->Wake();
  }
}

}  // namespace gamevents::broker
