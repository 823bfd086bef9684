#pragma once

#include "core/collector/metrics/metrics.h"
#include "core/collector/metrics/readiness.h"

namespace gamevents::collector {

/// Shows what /readyz says as numbers: gamevents_ready, gamevents_probe_success and
/// gamevents_probe_age_seconds. `readiness` must outlive the scrapes.
void ShowReadiness(const Readiness& readiness, Metrics& metrics);

}  // namespace gamevents::collector
