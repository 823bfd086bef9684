#pragma once

#include "core/collector/metrics/metrics.h"

namespace gamevents::collector {

/// Shows what the system says of this process, under the names that Prometheus's own client
/// libraries use: process_resident_memory_bytes, process_open_fds and so on. What it does not say
/// (/proc is not there) is left out.
void ShowProcess(Metrics& metrics);

}  // namespace gamevents::collector
