#pragma once

#include "core/kafka/reader.h"
#include "core/report/scan.h"

namespace gamevents::report {

/// Opens `options`' topic for a scan, each time from the start of its range. Later openings end
/// where the first one did, so that a second pass sees nothing that the first has not seen.
/// Requires: !options.follow.
/// Errors of the openings: as kafka::Reader::Open; of reading: the reader's, and kClosed after
/// the stop signal.
OpenSource FromTopic(kafka::ReaderOptions options);

}  // namespace gamevents::report
