#pragma once

#include "core/log/log_options.h"
#include "core/log/types.h"

#include <cstdint>
#include <span>

namespace gamevents::log {

/// What retention needs to know of a segment.
struct SegmentAge {
  uint64_t size = 0;
  Offset next_offset;
  /// The largest of its records; when none has a time, as in Kafka, that of the file's last change.
  /// -1: not known, never too old.
  TimestampMs newest{-1};
};

/// How many of the oldest segments are to go: those below `log_start`, those whose newest record
/// is past the age, and those without which the rest still has the size. Never one that reaches
/// above `committed`. The last segment is counted too when all of it is too old.
size_t CountExpired(std::span<const SegmentAge> segments, const LogOptions& options,
                    Offset log_start, Offset committed, TimestampMs now);

}  // namespace gamevents::log
