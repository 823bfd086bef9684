#pragma once

#include "core/collector/ingest/event_times.h"
#include "core/collector/metrics/metrics.h"
#include "core/config/settings.h"

#include <chrono>
#include <memory>

namespace gamevents::cmd {

/// What gives records their events' own times, as serve.event_time has it; null where each has that
/// of its arrival. Its counts are shown by `metrics`.
std::shared_ptr<collector::EventTimes> MakeEventTimes(const config::Settings::Serve& serve,
                                                      collector::Metrics& metrics);

/// How far a record's time may lie before its arrival.
std::chrono::milliseconds LatestArrival(const config::Settings::Serve& serve);

}  // namespace gamevents::cmd
