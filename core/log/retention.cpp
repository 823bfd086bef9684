#include "core/log/retention.h"

#include "core/base/units.h"

#include <optional>

namespace gamevents::log {
namespace {

std::string_view Text(DeletionReason reason) {
  switch (reason) {
    case DeletionReason::kRequested:
      return "asked for by DeleteRecords";
    case DeletionReason::kAge:
      return "older than retention.ms";
    case DeletionReason::kSize:
      return "more than retention.bytes";
    case DeletionReason::kTopic:
      return "its topic was deleted";
  }
  return "";
}

}  // namespace

std::string_view NameOf(DeletionReason reason) {
  switch (reason) {
    case DeletionReason::kAge:
      return "retention_age";
    case DeletionReason::kSize:
      return "retention_size";
    case DeletionReason::kRequested:
    case DeletionReason::kTopic:
      break;
  }
  return "user";
}

std::string Describe(const Deletion& deletion) {
  const std::string& path = deletion.directory;
  return path.substr(path.rfind('/') + 1) + ": deleted offsets " +
         std::to_string(deletion.begin.value) + " to " + std::to_string(deletion.end.value - 1) +
         ", " + FormatSize(static_cast<int64_t>(deletion.bytes)) + ": " +
         std::string(Text(deletion.reason));
}

std::vector<DeletionReason> FindExpired(std::span<const SegmentAge> segments,
                                        const LogOptions& options, Offset log_start, Offset limit,
                                        TimestampMs now) {
  uint64_t rest = 0;
  for (const SegmentAge& segment : segments) rest += segment.size;
  std::vector<DeletionReason> expired;
  for (const SegmentAge& segment : segments) {
    const bool last = expired.size() + 1 == segments.size();
    if (segment.next_offset > limit || segment.size == 0) break;
    rest -= segment.size;
    if (segment.next_offset <= log_start && !last) {
      expired.push_back(DeletionReason::kRequested);
    } else if (options.retention_age && segment.newest.value >= 0 &&
               MsBetween(segment.newest, now) > options.retention_age->count()) {
      expired.push_back(DeletionReason::kAge);
    } else if (options.retention_bytes && rest >= *options.retention_bytes && !last) {
      expired.push_back(DeletionReason::kSize);
    } else {
      break;
    }
  }
  return expired;
}

}  // namespace gamevents::log
