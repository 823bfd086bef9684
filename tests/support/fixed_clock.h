#pragma once

#include "core/base/clock.h"

#include <atomic>
#include <cstdint>

namespace gamevents {

/// The moment at which tests take place: 2026-11-23T10:00:00Z, in milliseconds since 1970.
inline constexpr int64_t kTestNow = 1'795'428'000'000;

/// A clock that stands where it is put. Thread-safe.
class FixedClock final : public Clock {
 public:
  explicit FixedClock(int64_t now = kTestNow) : now_(now) {}
  TimestampMs Now() const override { return TimestampMs(now_.load()); }
  void Set(int64_t now) { now_ = now; }

 private:
  std::atomic<int64_t> now_;
};

}  // namespace gamevents
