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

/// Who is told of records that stand one behind the other in a batch.
struct Addressee {
  kafka::OnDelivery on_delivery;
  kafka::RecordNumbers numbers;
};

/// Records for one partition that become one batch, and who is told of each. Not thread-safe.
struct OpenBatch {
  using Clock = std::chrono::steady_clock;

  std::string topic;
  int32_t partition = 0;
  Clock::time_point begun;  ///< when its first record came
  size_t bytes_max = 0;     ///< what the batch may have, uncompressed
  log::BatchBuilder records;
  std::vector<Addressee> addressees;  ///< for all records, in their order
  int64_t bytes = 0;                  ///< of the records' keys and values
  bool reported = false;              ///< its deliveries are no longer waited for

  /// Whether `record` may join those that are here: the first always does.
  bool HasRoomFor(const kafka::OutgoingRecord& record) const;

  /// Adds `record`, which has the time `now` where it names none.
  void Add(const kafka::OutgoingRecord& record, TimestampMs now,
           const kafka::OnDelivery& on_delivery, size_t number);

 private:
  std::vector<log::RecordHeader> headers_;  // Add's
};

/// Takes out those who are told of the records at the places that `refused` names, in ascending
/// order; they are returned, one for each.
std::vector<Addressee> TakeAddressees(std::vector<Addressee>& addressees,
                                      std::span<const log::RefusedRecord> refused);

/// The bytes of keys and values, by which a producer's queue is bounded.
int64_t CountedBytes(const kafka::OutgoingRecord& record);

/// What `record` takes in a batch at the most.
size_t EncodedBytesMax(const kafka::OutgoingRecord& record);

/// The batch without the records at the places that `refused` names, in ascending order, in the
/// codec that it has. Requires: some are left. Errors: as BatchBuilder::Finish.
Result<std::vector<std::byte>> WithoutRecords(std::span<const std::byte> batch,
                                              std::span<const log::RefusedRecord> refused);

}  // namespace gamevents::embedded
