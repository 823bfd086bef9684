#pragma once

#include "core/kafka/reader.h"
#include "core/report/scan/scan.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace gamevents::report {

/// Opens one and the same range of a topic.
using OpenReader = std::function<Result<std::unique_ptr<kafka::Reader>>()>;

/// What there is to read of some partitions, ascending; none is empty.
using Slice = std::vector<kafka::PartitionRange>;

/// Opens a slice of a topic, or, without one, what was asked for. Called from several threads.
using OpenSlice =
    std::function<Result<std::unique_ptr<kafka::Reader>>(const std::optional<Slice>&)>;

/// A source of fewer offsets is not split: a client of Kafka takes some milliseconds to begin.
inline constexpr int64_t kSplitLengthMin = 50'000;

/// Scans what `open`'s readers read, each time from the start of their range. Later openings begin
/// and end where the first one did, so that a second pass sees nothing that the first has not seen.
/// Each part of a split source has a reader of its own, opened when it is read.
/// Requires: the readers do not follow.
/// Errors: of the openings, open's; of reading, open's and the reader's, and kClosed after the stop
/// signal.
OpenSource FromReaders(OpenSlice open);

/// Opens `options`' topic for a scan; FromReaders of kafka::Reader::Open.
/// Requires: !options.follow.
OpenSource FromTopic(kafka::ReaderOptions options);

}  // namespace gamevents::report
