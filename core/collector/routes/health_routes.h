#pragma once

#include "core/base/result.h"
#include "core/collector/metrics/metrics.h"
#include "core/collector/metrics/readiness.h"
#include "core/collector/request/router.h"
#include "core/collector/routes/openapi.h"

#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

namespace gamevents::collector {

/// /healthz and /readyz: whether the process lives, and whether it can be sent events. `readiness`
/// must outlive the routes.
std::vector<Route> HealthRoutes(const Readiness& readiness);

/// /metrics: what `metrics` shows, which must outlive the route.
Route MetricsRoute(const Metrics& metrics);

/// The routes for tools: /metrics and /openapi.json. Thread-safe.
class Operations {
 public:
  /// `metrics` must outlive it.
  explicit Operations(const Metrics& metrics) : metrics_(metrics) {}
  Operations(const Operations&) = delete;
  Operations& operator=(const Operations&) = delete;

  /// Their rows of the table; valid as long as this.
  std::vector<Route> routes() const;

  /// What /openapi.json says from now on: `routes` is the whole table. Errors: as OpenApi; it then
  /// says what it said.
  Status Describe(std::span<const Route> routes, const OpenApiOptions& options);

 private:
  void OnOpenApi(const Call& call) const;

  const Metrics& metrics_;
  mutable std::mutex mutex_;
  std::shared_ptr<const std::string> openapi_ = std::make_shared<const std::string>("{}\n");
};

}  // namespace gamevents::collector
