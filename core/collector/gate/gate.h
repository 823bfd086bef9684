#pragma once

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/collector/gate/access_log.h"
#include "core/collector/gate/api_keys.h"
#include "core/collector/gate/rate_limiter.h"
#include "core/collector/metrics/backlog.h"
#include "core/collector/metrics/metrics.h"
#include "core/collector/request/cors.h"
#include "core/collector/request/privacy.h"
#include "core/collector/request/refusal_notes.h"
#include "core/collector/request/router.h"
#include "core/http/message.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::collector {

/// What the gate lets through.
struct GateOptions {
  /// Requests that may wait for their answer at once; one more is answered with 503.
  int64_t in_flight_max = 10'000;
  /// Patterns of routes that need no API key.
  std::vector<std::string> open_routes = {};
  /// Origins of pages that may use the API (Cors).
  std::vector<std::string> cors_origins;
  /// What is written down of who sends requests: in the access log, in notes, and by the routes,
  /// whose requests have the address that may be.
  Privacy privacy = {};
  // What is not wanted is null; what is there must outlive the gate.
  RateLimiter* rate_limiter = nullptr;
  const ApiKeys* api_keys = nullptr;
  AccessLog* access_log = nullptr;
  /// Takes a line about refused requests now and then (RefusalNotes); none: nobody is told.
  RefusalNotes::Write note = {};
};

/// Stands between the router and the routes, which know nothing of it: lets a request through or
/// answers it at once, and counts and writes down what became of it. In this order:
/// a page of another origin or site that is not allowed: 403; a preflight: its own answer; as many
/// requests in flight as allowed: 503; a caller above its own rate: 429; no key, or nobody's: 401;
/// a key for other pages, or of another scope, or in a URL and of more than write: 403 (401 where a
/// browser gave it as a password, so that it asks for another); a key above its rate: 429. An
/// operational route is not subject to the bound and the rates. A 503 gets a Retry-After computed
/// from how fast the backlog goes, unless the route names a time itself. A refusal gets the form
/// that the client takes (refusals.h). A streamed answer is answered when it begins: it is in
/// flight no longer. Answers of a route that stores are marked so that no cache keeps them.
/// Thread-safe once the routes are set.
class Gate {
 public:
  /// `metrics` and `backlog` must outlive the gate, and the gate every reply that it has seen.
  Gate(GateOptions options, Metrics& metrics, const Backlog& backlog,
       const Clock& clock = Clock::System());
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;

  /// The router's table; call once, before the first request. Errors: kBadInput when an open route
  /// is not in it.
  Status SetRoutes(std::span<const Route> routes);

  /// What the router is given; valid as long as the gate.
  Router::Visit visit();

  /// Requests that have no answer yet.
  int64_t in_flight() const { return in_flight_.load(std::memory_order_relaxed); }

 private:
  using Time = std::chrono::steady_clock::time_point;
  class Exchange;

  // What there is to know of one route.
  struct Entry {
    RouteMetrics* metrics = nullptr;
    bool operational = false;
    bool open = false;  // needs no key
    bool for_browsers = false;
    bool answers_json = false;
    Access access = Access::kAny;
    std::string methods;
    std::function<std::optional<std::string>(const http::Request&)> find_key = {};
    bool key_in_url = false;
  };

  bool Visit(size_t route, http::Request& request, http::Reply& reply);
  bool MayAsk(const Entry& entry, const http::Request& request) const;
  std::optional<http::Response> Refuse(const Entry& entry, const http::Request& request,
                                       std::string_view address, Time now, std::string& key_name);
  void NoteOrigin(const http::Request& request, Time now);
  void NoteKey(const http::Request& request, std::string_view what, Time now);
  std::optional<http::Response> RefuseKey(const Entry& entry, const http::Request& request,
                                          Time now, std::string& key_name);
  http::Response RefuseUnknownKey(const Entry& entry, const http::Request& request, bool presented,
                                  Time now);
  http::Response RefuseScope(const http::Request& request, const ApiKey& key, bool as_password,
                             Time now);

  const GateOptions options_;
  const Cors cors_;
  const Backlog& backlog_;
  const Clock& clock_;
  Metrics& metrics_;
  prometheus::Counter& refused_origin_;
  prometheus::Counter& refused_in_flight_;
  prometheus::Counter& refused_rate_;
  prometheus::Counter& refused_key_;
  prometheus::Counter& refused_key_origin_;
  prometheus::Counter& refused_scope_;
  prometheus::Counter& refused_key_rate_;
  RefusalNotes notes_;
  std::deque<Entry> entries_;  // by route; the last is what no route matches
  std::atomic<int64_t> in_flight_{0};
};

}  // namespace gamevents::collector
