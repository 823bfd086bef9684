#pragma once

#include "core/kafka/reader.h"
#include "tests/simulation/world.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace gamevents::simulation {

/// Reads a topic of the simulated broker as kafka::Reader reads a cluster: what is below the high
/// watermark, from the offsets that the options name to the end as it was at the start.
class LogReader final : public kafka::Reader {
 public:
  /// `records_max`: after so many the broker is not to be reached any more. Only the topic and
  /// the starts of `options` are looked at. Errors: as kafka::Reader::Open.
  static Result<std::unique_ptr<kafka::Reader>> Open(World& world,
                                                     const kafka::ReaderOptions& options,
                                                     uint64_t records_max);

  std::span<const kafka::PartitionRange> ranges() const override { return ranges_; }
  Result<std::span<const kafka::RecordView>> Next(std::chrono::milliseconds wait) override;
  void LimitBatch(size_t count) override { batch_max_ = count; }
  std::vector<kafka::PartitionRange> TakeFinished() override { return {}; }
  bool Finished() const override { return next_ == records_.size() && !failed_; }
  Status Commit() override { return Done{}; }

 private:
  Status ReadPartition(const std::string& topic, const log::Log& log,
                       const kafka::PartitionRange& range);

  std::vector<kafka::PartitionRange> ranges_;
  std::deque<std::vector<std::byte>> bytes_;  // what the records view
  std::vector<kafka::RecordView> records_;
  size_t next_ = 0;
  size_t batch_max_ = 7;
  std::optional<Error> failed_;  // what comes behind the records
};

}  // namespace gamevents::simulation
