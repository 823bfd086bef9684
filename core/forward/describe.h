#pragma once

#include "core/base/clock.h"
#include "core/forward/forwarder.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::forward {

/// What all partitions together have that is not copied yet.
struct Lag {
  int64_t records = 0;
  int64_t bytes = 0;
  std::optional<TimestampMs> oldest;
  size_t stopped = 0;  ///< partitions that wait for somebody's doing
  /// How long the rest takes at the present rate, if nothing comes to it; nullopt when nothing
  /// moves, or nothing is behind.
  std::optional<std::chrono::seconds> remaining;
};

/// How many records of a partition are behind. What it has is all behind until `next` is known.
int64_t RecordsBehind(const PartitionProgress& partition);

/// The sum over the partitions.
Lag Sum(const ForwardProgress& progress);

/// So many partitions are described, the stopped ones first; the others are counted.
inline constexpr size_t kDescribedMax = 20;

/// What an operator wants to know, a sentence each: first of all partitions together, then each
/// that is stopped or has an error, then those that are behind. `target` names the cluster.
std::vector<std::string> Describe(const ForwardProgress& progress, std::string_view target,
                                  TimestampMs now);

}  // namespace gamevents::forward
