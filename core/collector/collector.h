#pragma once

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/collector/events.h"
#include "core/collector/readiness.h"
#include "core/collector/router.h"
#include "core/http/exchange.h"
#include "core/kafka/producer.h"

#include <chrono>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::collector {

struct CollectorOptions {
  std::string topic;
  std::vector<std::string> redact_headers;  ///< beside those that are always left out
  std::chrono::seconds retry_after{1};      ///< what a client is told to wait after a 503
  /// Called, from any thread and maybe more than once, when the producer has ended for good: no
  /// event can be stored until the process is started anew.
  std::function<void(const Error&)> on_closed;
};

/// Turns requests into events: routes a request, sends its event to the topic, and answers once
/// the event is acknowledged, never before. What cannot be stored is answered with 503 and
/// Retry-After, or 413 when Kafka will not take an event of that size. Knows no sockets.
/// Thread-safe: one object serves all of a front end's threads, and never blocks them.
class Collector {
 public:
  /// All that is referred to must outlive the collector, and the producer's deliveries do not
  /// need it: they may come after its end.
  Collector(CollectorOptions options, kafka::Producer& producer, const Readiness& readiness,
            const Clock& clock = Clock::System());
  Collector(const Collector&) = delete;
  Collector& operator=(const Collector&) = delete;

  /// What a front end calls; valid as long as the collector.
  http::Handler handler() const;

  /// The table of routes, as documented in docs/http-api.md.
  std::span<const Route> routes() const { return router_.routes(); }

 private:
  std::vector<Route> MakeRoutes();
  void OnDefault(Call call) const;
  void OnPurchase(Call call) const;
  void OnJoin(Call call) const;
  void OnReady(const Call& call) const;
  void Store(Call call, std::span<const Field> fields, std::optional<std::string> key,
             std::string answer) const;

  const CollectorOptions options_;
  kafka::Producer& producer_;
  const Readiness& readiness_;
  const EventBuilder events_;
  const Router router_;
};

}  // namespace gamevents::collector
