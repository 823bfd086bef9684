#include "core/collector/ingest/duplicates.h"

#include "core/base/check.h"

#include <algorithm>
#include <atomic>
#include <limits>
#include <list>
#include <string>
#include <utility>
#include <vector>

namespace gamevents::collector {
namespace {

constexpr char kEventKind = 'e';
constexpr char kPlaceKind = 'p';
constexpr char kRequestKind = 'r';

uint32_t Seconds(TimestampMs time) {
  return static_cast<uint32_t>(
      std::clamp<int64_t>(time.value / 1000, 0, std::numeric_limits<uint32_t>::max()));
}

uint32_t WindowSeconds(std::chrono::milliseconds window) {
  const int64_t rounded_up = (window.count() + 999) / 1000;
  return static_cast<uint32_t>(
      std::clamp<int64_t>(rounded_up, 0, std::numeric_limits<uint32_t>::max()));
}

// An heir that is refused at once comes back here: the next one is called when it has returned, not
// from within it, or a thousand that wait would need a thousand times the stack.
void CallInTurn(Duplicates::OnDecided heir) {
  thread_local std::vector<Duplicates::OnDecided>* queue = nullptr;
  if (queue != nullptr) return queue->push_back(std::move(heir));
  std::vector<Duplicates::OnDecided> calls;
  calls.push_back(std::move(heir));
  queue = &calls;
  while (!calls.empty()) {
    const Duplicates::OnDecided call = std::move(calls.back());
    calls.pop_back();
    call(Duplicates::Claim::kYours);
  }
  queue = nullptr;
}

}  // namespace

IdHash EventIdentity(std::string_view event_id, std::string_view source) {
  return HashId(kEventKind, event_id, source);
}

IdHash PlaceIdentity(std::string_view idempotency_key, size_t index) {
  return HashId(kPlaceKind, idempotency_key, std::to_string(index));
}

IdHash RequestIdentity(std::string_view idempotency_key) {
  return HashId(kRequestKind, idempotency_key);
}

Duplicates::Duplicates(DuplicatesOptions options)
    : enabled_(options.window.count() > 0 && options.events_max > 0),
      recalled_(!enabled_),
      recent_(options.events_max, WindowSeconds(options.window)) {}

bool Duplicates::recalled() const { return recalled_.load(std::memory_order_acquire); }

void Duplicates::Recalled() { recalled_.store(true, std::memory_order_release); }

void Duplicates::Add(IdHash id, uint32_t mark, TimestampMs at) {
  if (!recent_.Find(id, Seconds(at))) recent_.Add(id, mark, Seconds(at));
}

Duplicates::Claim Duplicates::Take(IdHash event, TimestampMs now, size_t bytes,
                                   const MakeOnDecided& make) {
  const std::lock_guard lock(mutex_);
  if (recent_.Find(event, Seconds(now))) return Claim::kStored;
  const auto [flight, is_new] = in_flight_.try_emplace(event);
  if (is_new) return Claim::kYours;
  if (flight->second.size() >= kWaitersPerEventMax || bytes > kWaitingBytesMax - waiting_bytes_) {
    return Claim::kTooMany;
  }
  waiting_bytes_ += bytes;
  flight->second.push_back({bytes, make()});
  return Claim::kWait;
}

// Requires: the lock is held, and the event is in flight.
std::list<Duplicates::Waiter> Duplicates::TakeWaiters(IdHash event) {
  const auto flight = in_flight_.find(event);
  INVARIANT(flight != in_flight_.end());
  std::list<Waiter> waiting = std::move(flight->second);
  in_flight_.erase(flight);
  for (const Waiter& waiter : waiting) waiting_bytes_ -= waiter.bytes;
  return waiting;
}

size_t Duplicates::TakeFree(std::span<const std::optional<IdHash>> events, TimestampMs now,
                            std::span<Claim> claims) {
  const std::lock_guard lock(mutex_);
  for (size_t i = 0; i < events.size(); ++i) {
    claims[i] = Claim::kYours;
    if (!events[i]) continue;
    if (recent_.Find(*events[i], Seconds(now))) {
      claims[i] = Claim::kStored;
    } else if (!in_flight_.try_emplace(*events[i]).second) {
      return i;
    }
  }
  return events.size();
}

void Duplicates::Stored(std::span<const std::optional<IdHash>> events, TimestampMs at) {
  std::list<Waiter> waiting;
  {
    const std::lock_guard lock(mutex_);
    for (const std::optional<IdHash>& event : events) {
      if (!event) continue;
      Add(*event, 0, at);
      waiting.splice(waiting.end(), TakeWaiters(*event));
    }
  }
  for (const Waiter& waiter : waiting) waiter.decided(Claim::kStored);
}

void Duplicates::Failed(IdHash event, const Error& why) {
  std::list<Waiter> waiting;
  {
    const std::lock_guard lock(mutex_);
    waiting = TakeWaiters(event);
  }
  for (const Waiter& waiter : waiting) waiter.decided(why);
}

void Duplicates::Refused(IdHash event) {
  Waiter heir;
  {
    const std::lock_guard lock(mutex_);
    const auto flight = in_flight_.find(event);
    INVARIANT(flight != in_flight_.end());
    if (flight->second.empty()) {
      in_flight_.erase(flight);
      return;
    }
    heir = std::move(flight->second.front());
    flight->second.pop_front();
    waiting_bytes_ -= heir.bytes;
  }
  CallInTurn(std::move(heir.decided));
}

bool Duplicates::OpenRequest(std::string_view idempotency_key, uint32_t print, TimestampMs now) {
  const IdHash key = RequestIdentity(idempotency_key);
  const std::lock_guard lock(mutex_);
  const std::optional<uint32_t> before = recent_.Find(key, Seconds(now));
  if (before && *before != print) return false;
  OpenOne& open = open_requests_[key];
  if (open.requests > 0 && open.print != print) return false;
  open.print = print;
  ++open.requests;
  return true;
}

void Duplicates::CloseRequest(std::string_view idempotency_key, uint32_t print, bool stored,
                              TimestampMs at) {
  const IdHash key = RequestIdentity(idempotency_key);
  const std::lock_guard lock(mutex_);
  if (stored) Add(key, print, at);
  const auto open = open_requests_.find(key);
  INVARIANT(open != open_requests_.end());
  if (--open->second.requests == 0) open_requests_.erase(open);
}

void Duplicates::Remember(IdHash id, TimestampMs at, uint32_t mark) {
  const std::lock_guard lock(mutex_);
  Add(id, mark, at);
}

}  // namespace gamevents::collector
