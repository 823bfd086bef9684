#pragma once

#include "core/base/clock.h"
#include "core/log/log_manager.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace gamevents::embedded {

/// What a partition holds that somebody still needs (log::Log::KeepFrom): [from, end).
struct KeptPartition {
  std::string topic;
  int32_t partition = 0;
  int64_t from = 0;
  int64_t end = 0;                    ///< the high watermark
  int64_t bytes = 0;                  ///< on the disk, about
  std::optional<TimestampMs> oldest;  ///< of the batch that has `from`; nullopt: unknown, or none
};

/// Each partition of which something is kept from deletion, by topic and partition, also where
/// nothing of it is needed at the moment. Reads a batch's header for each that has something.
std::vector<KeptPartition> FindKept(const log::LogManager& logs);

}  // namespace gamevents::embedded
