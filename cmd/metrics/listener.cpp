#include "cmd/metrics/listener.h"

#include "cmd/metrics/broker.h"
#include "cmd/metrics/service.h"
#include "core/base/notes.h"
#include "core/base/text.h"
#include "core/collector/metrics/process_metrics.h"
#include "core/collector/metrics/readiness_metrics.h"
#include "core/collector/routes/health_routes.h"
#include "core/http/listen.h"

#include <chrono>
#include <cstdint>
#include <utility>
#include <vector>

namespace gamevents::cmd {
namespace {

constexpr char kMetricsKey[] = "embedded.metrics_listen";
// What a few scrapers need.
constexpr int64_t kConnectionsMax = 64;
constexpr int64_t kBodyBytesMax = int64_t{64} << 10;
constexpr int64_t kRequestMemoryMax = int64_t{8} << 20;
// For the answer to a scrape that has begun.
constexpr std::chrono::milliseconds kDrain{1'000};

// What is noted of a broker whose log changes its mind.
void NoteStorage(const Status& storage) {
  if (storage) return Note(NoteLevel::kInfo, "ready: records can be stored");
  Note(NoteLevel::kWarning, "not ready: " + storage.error().context);
}

}  // namespace

Result<std::unique_ptr<MetricsListener>> MetricsListener::Start(
    const std::string& address, embedded::EmbeddedBroker& broker, const Forwarding& forwarding,
    const std::shared_ptr<tls::Certificates>& certificates) {
  std::unique_ptr<MetricsListener> listener(new MetricsListener(broker));
  listener->readiness_.AddRemarks([&forwarding] { return forwarding.Remarks(); });
  collector::Metrics& metrics = listener->metrics_;
  ShowBroker(broker, metrics);
  ShowLog(broker, metrics);
  forwarding.AddTo(metrics);
  ShowCertificate("embedded", certificates, metrics);
  ShowProcess(metrics);
  ShowReadiness(listener->readiness_, metrics);
  if (Status listening = listener->Listen(address); !listening) {
    return std::move(listening).error().In(kMetricsKey);
  }
  if (Status started = listener->readiness_.Start(); !started) return std::move(started).error();
  return listener;
}

MetricsListener::MetricsListener(embedded::EmbeddedBroker& broker)
    : metrics_(GAMEVENTS_VERSION),
      readiness_([&broker] { return broker.Storage(); }, NoteStorage) {}

Status MetricsListener::Listen(const std::string& address) {
  // The configuration has been checked: it is an address.
  const HostPort place = ParseHostPort(address).value();
  auto socket = http::Listen(place.host, place.port);
  if (!socket) return std::move(socket).error();
  const auto port = http::LocalPort(socket->get());
  if (!port) return Error(port.error());
  const auto loopback = http::ListensOnLoopback(socket->get());
  if (!loopback) return Error(loopback.error());
  url_ = "http://" + FormatHostPort(place.host, *port);
  if (!*loopback) {
    Note(NoteLevel::kWarning, std::string(kMetricsKey) + ": " + url_ +
                                  " is open to other machines, without TLS and keys: it names "
                                  "topics and groups");
  }
  std::vector<collector::Route> routes = collector::HealthRoutes(readiness_);
  routes.push_back(collector::MetricsRoute(metrics_));
  router_.emplace(std::move(routes));

  http::FrontEndOptions options;
  options.listen_fd = socket->Release();
  options.threads = 1;
  options.connections_max = kConnectionsMax;
  options.body_bytes_max = kBodyBytesMax;
  options.request_memory_max = kRequestMemoryMax;
  auto front_end =
      http::FrontEnd::Start(options, [this](http::Request&& request, http::Reply&& reply) {
        router_->Answer(std::move(request), std::move(reply));
      });
  if (!front_end) return std::move(front_end).error();
  front_end_ = std::move(*front_end);
  return Done{};
}

MetricsListener::~MetricsListener() {
  readiness_.StartDraining();
  if (front_end_) static_cast<void>(front_end_->Drain(kDrain).ok());
  // Nobody may ask the readiness, whose probes end with it, after this.
  front_end_.reset();
}

}  // namespace gamevents::cmd
