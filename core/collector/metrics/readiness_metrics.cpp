#include "core/collector/metrics/readiness_metrics.h"

#include <chrono>

namespace gamevents::collector {

void ShowReadiness(const Readiness& readiness, Metrics& metrics) {
  metrics.AddGauge("gamevents_ready", "1 while /readyz answers 200: events can be stored.",
                   [&readiness] { return readiness.Ready() ? 1.0 : 0.0; });
  metrics.AddGauge("gamevents_probe_success",
                   "1 when the last probe of the topic or the log succeeded.",
                   [&readiness] { return readiness.LastProbe().ok ? 1.0 : 0.0; });
  metrics.AddGauge(
      "gamevents_probe_age_seconds",
      "How long ago the last probe ended; from the start while there was none.",
      [&readiness] { return std::chrono::duration<double>(readiness.LastProbe().age).count(); });
}

}  // namespace gamevents::collector
