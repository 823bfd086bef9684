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

/// The milliseconds from `from` to `to`, or the nearest number that there is: clients send any
/// time.
constexpr int64_t MsBetween(TimestampMs from, TimestampMs to) {
  int64_t between = 0;
  if (!__builtin_sub_overflow(to.value, from.value, &between)) return between;
  return to.value < from.value ? INT64_MIN : INT64_MAX;
}

/// A record found by its time.
struct TimedOffset {
  Offset offset;
  TimestampMs timestamp;
};

}  // namespace gamevents::log
