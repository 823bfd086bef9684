#pragma once

#include "core/collector/metrics/readiness.h"
#include "core/collector/request/router.h"
#include "core/collector/store/event_sender.h"
#include "core/http/message.h"

#include <span>
#include <vector>

namespace gamevents::collector {

/// Turns requests into events: routes a request to whoever stores its event, which answers once
/// the event is acknowledged, never before. The assignment's routes and the operators' are its
/// own; others are given to it. Knows no sockets. Thread-safe: one object serves all of a front
/// end's threads, and never blocks them.
class Collector {
 public:
  /// All that is referred to, by `more` too, must outlive the collector.
  Collector(const EventSender& store, const Readiness& readiness, std::vector<Route> more = {});
  Collector(const Collector&) = delete;
  Collector& operator=(const Collector&) = delete;

  /// What a front end calls; valid as long as the collector. `visit` sees each request once its
  /// route is known; may be null.
  http::Handler handler(Router::Visit visit = nullptr) const;

  /// The table of routes, as documented in docs/http-api.md.
  std::span<const Route> routes() const { return router_.routes(); }

 private:
  std::vector<Route> MakeRoutes(std::vector<Route> more);
  void OnDefault(Call&& call) const;
  void OnPurchase(Call&& call) const;
  void OnJoin(Call&& call) const;

  const EventSender& store_;
  const Readiness& readiness_;
  const Router router_;
};

}  // namespace gamevents::collector
