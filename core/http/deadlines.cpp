#include "core/http/deadlines.h"

#include <algorithm>

namespace gamevents::http {

Deadlines::Place Deadlines::Add(uint64_t connection) {
  std::list<Entry>& list = ListOf(Wait::kNothing);
  return list.insert(list.end(), Entry{connection, Wait::kNothing, {}});
}

void Deadlines::Set(Place place, Wait wait, Time now) {
  std::list<Entry>& to = ListOf(wait);
  sooner_ = sooner_ || to.empty();
  to.splice(to.end(), ListOf(place->wait), place);
  place->wait = wait;
  place->since = now;
}

void Deadlines::Remove(Place place) { ListOf(place->wait).erase(place); }

std::optional<uint64_t> Deadlines::LongestBeyond(size_t count, Wait wait) const {
  const std::list<Entry>& waiting = lists_[static_cast<size_t>(wait)];
  if (waiting.size() <= count) return std::nullopt;
  return waiting.front().connection;
}

std::optional<Deadlines::Time> Deadlines::Next() const {
  std::optional<Time> next;
  for (size_t i = 1; i < kWaits; ++i) {
    if (lists_[i].empty()) continue;
    const Time deadline = lists_[i].front().since + limits_[i];
    next = next ? std::min(*next, deadline) : deadline;
  }
  return next;
}

std::optional<Deadlines::Entry> Deadlines::TakeExpired(Time now) {
  for (size_t i = 1; i < kWaits; ++i) {
    if (lists_[i].empty() || lists_[i].front().since + limits_[i] > now) continue;
    const Entry expired = lists_[i].front();
    Set(lists_[i].begin(), Wait::kNothing, now);
    return expired;
  }
  return {};
}

}  // namespace gamevents::http
