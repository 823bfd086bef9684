#include "core/collector/readiness.h"

#include <string>
#include <system_error>
#include <utility>

namespace gamevents::collector {
namespace {

bool SameOutcome(const Status& a, const Status& b) {
  return a.ok() == b.ok() && (a.ok() || a.error().fault == b.error().fault);
}

}  // namespace

Readiness::Readiness(Probe probe, std::function<void(const Status&)> on_change,
                     std::chrono::milliseconds interval)
    : probe_(std::move(probe)), on_change_(std::move(on_change)), interval_(interval) {}

Readiness::~Readiness() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    stop_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

Status Readiness::Start() {
  try {
    thread_ = std::thread([this] { Run(); });
  } catch (const std::system_error& error) {
    return Error{Fault::kFull, std::string("start a thread: ") + error.what()};
  }
  return Done{};
}

void Readiness::StartDraining() {
  const std::lock_guard lock(mutex_);
  draining_ = true;
}

Status Readiness::Ready() const {
  const std::lock_guard lock(mutex_);
  if (draining_) return Error{Fault::kClosed, "the server is stopping"};
  if (!outcome_) return Error{Fault::kUnavailable, "Kafka has not been reached yet"};
  return *outcome_;
}

void Readiness::Run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    Note(probe_());
    lock.lock();
    stop_.wait_for(lock, interval_, [this] { return stopping_; });
  }
}

void Readiness::Note(Status outcome) {
  std::unique_lock lock(mutex_);
  const bool changed = !outcome_ || !SameOutcome(*outcome_, outcome);
  outcome_ = outcome;
  const bool quiet = draining_ || stopping_;
  lock.unlock();
  if (changed && !quiet) on_change_(outcome);
}

}  // namespace gamevents::collector
