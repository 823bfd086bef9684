#pragma once

#include "core/base/result.h"
#include "core/log/file_system.h"
#include "core/log/types.h"

#include <cstdint>
#include <mutex>
#include <string>

namespace gamevents::broker {

/// Gives ids to idempotent producers, each once in the life of a data directory: a block of ids
/// is reserved on disk before the first of it is given, so a crash skips some and repeats none.
/// Thread-safe.
class ProducerIds {
 public:
  /// `directory` is the data directory. Ids up to `highest_used` are not given, whatever the file
  /// there says: logs that came from another broker remember producers with ids of its own, and a
  /// new producer with one of them would be taken for the old one. Reads nothing yet.
  ProducerIds(log::FileSystem& files, std::string directory, log::ProducerId highest_used);

  /// Errors: kCorrupt (the file is not ours), kIo, kFull.
  Result<log::ProducerId> Next();

 private:
  Status ReserveBlock();

  log::FileSystem& files_;
  const std::string directory_;
  const log::ProducerId highest_used_;
  std::mutex mutex_;
  int64_t next_ = 0;
  int64_t reserved_end_ = 0;
};

}  // namespace gamevents::broker
