#include "core/log/retention.h"

namespace gamevents::log {

size_t CountExpired(std::span<const SegmentAge> segments, const LogOptions& options,
                    Offset log_start, Offset committed, TimestampMs now) {
  uint64_t rest = 0;
  for (const SegmentAge& segment : segments) rest += segment.size;
  size_t count = 0;
  for (const SegmentAge& segment : segments) {
    const bool last = count + 1 == segments.size();
    if (segment.next_offset > committed || segment.size == 0) break;
    rest -= segment.size;
    const bool deleted = segment.next_offset <= log_start && !last;
    const bool old = options.retention_age && segment.newest.value >= 0 &&
                     MsBetween(segment.newest, now) > options.retention_age->count();
    const bool too_much = options.retention_bytes && rest >= *options.retention_bytes && !last;
    if (!deleted && !old && !too_much) break;
    ++count;
  }
  return count;
}

}  // namespace gamevents::log
