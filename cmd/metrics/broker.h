#pragma once

#include "core/collector/metrics/metrics.h"
#include "core/embedded/runner.h"

#include <cstddef>

namespace gamevents::cmd {

/// How many partitions, and how many offsets of groups, have series of their own: a scrape stays
/// small, however many there are. Those beyond are counted.
inline constexpr size_t kPartitionsShown = 1'000;
inline constexpr size_t kGroupOffsetsShown = 1'000;

/// Shows what the embedded broker of this process counts: requests, connections, groups. `broker`
/// must outlive the scrapes.
void ShowBroker(const embedded::EmbeddedBroker& broker, collector::Metrics& metrics);

/// Shows its logs, and the disk that they are on; of the topics the first kPartitionsShown
/// partitions, by name. `broker` must outlive the scrapes.
void ShowLog(const embedded::EmbeddedBroker& broker, collector::Metrics& metrics);

}  // namespace gamevents::cmd
