#pragma once

#include "core/base/result.h"
#include "core/kafka/reader.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

// What a reader of any way reads: from where to where. Knows nothing of librdkafka.

namespace gamevents::kafka {

inline constexpr int64_t kLogEnd = -1;    ///< Kafka's ListOffsets: LATEST
inline constexpr int64_t kLogStart = -2;  ///< Kafka's ListOffsets: EARLIEST

/// What there is to know of a topic's partitions: of a cluster's, or of logs in this process.
class OffsetSource {
 public:
  virtual ~OffsetSource() = default;

  /// The topic's partitions, ascending. Errors: kNotFound (NoSuchTopic); as the cluster says.
  virtual Result<std::vector<int32_t>> Partitions() = 0;

  /// One answer for each of `partitions`, in their order: the first offset whose timestamp is at
  /// least `time` (-1: there is none), or where the log starts or ends. Errors: kNotFound; kIo.
  virtual Result<std::vector<int64_t>> ListOffsets(std::span<const int32_t> partitions,
                                                   int64_t time) = 0;

  /// Where the options' group has committed, in the order of `partitions`; nullopt where it has
  /// not. Errors: as ListOffsets.
  virtual Result<std::vector<std::optional<int64_t>>> CommittedOffsets(
      std::span<const int32_t> partitions) = 0;
};

/// Looks up what `options` ask for of each partition that they ask for. Notes when a group has no
/// offsets yet. Errors: kNotFound (no such topic or partition); kBadInput when an offset was asked
/// for that the partition does not have, naming what it has; as `source`.
Result<std::vector<PartitionRange>> FindRanges(OffsetSource& source, const ReaderOptions& options);

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
