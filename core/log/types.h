#pragma once

#include "core/base/clock.h"
#include "core/base/strong.h"

#include <cstdint>

namespace gamevents::log {

/// A record's place in its partition, from 0.
using Offset = Strong<struct OffsetTag, int64_t>;
/// Which leadership a batch was written under; never goes down within a partition.
using LeaderEpoch = Strong<struct LeaderEpochTag, int32_t>;
/// An idempotent producer's id; -1 is none.
using ProducerId = Strong<struct ProducerIdTag, int64_t>;

/// What a record's timestamp means: Kafka's message.timestamp.type.
enum class TimestampType : uint8_t { kCreateTime, kLogAppendTime };

/// A record found by its time.
struct TimedOffset {
  Offset offset;
  TimestampMs timestamp;
};

}  // namespace gamevents::log
