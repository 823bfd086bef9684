#pragma once

#include "core/kafka/reader.h"
#include "core/report/scan.h"

#include <functional>
#include <memory>

namespace gamevents::report {

/// Opens one and the same range of a topic.
using OpenReader = std::function<Result<std::unique_ptr<kafka::Reader>>()>;

/// Scans what `open`'s readers read, each time from the start of their range. Later openings end
/// where the first one did, so that a second pass sees nothing that the first has not seen.
/// Requires: the readers do not follow.
/// Errors: of the openings, open's; of reading, the reader's, and kClosed after the stop signal.
OpenSource FromReaders(OpenReader open);

/// Opens `options`' topic for a scan; FromReaders of kafka::Reader::Open.
/// Requires: !options.follow.
OpenSource FromTopic(kafka::ReaderOptions options);

}  // namespace gamevents::report
