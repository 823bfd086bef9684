#pragma once

#include "cmd/forwarding.h"
#include "core/base/result.h"
#include "core/collector/metrics/metrics.h"
#include "core/collector/metrics/readiness.h"
#include "core/collector/request/router.h"
#include "core/embedded/runner.h"
#include "core/http/front_end.h"

#include <memory>
#include <optional>
#include <string>

namespace gamevents::cmd {

/// What `gamevents broker` answers by HTTP for whoever watches it: /metrics, /healthz and /readyz,
/// with serve's front end and routes. It takes few connections and small requests.
class MetricsListener {
 public:
  /// Listens on `address`, "HOST:PORT". The rest must outlive it, and it must end before the broker
  /// stops. Errors: kExists (the port is in use), kBadInput, kIo, with the key; kFull.
  static Result<std::unique_ptr<MetricsListener>> Start(
      const std::string& address, embedded::EmbeddedBroker& broker, const Forwarding& forwarding,
      const std::shared_ptr<tls::Certificates>& certificates);
  /// Says that the broker is stopping, and answers what has begun.
  ~MetricsListener();
  MetricsListener(const MetricsListener&) = delete;
  MetricsListener& operator=(const MetricsListener&) = delete;

  /// Where it is: "http://127.0.0.1:9404".
  const std::string& url() const { return url_; }

 private:
  explicit MetricsListener(embedded::EmbeddedBroker& broker);
  Status Listen(const std::string& address);

  collector::Metrics metrics_;
  collector::Readiness readiness_;
  std::optional<collector::Router> router_;
  std::unique_ptr<http::FrontEnd> front_end_;
  std::string url_;
};

}  // namespace gamevents::cmd
