#pragma once

#include "core/base/clock.h"
#include "core/collector/ingest/incoming.h"

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace gamevents::collector {

/// Gives records the times that their events say, where these are believed: an event that waited in
/// a client's queue happened before it arrived, but not a year before, and not tomorrow. Counts
/// what it decides. Thread-safe.
class EventTimes {
 public:
  /// Believed is what lies at most `past` before the arrival and at most `future` behind it.
  EventTimes(std::chrono::milliseconds past, std::chrono::milliseconds future)
      : past_(past), future_(future) {}

  /// The record's time: the event's own, or `received_at` where it has none that is believed.
  TimestampMs TimeOf(const Incoming& event, TimestampMs received_at);

  /// What becomes of the time that an event says.
  enum Fate : size_t { kRecorded, kTooOld, kTooNew, kUnreadable, kFates };
  /// "recorded", "too_old", "too_new", "unreadable".
  static std::string_view NameOf(Fate fate);

  /// How many events met that fate so far.
  int64_t count(Fate fate) const { return counts_[fate].load(std::memory_order_relaxed); }

 private:
  Fate FateOf(const Incoming& event, TimestampMs received_at) const;

  const std::chrono::milliseconds past_;
  const std::chrono::milliseconds future_;
  std::array<std::atomic<int64_t>, kFates> counts_{};
};

}  // namespace gamevents::collector
