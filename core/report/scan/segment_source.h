#pragma once

#include "core/kafka/reader.h"
#include "core/report/scan/scan.h"

#include <string>
#include <vector>

namespace gamevents::report {

/// What a scan reads straight from the embedded log's files.
struct SegmentRanges {
  std::string data_dir;  ///< embedded.data_dir
  std::string topic;
  /// As the broker of that directory gave them: a range ends at or below the high watermark, so
  /// that nothing unacknowledged is read.
  std::vector<kafka::PartitionRange> ranges;
};

/// Scans the ranges from the segment files, with no client and no broker between. The sources
/// split: their parts take stretches of the files in turn. Checksums are checked. The records come
/// without their headers.
/// Errors: of opening, kNotFound and kCorrupt as log::FindStretches has them; of reading, kCorrupt
/// with file and position; kIo; kClosed after the stop signal.
OpenSource FromSegments(SegmentRanges ranges);

}  // namespace gamevents::report
