#pragma once

#include "core/base/result.h"
#include "core/kafka/producer.h"

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>

namespace gamevents::cmd {

/// Sends records one after another for a command that must account for each: Send waits when too
/// much is under way, and the first failure stops it. One thread sends.
class Sender {
 public:
  /// What may be under way; below the producer's own bounds, so that it never refuses a record
  /// for want of room.
  static constexpr int64_t kRecordsMax = 50'000;
  static constexpr int64_t kBytesMax = int64_t{64} << 20;

  /// Errors: as Producer::Open.
  static Result<std::unique_ptr<Sender>> Open(const kafka::ProducerOptions& options);

  /// Queues `record`, after waiting for room. Errors: what made an earlier record fail, or this
  /// one be refused; kClosed when the process was told to stop.
  Status Send(kafka::OutgoingRecord record);

  /// Waits until every record's fate is known. Errors: what made the first one fail.
  Status Finish();

  /// How many were acknowledged so far.
  int64_t delivered() const;

 private:
  Sender() = default;
  void OnDelivery(int64_t bytes, Result<kafka::Delivery> delivery);

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  int64_t records_ = 0;  // under way
  int64_t bytes_ = 0;
  int64_t delivered_ = 0;
  std::optional<Error> failed_;
  // Last, because its end reports deliveries to what stands above.
  std::unique_ptr<kafka::Producer> producer_;
};

}  // namespace gamevents::cmd
