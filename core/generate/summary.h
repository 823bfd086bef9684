#pragma once

#include "core/generate/feed.h"
#include "core/generate/tally.h"

#include <chrono>
#include <cstdint>
#include <string>

namespace gamevents::generate {

/// What a run came to.
struct TrafficSummary {
  uint64_t seed = 0;
  Counts counts;
  std::chrono::duration<double> elapsed{0};
  /// Processor time of this process, all its threads together.
  std::chrono::duration<double> cpu{0};
};

/// Some lines for people.
std::string FormatSummary(const TrafficSummary& summary);

/// One JSON object and a newline; documented in docs/commands.md.
std::string FormatSummaryAsJson(const TrafficSummary& summary);

/// A latency to three digits or so, with its unit: "830us", "1.24ms", "12.4ms", "1.24s".
std::string FormatLatency(Histogram::Duration latency);

/// One line of what there is so far, for a terminal. With an end in `asked`, a count or a duration,
/// it begins with the share that is done and the time that the rest will take.
std::string FormatProgress(const Counts& counts, std::chrono::duration<double> elapsed,
                           const FeedOptions& asked);

}  // namespace gamevents::generate
