#include "core/broker/storage_trouble.h"

#include "core/base/notes.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace gamevents::broker {
namespace {

// On a disk that is nearly full, small batches are taken and large ones are not: not a line each.
constexpr std::chrono::seconds kSayEvery{60};

}  // namespace

void StorageTrouble::NoteFailure(const std::shared_ptr<log::Log>& log, size_t bytes,
                                 const Error& error) {
  if (error.fault == Fault::kClosed) return;
  const auto now = Clock::now();
  const std::lock_guard lock(mutex_);
  std::erase_if(entries_, [](const auto& entry) { return entry.second.log.expired(); });
  const auto [found, is_new] = entries_.try_emplace(log.get());
  Entry& entry = found->second;
  const bool say = is_new || (!entry.failing && now - entry.said >= kSayEvery);
  entry.log = log;
  entry.error = error;
  entry.bytes = bytes;
  entry.failing = true;
  any_failing_ = true;
  if (!say) return;
  entry.said = now;
  Note(NoteLevel::kError, log->directory() + ": takes no records: " + error.context);
}

void StorageTrouble::NoteSuccess(const log::Log& log) {
  if (!any_failing_) return;
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(&log);
  if (found == entries_.end() || !found->second.failing) return;
  found->second.failing = false;
  any_failing_ = std::ranges::any_of(entries_, [](const auto& e) { return e.second.failing; });
}

void StorageTrouble::Retry() {
  if (!any_failing_) return;
  std::vector<std::pair<std::shared_ptr<log::Log>, size_t>> failing;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [key, entry] : entries_) {
      auto log = entry.failing ? entry.log.lock() : nullptr;
      if (log != nullptr && !log->fault()) failing.emplace_back(std::move(log), entry.bytes);
    }
  }
  for (const auto& [log, bytes] : failing) {
    const Status tried = log->TryAppend(bytes);
    if (tried) {
      NoteSuccess(*log);
    } else {
      NoteFailure(log, bytes, tried.error());
    }
  }
}

Status StorageTrouble::Present() const {
  if (!any_failing_) return Done{};
  const std::lock_guard lock(mutex_);
  for (const auto& [key, entry] : entries_) {
    const auto log = entry.failing ? entry.log.lock() : nullptr;
    // Of a topic that was deleted, somebody may still hold the log.
    if (log != nullptr && !log->abandoned()) return Error(entry.error);
  }
  return Done{};
}

Status StorageTrouble::PresentIn(std::span<const std::shared_ptr<log::Log>> logs) const {
  if (!any_failing_) return Done{};
  const std::lock_guard lock(mutex_);
  size_t stopped = 0;
  Status last = Done{};
  for (const auto& log : logs) {
    const auto found = entries_.find(log.get());
    if (found == entries_.end() || !found->second.failing) continue;
    last = Error(found->second.error);
    if (!log->fault()) return last;
    ++stopped;
  }
  return stopped == logs.size() ? last : Done{};
}

}  // namespace gamevents::broker
