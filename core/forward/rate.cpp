#include "core/forward/rate.h"

#include <algorithm>

namespace gamevents::forward {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

nanoseconds RateLimit::Take(int64_t bytes, TimePoint now) {
  constexpr milliseconds kSavedMax{100};
  if (bytes_per_second_ == 0) return nanoseconds(0);
  const std::lock_guard lock(mutex_);
  free_at_ = std::max(free_at_, now - kSavedMax);
  const nanoseconds wait = std::max(free_at_ - now, nanoseconds(0));
  const double taken = static_cast<double>(bytes) / static_cast<double>(bytes_per_second_);
  free_at_ += std::chrono::duration_cast<nanoseconds>(std::chrono::duration<double>(taken));
  return wait;
}

int64_t RateMeter::SecondOf(TimePoint now) const {
  return std::chrono::duration_cast<seconds>(now - start_).count();
}

void RateMeter::Add(uint64_t records, uint64_t bytes, TimePoint now) {
  const int64_t second = SecondOf(now);
  const std::lock_guard lock(mutex_);
  Slot& slot = slots_[static_cast<size_t>(second) % kSlots];
  if (slot.second != second) slot = {second, 0, 0};
  slot.records += records;
  slot.bytes += bytes;
}

RateMeter::Rates RateMeter::PerSecond(TimePoint now) const {
  const int64_t second = SecondOf(now);
  const std::lock_guard lock(mutex_);
  Rates sums;
  for (const Slot& slot : slots_) {
    // The second that has begun counts only while there is none before it.
    if (slot.second < 0 || slot.second + static_cast<int64_t>(kSlots) <= second) continue;
    if (slot.second == second && second > 0) continue;
    sums.records += static_cast<double>(slot.records);
    sums.bytes += static_cast<double>(slot.bytes);
  }
  const double span = static_cast<double>(std::clamp<int64_t>(second, 1, kSlots - 1));
  return {sums.records / span, sums.bytes / span};
}

}  // namespace gamevents::forward
