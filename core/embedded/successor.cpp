#include "core/embedded/successor.h"

#include "core/base/notes.h"
#include "core/base/thread.h"

#include <string>
#include <utility>

namespace gamevents::embedded {
namespace {

constexpr std::chrono::milliseconds kTryEvery{200};
// After an error, so that one that stays does not fill the log.
constexpr std::chrono::seconds kPauseAfterError{5};

}  // namespace

Successor::Successor(const EmbeddedOptions& options, const Endpoint& found) : options_(options) {
  options_.server.listeners.front().host = found.host;
  options_.server.listeners.front().port = found.port;
  if (auto started = StartThread(thread_, [this] { Run(); }); !started) {
    Note(NoteLevel::kWarning,
         "nobody takes the broker over when its process ends: " + started.error().context);
  }
}

Successor::~Successor() { static_cast<void>(Stop(std::chrono::milliseconds(0)).ok()); }

void Successor::Run() {
  std::chrono::milliseconds pause = kTryEvery;
  std::unique_lock lock(mutex_);
  while (!own_ && !wake_.wait_for(lock, pause, [this] { return stopping_; })) {
    lock.unlock();
    pause = TakeOver() ? kTryEvery : kPauseAfterError;
    lock.lock();
  }
  const auto use = on_started_;
  lock.unlock();
  if (own_ && use) use(*own_);
}

void Successor::WhenStarted(std::function<void(EmbeddedBroker&)> use) {
  std::unique_lock lock(mutex_);
  if (own_ == nullptr) {
    on_started_ = std::move(use);
    return;
  }
  lock.unlock();
  use(*own_);
}

// False when it failed; true when it was done or the other process is still there.
bool Successor::TakeOver() {
  auto lock = DirectoryLock::TryTake(options_.log.directory);
  if (lock && !*lock) return true;
  auto started = lock ? EmbeddedBroker::Start(options_, std::move(**lock))
                      : Result<std::unique_ptr<EmbeddedBroker>>(std::move(lock).error());
  if (!started) {
    Note(NoteLevel::kError,
         "the embedded broker has gone and could not be started here: " + started.error().context);
    return false;
  }
  const std::string summary = (*started)->summary();
  {
    const std::lock_guard locked(mutex_);
    own_ = std::move(*started);
  }
  Note(NoteLevel::kInfo, "the process with the broker has gone; this is now " + summary);
  return true;
}

Status Successor::Stop(std::chrono::milliseconds timeout) {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
  return own_ ? own_->Stop(timeout) : Done{};
}

}  // namespace gamevents::embedded
