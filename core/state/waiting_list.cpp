#include "core/state/waiting_list.h"

#include <algorithm>
#include <utility>

namespace gamevents::state {

Status WaitingList::Add(const std::string& event_id, Time deadline, OnEvent on_event) {
  const std::lock_guard lock(mutex_);
  if (waiters_.size() >= kWaitersMax) {
    return Error{Fault::kFull, std::to_string(kWaitersMax) + " requests wait for the fold"};
  }
  const auto [waiter, is_new] = waiters_.try_emplace(event_id);
  if (!is_new) return Error{Fault::kExists, "event " + event_id + " is waited for already"};
  // Most deadlines come in the order of their requests, so the new one goes to the end.
  waiter->second = {deadlines_.emplace_hint(deadlines_.end(), deadline, event_id),
                    std::move(on_event)};
  size_ = waiters_.size();
  if (waiter->second.deadline == deadlines_.begin()) changed_.notify_all();
  return Done{};
}

// Requires: the lock.
OnEvent WaitingList::Remove(std::unordered_map<std::string, Waiter>::iterator waiter) {
  OnEvent on_event = std::move(waiter->second.on_event);
  deadlines_.erase(waiter->second.deadline);
  waiters_.erase(waiter);
  size_ = waiters_.size();
  return on_event;
}

OnEvent WaitingList::Take(const std::string& event_id) {
  const std::lock_guard lock(mutex_);
  const auto found = waiters_.find(event_id);
  return found == waiters_.end() ? nullptr : Remove(found);
}

std::vector<OnEvent> WaitingList::TakeLate(Time now) {
  const std::lock_guard lock(mutex_);
  std::vector<OnEvent> late;
  for (auto first = FirstDeadline(); first && *first <= now; first = FirstDeadline()) {
    late.push_back(Remove(waiters_.find(deadlines_.begin()->second)));
  }
  return late;
}

std::vector<OnEvent> WaitingList::TakeAll() {
  const std::lock_guard lock(mutex_);
  std::vector<OnEvent> all;
  while (!waiters_.empty()) all.push_back(Remove(waiters_.begin()));
  return all;
}

void WaitingList::EndBy(Time last) {
  const std::lock_guard lock(mutex_);
  last_ = last;
  changed_.notify_all();
}

// Requires: the lock.
std::optional<WaitingList::Time> WaitingList::FirstDeadline() const {
  if (deadlines_.empty()) return std::nullopt;
  const Time first = deadlines_.begin()->first;
  return last_ ? std::min(first, *last_) : first;
}

bool WaitingList::AwaitDue() {
  std::unique_lock lock(mutex_);
  while (!closed_) {
    const auto first = FirstDeadline();
    if (first && *first <= std::chrono::steady_clock::now()) return true;
    if (first) {
      changed_.wait_until(lock, *first);
    } else {
      changed_.wait(lock);
    }
  }
  return false;
}

void WaitingList::Close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  changed_.notify_all();
}

}  // namespace gamevents::state
