#include "core/broker/storage_trouble.h"

#include "core/base/notes.h"

#include <algorithm>

namespace gamevents::broker {
namespace {

// On a disk that is nearly full, small batches are taken and large ones are not: not a line each.
constexpr std::chrono::seconds kSayEvery{60};

}  // namespace

void StorageTrouble::NoteFailure(const std::shared_ptr<log::Log>& log, const Error& error) {
  if (error.fault == Fault::kClosed) return;
  const auto now = Clock::now();
  const std::lock_guard lock(mutex_);
  std::erase_if(entries_, [](const auto& entry) { return entry.second.log.expired(); });
  const auto [found, is_new] = entries_.try_emplace(log.get());
  Entry& entry = found->second;
  const bool say = is_new || (!entry.failing && now - entry.said >= kSayEvery);
  entry.log = log;
  entry.error = error;
  entry.failed = now;
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

Status StorageTrouble::Present() const {
  if (!any_failing_) return Done{};
  const auto now = Clock::now();
  const std::lock_guard lock(mutex_);
  for (const auto& [key, entry] : entries_) {
    const auto log = entry.log.lock();
    if (!entry.failing || log == nullptr) continue;
    // One that stopped itself stays so; anything else may have passed.
    if (log->fault() || now - entry.failed < counts_) return Error(entry.error);
  }
  return Done{};
}

}  // namespace gamevents::broker
