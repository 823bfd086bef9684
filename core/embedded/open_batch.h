#pragma once

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/kafka/producer.h"
#include "core/kafka/record.h"
#include "core/log/batch.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace gamevents::embedded {

/// Records for one partition that become one batch, and who is told of each. Not thread-safe.
struct OpenBatch {
  using Clock = std::chrono::steady_clock;

  std::string topic;
  int32_t partition = 0;
  Clock::time_point begun;  ///< when its first record came
  size_t bytes_max = 0;     ///< what the batch may have, uncompressed
  log::BatchBuilder records;
  std::vector<kafka::Producer::OnDelivery> deliveries;  ///< one a record, in their order
  int64_t bytes = 0;                                    ///< of the records' keys and values
  bool reported = false;                                ///< its deliveries are no longer waited for

  /// Whether `record` may join those that are here: the first always does.
  bool HasRoomFor(const kafka::OutgoingRecord& record) const;

  /// Adds `record`, which has the time `now` where it names none.
  void Add(const kafka::OutgoingRecord& record, TimestampMs now,
           kafka::Producer::OnDelivery on_delivery);
};

/// The bytes of keys and values, by which a producer's queue is bounded.
int64_t CountedBytes(const kafka::OutgoingRecord& record);

/// What `record` takes in a batch at the most.
size_t EncodedBytesMax(const kafka::OutgoingRecord& record);

/// The batch without the records at the places that `refused` names, in ascending order, in the
/// codec that it has. Requires: some are left. Errors: as BatchBuilder::Finish.
Result<std::vector<std::byte>> WithoutRecords(std::span<const std::byte> batch,
                                              std::span<const log::RefusedRecord> refused);

}  // namespace gamevents::embedded
