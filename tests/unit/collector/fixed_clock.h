#pragma once

#include "core/base/clock.h"

namespace gamevents::collector {

/// 2026-11-23T10:00:00.123Z, always.
class FixedClock final : public Clock {
 public:
  TimestampMs Now() const override { return TimestampMs(1'795'428'000'123); }
};

}  // namespace gamevents::collector
