#pragma once

#include "core/broker/broker.h"
#include "core/kafka/ranges.h"
#include "core/log/log_manager.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace gamevents::embedded {

/// What the logs of a broker in this process say of one topic, as it was when it was looked up: a
/// topic that is made later under its name is not asked. The broker outlives it.
class LogOffsets final : public kafka::OffsetSource {
 public:
  /// Errors: kNotFound; kBadInput (what cannot be a topic's name).
  static Result<LogOffsets> Of(broker::Broker& broker, const kafka::ReaderOptions& options);

  const log::Topic& topic() const { return topic_; }

  Result<std::vector<int32_t>> Partitions() override;
  Result<std::vector<int64_t>> ListOffsets(std::span<const int32_t> partitions,
                                           int64_t time) override;
  Result<std::vector<std::optional<int64_t>>> CommittedOffsets(
      std::span<const int32_t> partitions) override;

 private:
  LogOffsets(broker::Broker& broker, log::Topic topic, std::optional<std::string> group);

  broker::Broker& broker_;
  log::Topic topic_;
  std::optional<std::string> group_;
};

/// How far a partition has been read: the offset that comes next.
struct NextOffset {
  int32_t partition = 0;
  int64_t next = 0;
};

/// Commits `offsets` of `topic` to the options' group, which there is, and waits until they are
/// durable. Errors: kUnavailable (not within the client's timeout); kNotFound (the topic was
/// deleted); kBadInput (the group is in use by members of its own); kIo and others as the codes.
Status CommitOffsets(broker::Broker& broker, const log::Topic& topic,
                     const kafka::ReaderOptions& options, std::span<const NextOffset> offsets);

}  // namespace gamevents::embedded
