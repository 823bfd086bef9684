#pragma once

#include "core/base/result.h"
#include "core/kafka/connection_errors.h"
#include "core/kafka/handles.h"
#include "core/kafka/ranges.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

// What is asked of a cluster about a topic. For the .cpp files of this room only, as handles.h.

namespace gamevents::kafka {

/// A client and the topic that is asked about, for calls that wait until `deadline`.
struct Query {
  rd_kafka_t* handle;
  const std::string& topic;
  const ConnectionErrors& connection_errors;
  std::chrono::steady_clock::time_point deadline;

  /// Milliseconds until the deadline, at least 1: librdkafka takes 0 as "do not wait".
  int LeftMs() const;
};

/// The topic's partitions, ascending, all with a leader; waits for leaders until the deadline.
/// Never creates the topic. Errors: kNotFound; kUnavailable with the addresses tried; as the
/// broker says.
Result<std::vector<int32_t>> FindPartitions(const Query& query);

/// The names of all topics, ascending. Errors: kUnavailable with the addresses tried; as the broker
/// says.
Result<std::vector<std::string>> ListTopics(const Query& query);

/// As OffsetSource::ListOffsets, with one request a broker, however many the partitions. Errors: as
/// FindPartitions.
Result<std::vector<int64_t>> ListOffsets(const Query& query, std::span<const int32_t> partitions,
                                         int64_t time);

/// As OffsetSource::CommittedOffsets, of the group that the client is configured with. Errors: as
/// FindPartitions.
Result<std::vector<std::optional<int64_t>>> CommittedOffsets(const Query& query,
                                                             std::span<const int32_t> partitions);

/// A cluster's answers. `query` outlives it.
class QueryOffsets final : public OffsetSource {
 public:
  explicit QueryOffsets(const Query& query) : query_(query) {}
  Result<std::vector<int32_t>> Partitions() override { return FindPartitions(query_); }
  Result<std::vector<int64_t>> ListOffsets(std::span<const int32_t> partitions,
                                           int64_t time) override {
    return kafka::ListOffsets(query_, partitions, time);
  }
  Result<std::vector<std::optional<int64_t>>> CommittedOffsets(
      std::span<const int32_t> partitions) override {
    return kafka::CommittedOffsets(query_, partitions);
  }

 private:
  const Query& query_;
};

}  // namespace gamevents::kafka
