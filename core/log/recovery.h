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

/// Reads the folder, checks what may have been written in vain, cuts a torn tail, rebuilds what
/// can be rebuilt. A torn tail is a bad batch behind which there is no good one; any other damage
/// is refused, or, with `open.repair`, cut off with everything after it. Errors: see Log::Open.
Result<Recovered> RecoverLog(FileSystem& files, const std::string& directory,
                             const LogOptions& options, const Log::OpenOptions& open,
                             TimestampMs now);

}  // namespace gamevents::log
