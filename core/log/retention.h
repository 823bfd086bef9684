#pragma once

#include "core/log/log_options.h"
#include "core/log/types.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::log {

/// What retention needs to know of a segment.
struct SegmentAge {
  uint64_t size = 0;
  Offset next_offset;
  /// The largest of its records; when none has a time, as in Kafka, that of the file's last change.
  /// -1: not known, never too old.
  TimestampMs newest{-1};
};

/// Why a segment goes.
enum class DeletionReason : uint8_t {
  kRequested,  ///< its records were deleted by a client (DeleteRecords)
  kAge,        ///< its newest record is past retention.ms
  kSize,       ///< without it the rest still has retention.bytes
  kTopic,      ///< its topic was deleted by a client (DeleteTopics)
};

/// Records that are gone from a partition.
struct Deletion {
  std::string directory;  ///< of the partition: its last part is TOPIC-PARTITION
  Offset begin;
  Offset end;
  uint64_t bytes = 0;  ///< of the segments that are gone from the disk
  DeletionReason reason = DeletionReason::kRequested;
};

/// How many reasons there are.
inline constexpr size_t kDeletionReasons = 4;
/// As /metrics names it: "retention_age", "retention_size", and "user" for what a client asked for.
std::string_view NameOf(DeletionReason reason);

/// "eventsForm-0: deleted offsets 0 to 999, 1.2 MiB: older than retention.ms".
std::string Describe(const Deletion& deletion);

/// Which of the oldest segments are to go, and why each: those below `log_start`, those whose
/// newest record is past the age, and those without which the rest still has the size. Never one
/// that reaches above `limit`: what is not committed, or still needed (Log::KeepFrom). The last
/// segment is among them when all of it is too old.
std::vector<DeletionReason> FindExpired(std::span<const SegmentAge> segments,
                                        const LogOptions& options, Offset log_start, Offset limit,
                                        TimestampMs now);

}  // namespace gamevents::log
