#pragma once

#include "cmd/cluster.h"
#include "cmd/forwarding.h"
#include "core/collector/metrics/metrics.h"

namespace gamevents::cmd {

/// Shows what the embedded broker counts, where it is this process's own, and how far its log is
/// forwarded. Both must outlive the scrapes of `metrics`.
void ShowBroker(const Cluster& cluster, const Forwarding& forwarding, collector::Metrics& metrics);

}  // namespace gamevents::cmd
