#pragma once

#include "core/base/result.h"
#include "core/kafka/connection_errors.h"
#include "core/kafka/handles.h"
#include "core/kafka/reader.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

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

/// What FindPartitions says of a topic that does not exist.
std::string NoSuchTopic(const std::string& topic);

/// The topic's partitions, ascending, all with a leader; waits for leaders until the deadline.
/// Never creates the topic. Errors: kNotFound; kUnavailable with the addresses tried; as the
/// broker says.
Result<std::vector<int32_t>> FindPartitions(const Query& query);

/// The names of all topics, ascending. Errors: kUnavailable with the addresses tried; as the broker
/// says.
Result<std::vector<std::string>> ListTopics(const Query& query);

/// One answer of the broker for each of `partitions`, in their order: the first offset whose
/// timestamp is at least `time` (-1: there is none), or the log's start or end. One request a
/// broker, however many the partitions. Errors: as FindPartitions.
inline constexpr int64_t kLogEnd = -1;    ///< Kafka's ListOffsets: LATEST
inline constexpr int64_t kLogStart = -2;  ///< Kafka's ListOffsets: EARLIEST
Result<std::vector<int64_t>> ListOffsets(const Query& query, std::span<const int32_t> partitions,
                                         int64_t time);

/// Where the group that the client is configured with has committed, in the order of `partitions`;
/// nullopt where it has not. Errors: as FindPartitions.
Result<std::vector<std::optional<int64_t>>> CommittedOffsets(const Query& query,
                                                             std::span<const int32_t> partitions);

/// Looks up what `options` ask for of each of `partitions`. Errors: kBadInput when an offset was
/// asked for that the partition does not have, naming what it has.
Result<std::vector<PartitionRange>> FindRanges(const Query& query, const ReaderOptions& options,
                                               std::span<const int32_t> partitions);

/// What one partition holds: offsets [low, high).
struct Watermarks {
  int64_t low = 0;
  int64_t high = 0;
};

/// The offset that `position` means. `at_time` is what the broker said for its time (kTime only).
/// Errors: kBadInput for an offset beyond `marks.high`. One below `marks.low` is moved up to it:
/// those records have been deleted, and what is left is what there is.
Result<int64_t> Resolve(const Position& position, const Watermarks& marks, int64_t at_time);

}  // namespace gamevents::kafka
