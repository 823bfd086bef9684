#pragma once

#include "core/base/result.h"
#include "core/log/file_system.h"
#include "core/log/leader_epochs.h"
#include "core/log/log.h"
#include "core/log/producer_state.h"
#include "core/log/segment.h"

#include <memory>
#include <string>
#include <vector>

namespace gamevents::log {

/// A partition's folder, put in order.
struct Recovered {
  std::vector<std::shared_ptr<Segment>> segments;  ///< never empty, by base offset
  ProducerState producers;
  LeaderEpochs epochs;
  RecoverySummary summary;
};

/// Reads the folder, checks what may not have reached the disk, rebuilds what can be rebuilt. Above
/// the durable mark the log is cut at the first bad batch; damage below it is refused with its
/// position, or, with `open.repair`, cut off with everything after it. Errors: see Log::Open.
Result<Recovered> RecoverLog(const SegmentEnvironment& environment, const std::string& directory,
                             const LogOptions& options, const Log::OpenOptions& open,
                             TimestampMs now);

}  // namespace gamevents::log
