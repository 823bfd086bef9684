#include "core/collector/metrics/backlog.h"

#include <algorithm>
#include <cmath>

namespace gamevents::collector {
namespace {

using std::chrono::duration_cast;
using std::chrono::seconds;

int64_t SecondOf(Backlog::Time now) {
  return duration_cast<seconds>(now.time_since_epoch()).count();
}

}  // namespace

void Backlog::Enter(Load load) {
  records_.fetch_add(load.records, std::memory_order_relaxed);
  bytes_.fetch_add(load.bytes, std::memory_order_relaxed);
}

void Backlog::Withdraw(Load load) { Enter({-load.records, -load.bytes}); }

void Backlog::Leave(Load load, bool acknowledged, Time now) {
  Withdraw(load);
  if (!acknowledged) return;
  const int64_t second = SecondOf(now);
  Slot& slot = slots_[static_cast<size_t>(second) % kSlots];
  if (slot.second.load(std::memory_order_relaxed) != second) {
    slot.count.store(0, std::memory_order_relaxed);
    slot.second.store(second, std::memory_order_relaxed);
  }
  slot.count.fetch_add(load.records, std::memory_order_relaxed);
}

double Backlog::PerSecond(Time now) const {
  const int64_t last = SecondOf(now);
  int64_t first = last;  // the earliest second of the window in which anything was acknowledged
  int64_t count = 0;
  for (const Slot& slot : slots_) {
    const int64_t second = slot.second.load(std::memory_order_relaxed);
    if (second < last - kWindowSeconds || second > last) continue;
    first = std::min(first, second);
    count += slot.count.load(std::memory_order_relaxed);
  }
  if (count == 0) return 0;
  const std::chrono::duration<double> elapsed = now.time_since_epoch() - seconds(first);
  // A burst at the very start of a second is no rate yet.
  return static_cast<double>(count) / std::max(elapsed.count(), 1.0);
}

seconds Backlog::RetryAfter(Time now, int64_t waiting) const {
  const int64_t ahead = std::max(waiting, records());
  if (ahead <= 0) return kRetryAfterMin;
  const double rate = PerSecond(now);
  if (rate <= 0) return kRetryAfterMax;
  const double wait = std::ceil(static_cast<double>(ahead) / rate);
  if (wait >= static_cast<double>(kRetryAfterMax.count())) return kRetryAfterMax;
  return std::max(kRetryAfterMin, seconds(static_cast<int64_t>(wait)));
}

}  // namespace gamevents::collector
