#include "core/collector/ingest/event_times.h"

#include <string_view>

namespace gamevents::collector {

EventTimes::Fate EventTimes::FateOf(const Incoming& event, TimestampMs received_at) const {
  if (!event.time) return kUnreadable;
  if (event.time->value < received_at.value - past_.count()) return kTooOld;
  if (event.time->value > received_at.value + future_.count()) return kTooNew;
  return kRecorded;
}

TimestampMs EventTimes::TimeOf(const Incoming& event, TimestampMs received_at) {
  if (!event.says_time) return received_at;
  const Fate fate = FateOf(event, received_at);
  counts_[fate].fetch_add(1, std::memory_order_relaxed);
  return fate == kRecorded ? *event.time : received_at;
}

std::string_view EventTimes::NameOf(Fate fate) {
  constexpr std::array<std::string_view, kFates> kNames = {"recorded", "too_old", "too_new",
                                                           "unreadable"};
  return kNames[fate];
}

}  // namespace gamevents::collector
