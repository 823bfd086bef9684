#pragma once

#include "cmd/serve/reloads.h"
#include "core/base/result.h"
#include "core/collector/gate/access_log.h"
#include "core/collector/gate/api_keys.h"
#include "core/collector/gate/gate.h"
#include "core/collector/gate/rate_limiter.h"
#include "core/collector/ingest/contract_guard.h"
#include "core/collector/metrics/backlog.h"
#include "core/collector/metrics/metrics.h"
#include "core/collector/routes/collector.h"
#include "core/collector/routes/health_routes.h"
#include "core/collector/store/event_counts.h"
#include "core/config/settings.h"
#include "core/http/front_end.h"

#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace gamevents::cmd {

/// What stands before and beside serve's routes, made as the settings want it: the gate with its
/// keys, rates and log, the contracts, the metrics, and the routes that show them. Must outlive the
/// producer, whose deliveries it sees to the end.
class ServeGate {
 public:
  /// Errors: as ApiKeys::Open, AccessLog::Open and ContractGuard::Open, with the key.
  static Result<std::unique_ptr<ServeGate>> Make(const config::Settings::Serve& settings);
  ServeGate(const ServeGate&) = delete;
  ServeGate& operator=(const ServeGate&) = delete;

  collector::Metrics& metrics() { return metrics_; }
  collector::Backlog& backlog() { return backlog_; }
  /// What may be written down of those who send requests.
  const collector::Privacy& privacy() const { return privacy_; }
  /// What counts the fates of events.
  const std::shared_ptr<collector::EventCounts>& events() const { return events_; }
  /// What holds events against their contracts; null where nothing does.
  const std::shared_ptr<collector::ContractGuard>& contracts() const { return contracts_; }
  /// /metrics and /openapi.json, for the collector's table.
  std::vector<collector::Route> routes() const { return operations_.routes(); }

  /// Takes the whole table in, which must outlive the reloads; call once, before handler. Errors:
  /// as Gate::SetRoutes, OpenApi.
  Status SetRoutes(const collector::Collector& collector);
  /// What the front end calls.
  http::Handler handler(const collector::Collector& collector);
  /// Shows what `front_end` counts, which must outlive the last request.
  void Watch(const http::FrontEnd& front_end);
  /// The files that SIGHUP reads again.
  void AddTo(Reloads& reloads);

 private:
  explicit ServeGate(const config::Settings::Serve& settings);
  Status Open(const config::Settings::Serve& settings);
  /// Has /openapi.json say what the routes and the contracts are now.
  Status Describe();

  collector::Metrics metrics_;
  collector::Backlog backlog_;
  const collector::Privacy privacy_;
  std::shared_ptr<collector::EventCounts> events_ = std::make_shared<collector::EventCounts>();
  collector::Operations operations_{metrics_};
  collector::OpenApiOptions openapi_;
  std::span<const collector::Route> routes_;
  std::optional<collector::RateLimiter> rate_limiter_;
  std::unique_ptr<collector::ApiKeys> api_keys_;
  std::unique_ptr<collector::AccessLog> access_log_;
  std::shared_ptr<collector::ContractGuard> contracts_;
  std::optional<collector::Gate> gate_;
};

}  // namespace gamevents::cmd
