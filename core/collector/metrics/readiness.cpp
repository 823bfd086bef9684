#include "core/collector/metrics/readiness.h"

#include "core/base/thread.h"

#include <string>
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
  return StartThread(thread_, [this] { Run(); });
}

void Readiness::StartDraining() {
  const std::lock_guard lock(mutex_);
  draining_ = true;
}

void Readiness::NoteProgress(Error pending) {
  const std::lock_guard lock(mutex_);
  pending_ = std::move(pending);
}

void Readiness::AddCheck(std::function<Status()> check) { checks_.push_back(std::move(check)); }

void Readiness::AddRemarks(std::function<std::vector<std::string>()> remarks) {
  remarks_.push_back(std::move(remarks));
}

std::vector<std::string> Readiness::Remarks() const {
  std::vector<std::string> all;
  for (const auto& remarks : remarks_) {
    for (std::string& remark : remarks()) all.push_back(std::move(remark));
  }
  return all;
}

Status Readiness::Ready() const {
  std::vector<Error> reasons = Reasons();
  if (reasons.empty()) return Done{};
  return std::move(reasons.front());
}

std::vector<Error> Readiness::Reasons() const {
  std::vector<Error> reasons;
  {
    const std::lock_guard lock(mutex_);
    if (draining_) reasons.push_back({Fault::kClosed, "the server is stopping"});
    if (!outcome_) {
      reasons.push_back(pending_);
    } else if (!*outcome_) {
      reasons.push_back(outcome_->error());
    }
  }
  for (const auto& check : checks_) {
    if (Status passed = check(); !passed) reasons.push_back(std::move(passed).error());
  }
  return reasons;
}

Readiness::ProbeOutcome Readiness::LastProbe() const {
  const std::lock_guard lock(mutex_);
  return {outcome_ && outcome_->ok(), std::chrono::steady_clock::now() - probed_};
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
  probed_ = std::chrono::steady_clock::now();
  const bool quiet = draining_ || stopping_;
  lock.unlock();
  if (changed && !quiet) on_change_(outcome);
}

}  // namespace gamevents::collector
