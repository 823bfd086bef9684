// serve: events over HTTP into the topic, until SIGTERM or SIGINT.

#include "cmd/certificates.h"
#include "cmd/cluster.h"
#include "cmd/command.h"
#include "cmd/flags.h"
#include "cmd/forwarding.h"
#include "cmd/metrics/broker.h"
#include "cmd/metrics/service.h"
#include "cmd/serve/dashboard.h"
#include "cmd/serve/dialects.h"
#include "cmd/serve/event_times.h"
#include "cmd/serve/gate.h"
#include "cmd/serve/reloads.h"
#include "cmd/serve/reports.h"
#include "cmd/serve/service_manager.h"
#include "cmd/serve/shop.h"
#include "cmd/serve/worked_answers.h"
#include "core/base/file.h"
#include "core/base/notes.h"
#include "core/base/process.h"
#include "core/base/reload_signal.h"
#include "core/base/stop.h"
#include "core/base/text.h"
#include "core/base/urgency.h"
#include "core/base/watch.h"
#include "core/collector/ingest/ingest.h"
#include "core/collector/ingest/recall.h"
#include "core/collector/metrics/metered_producer.h"
#include "core/collector/metrics/process_metrics.h"
#include "core/collector/metrics/readiness_metrics.h"
#include "core/collector/request/privacy.h"
#include "core/collector/routes/client_routes.h"
#include "core/collector/routes/collector.h"
#include "core/config/keys.h"
#include "core/embedded/lock.h"
#include "core/http/front_end.h"
#include "core/http/listen.h"
#include "core/kafka/admin.h"
#include "core/kafka/producer.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <iterator>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace gamevents::cmd {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// How long a probe of the topic waits: /readyz says why within a few seconds, whatever
// kafka.timeout is.
constexpr milliseconds kProbeTimeout{2'000};
// What a producer gets at least to be flushed in, when requests took all of serve.drain.
constexpr milliseconds kFlushMin{100};
// What is left of serve.drain for the answers that are given at its end.
constexpr milliseconds kAnswerTime{500};

// Why the server must end although nobody asked it to. To be asked before the producer is closed on
// purpose, which is no fatal error.
class FatalError {
 public:
  void Set(const Error& error) {
    const std::lock_guard lock(mutex_);
    if (!error_) error_ = error;
    StopSignal::Request();
  }
  std::optional<Error> Get() const {
    const std::lock_guard lock(mutex_);
    return error_;
  }

 private:
  mutable std::mutex mutex_;
  std::optional<Error> error_;
};

Result<std::unique_ptr<collector::MeteredProducer>> OpenProducer(
    const Cluster& cluster, const config::Settings::Serve& settings, ServeGate& gate,
    FatalError& fatal) {
  kafka::ProducerOptions options;
  options.client = cluster.client();
  options.acks = -1;
  options.delivery_timeout = options.client.timeout;
  options.queue_records_max = static_cast<int>(settings.queue_records);
  options.queue_bytes_max = settings.queue_bytes;
  auto producer = kafka::Producer::Open(options);
  if (!producer) return std::move(producer).error();
  return std::make_unique<collector::MeteredProducer>(
      std::move(producer).value(), options, gate.metrics(), gate.backlog(),
      [&cluster](const std::string& topic) { return cluster.StorageOf(topic); },
      [&fatal](const Error& why) { fatal.Set(why); });
}

collector::Probe TopicProbe(kafka::ClientOptions options, const std::string& topic) {
  options.timeout = std::min(options.timeout, kProbeTimeout);
  return [options = std::move(options), topic]() -> Status {
    auto found = kafka::DescribeTopic(options, topic);
    if (found) return Done{};
    Error error = std::move(found).error();
    if (error.fault == Fault::kNotFound) {
      error.context += "; make it with: gamevents create-topic " + topic;
    }
    return error;
  };
}

// The probe of the topic, and once it has succeeded, what is still to be done before the server is
// ready: the ids of the events before this start are read back, so that none of them is stored
// again. What that is busy with goes to `note`.
collector::Probe ThenRecall(collector::RecallOptions options,
                            std::shared_ptr<collector::Duplicates> duplicates,
                            std::function<void(Error)> note) {
  collector::Probe probe = TopicProbe(options.client, options.topic);
  return [probe = std::move(probe), options = std::move(options),
          duplicates = std::move(duplicates), note = std::move(note)]() -> Status {
    Status reached = probe();
    if (!reached || duplicates->recalled()) return reached;
    note({Fault::kUnavailable, "the ids of earlier events are being read back from the topic"});
    return collector::Recall(options, Clock::System().Now(), *duplicates,
                             [] { return StopSignal::Requested(); });
  };
}

void NoteReadiness(const Status& ready) {
  if (ready) {
    Note(NoteLevel::kInfo, "ready: the topic can be written to");
  } else {
    Note(NoteLevel::kWarning, "not ready: " + ready.error().context);
  }
}

http::FrontEndOptions HttpOptions(const config::Settings::Serve& serve, FileDescriptor listener,
                                  std::shared_ptr<tls::Certificates> certificates,
                                  collector::Privacy privacy) {
  http::FrontEndOptions options;
  options.listen_fd = listener.Release();
  options.tls = std::move(certificates);
  options.host = serve.host;
  options.port = static_cast<uint16_t>(serve.port);
  options.body_bytes_max = serve.max_body;
  options.threads = static_cast<int>(serve.threads);
  options.connections_max = serve.max_connections;
  options.request_memory_max = serve.request_memory;
  options.header_timeout = serve.header_timeout;
  options.body_timeout = serve.body_timeout;
  options.idle_timeout = serve.idle_timeout;
  options.write_timeout = serve.write_timeout;
  options.hosts = serve.hosts;
  options.written_address = [privacy = std::move(privacy)](std::string_view address) {
    return privacy.AddressOf(address);
  };
  for (const std::string& text : serve.trusted_proxies) {
    // The configuration has been checked: every entry is a network.
    options.trusted_proxies.push_back(Network::Parse(text).value());
  }
  return options;
}

collector::DuplicatesOptions DuplicatesOf(const config::Settings::Serve& serve) {
  return {serve.dedupe_window, static_cast<size_t>(serve.dedupe_events)};
}

collector::IngestOptions IngestOptionsOf(const config::Settings& settings, ServeGate& gate) {
  collector::IngestOptions options;
  options.guard = gate.contracts();
  options.counts = gate.events();
  options.topic = settings.kafka.topic;
  options.rejected_topic = settings.serve.rejected_topic;
  options.event_bytes_max = static_cast<size_t>(settings.serve.max_event);
  options.batch_events_max = static_cast<size_t>(settings.serve.max_batch);
  options.cors = collector::Cors(settings.serve.cors_origins);
  options.times = MakeEventTimes(settings.serve, gate.metrics());
  return options;
}

collector::RecallOptions RecallOptionsOf(const config::Settings& settings, const Cluster& cluster) {
  return {cluster.client(), settings.kafka.topic, DuplicatesOf(settings.serve),
          LatestArrival(settings.serve)};
}

// Whether it is a `gamevents serve` that has the port, where that can be known: the process that
// has the embedded broker's data directory. Empty where it cannot.
std::string KnownServer(const config::Settings& settings) {
  if (settings.kafka.brokers != config::kEmbedded) return {};
  const auto directory = PathOf("embedded.data_dir", settings.embedded.data_dir);
  const auto holder = directory ? embedded::CurrentHolder(*directory) : std::nullopt;
  if (!holder) return {};
  const bool serves = RunsWith(*holder, "gamevents", "serve");
  return serves ? "; process " + std::to_string(*holder) +
                      " is a gamevents serve over the same data directory"
                : "";
}

// The socket, before anything else is begun: where the port is taken, that is all there is to say.
// Clients that connect now are answered once the server is up.
Result<FileDescriptor> ListenFirst(const config::Settings& settings, std::optional<int> inherited) {
  if (inherited) return http::AdoptListener(*inherited);
  const config::Settings::Serve& serve = settings.serve;
  auto listener = http::Listen(serve.host, static_cast<uint16_t>(serve.port));
  if (!listener && listener.error().fault == Fault::kExists) {
    listener.error().context += ": --port, serve.port" + KnownServer(settings);
  }
  return listener;
}

std::string UrlOf(const config::Settings& settings, const std::string& host, uint16_t port) {
  const std::string scheme = settings.serve.tls.any() ? "https://" : "http://";
  return scheme + FormatHostPort(host, port);
}

// Where a client on this machine reaches the server.
std::string LocalUrl(const config::Settings& settings, uint16_t port) {
  const std::string& host = settings.serve.host;
  return UrlOf(settings, host == "0.0.0.0" || host == "::" ? "localhost" : host, port);
}

// Where the server listens, and whether only this machine can connect.
struct Place {
  uint16_t port;
  bool loopback;
};

Result<Place> PlaceOf(const FileDescriptor& listener) {
  const auto port = http::LocalPort(listener.get());
  if (!port) return Error(port.error());
  const auto loopback = http::ListensOnLoopback(listener.get());
  if (!loopback) return Error(loopback.error());
  return Place{*port, *loopback};
}

// What others on the network can do to a server that is open to them. A proxy that is trusted has
// the TLS.
void WarnOfExposure(const config::Settings::Serve& serve) {
  std::string missing;
  std::string remedy;
  if (!serve.tls.any() && serve.trusted_proxies.empty()) {
    missing = "without TLS others can read and change what is sent";
    remedy = "serve.tls.certificate and serve.tls.key";
  }
  if (serve.api_keys_file.empty()) {
    missing += missing.empty() ? "" : ", and ";
    missing += "without API keys anybody can write events and read them";
    remedy += remedy.empty() ? "" : ", and ";
    remedy += "serve.api_keys_file (gamevents keys add)";
  }
  if (missing.empty()) return;
  Note(NoteLevel::kWarning, serve.host + " is open to other machines: " + missing + "; set " +
                                remedy + ", or --host 127.0.0.1");
}

void PrintListening(const config::Settings& settings, const std::string& brokers,
                    const Place& place) {
  if (!place.loopback) WarnOfExposure(settings.serve);
  PrintStatus("Listening on " + UrlOf(settings, settings.serve.host, place.port) + " (topic " +
              settings.kafka.topic + " on " + brokers + ")");
  if (!settings.serve.dashboard) return;
  Note(NoteLevel::kInfo, "the dashboard: " + LocalUrl(settings, place.port) + "/dashboard");
}

// Clients that are refused although the configuration allows them should surprise nobody.
void NoteConnections(const http::FrontEnd& front_end, const config::Settings::Serve& serve) {
  if (front_end.connections_max() >= serve.max_connections) return;
  Note(NoteLevel::kInfo,
       "at most " + std::to_string(front_end.connections_max()) + " clients are taken, not the " +
           std::to_string(serve.max_connections) +
           " of serve.max_connections: the limit on open files is too low for more (ulimit -n, "
           "LimitNOFILE=)");
}

// Answers what has begun and sees that what was taken is stored, within `drain`.
Status Drain(http::FrontEnd& front_end, kafka::Producer& producer, state::Projection& projection,
             milliseconds drain) {
  const auto deadline = steady_clock::now() + drain;
  // A command that waits for the fold is answered before the end, because it would wait for
  // nothing.
  projection.EndWaitsBy(deadline - std::min(kAnswerTime, drain / 4));
  Status answered = front_end.Drain(drain);
  const auto left = std::chrono::duration_cast<milliseconds>(deadline - steady_clock::now());
  Status flushed = producer.Flush(std::max(left, kFlushMin));
  if (answered) return flushed;
  if (!flushed) answered.error().context += "; " + flushed.error().context;
  return answered;
}

/// What people look at: the dashboard and the named reports.
struct Pages {
  std::unique_ptr<ServeDashboard> dashboard;
  std::unique_ptr<ServeReports> reports;
  std::unique_ptr<WorkedAnswers> answers;  // ends first: it works for both
};

Result<Pages> StartPages(const config::Settings& settings, const std::string& url,
                         const kafka::ClientOptions& client, collector::Metrics& metrics) {
  Pages pages;
  auto answers = WorkedAnswers::Start(settings.serve.report_cache);
  if (!answers) return std::move(answers).error().In("reports");
  pages.answers = std::move(*answers);
  auto dashboard = ServeDashboard::Start(settings, url, client, metrics, *pages.answers);
  if (!dashboard) return std::move(dashboard).error();
  pages.dashboard = std::move(*dashboard);
  auto reports = ServeReports::Start(settings, client, *pages.answers);
  if (!reports) return std::move(reports).error();
  pages.reports = std::move(*reports);
  return pages;
}

// All but the catch-all, the first that fits first. Errors: as MakeDialects.
Result<std::vector<collector::Route>> RoutesOf(const config::Settings& settings, ServeGate& gate,
                                               const collector::Ingest& ingest, const Shop& shop,
                                               const Pages& pages) {
  auto dialects = MakeDialects(settings.serve, ingest, gate.metrics());
  if (!dialects) return dialects;
  std::vector<collector::Route> routes = shop.Routes();
  routes.push_back(ingest.route());
  routes.push_back(collector::BrowserClientRoute());
  std::ranges::move(*dialects, std::back_inserter(routes));
  const std::vector<collector::Route> own = gate.routes();
  routes.insert(routes.end(), own.begin(), own.end());
  pages.dashboard->AddTo(routes);
  pages.reports->AddTo(routes);
  return routes;
}

/// All but the certificates must outlive it.
Reloads ReloadsOf(const Context& context, const Cluster& cluster, Shop& shop, ServeGate& gate,
                  const std::shared_ptr<tls::Certificates>& certificates) {
  Reloads reloads;
  AddSettings(context, reloads);
  reloads.Add("catalogue.file", [&shop, &context] { return shop.Reload(context.config.settings); });
  gate.AddTo(reloads);
  AddCertificates(certificates, "serve.tls", reloads);
  cluster.AddTo(reloads);
  return reloads;
}

/// What must answer while the server is well. Both must outlive it.
Watch WatchOf(http::FrontEnd& front_end, const Cluster& cluster) {
  Watch watch;
  front_end.AddTo(watch);
  cluster.AddTo(watch);
  return watch;
}

/// What /metrics shows of the parts below the routes. All must outlive the scrapes.
void ShowParts(const Cluster& cluster, const Forwarding& forwarding,
               const state::Projection& projection, ServeGate& gate) {
  collector::Metrics& metrics = gate.metrics();
  if (const embedded::EmbeddedBroker* own = cluster.own()) {
    ShowBroker(*own, metrics);
    ShowLog(*own, metrics);
  }
  ShowCertificate("embedded", cluster.certificates(), metrics);
  forwarding.AddTo(metrics);
  ShowState(projection, metrics);
  ShowEvents(gate.events(), metrics);
  ShowProcess(metrics);
}

/// What it shows of the server itself. All must outlive the scrapes.
void ShowServer(const http::FrontEnd& front_end,
                const std::shared_ptr<tls::Certificates>& certificates,
                const collector::Readiness& readiness, ServeGate& gate) {
  gate.Watch(front_end);
  ShowCertificate("serve", certificates, gate.metrics());
  ShowReadiness(readiness, gate.metrics());
}

/// What /readyz says beside the probe. All must outlive `readiness`.
void AddChecks(const collector::MeteredProducer& producer, const Cluster& cluster,
               const Forwarding& forwarding, collector::Readiness& readiness) {
  readiness.AddCheck([&producer] { return producer.HasRoom(); });
  readiness.AddCheck([&cluster] { return cluster.Storage(); });
  readiness.AddRemarks([&forwarding] { return forwarding.Remarks(); });
}

Result<Exit> RunServe(const Context& context) {
  const config::Settings& settings = context.config.settings;
  // What is declared first ends last: deliveries may still be reported while the producer ends.
  FatalError fatal;
  if (Status installed = ReloadSignal::Install(); !installed) return std::move(installed).error();
  const auto inherited = ServiceManager::InheritedSocket();
  if (!inherited) return Error(inherited.error());
  // Sees every reply to its end, so it comes before all that may hold one.
  auto gate = ServeGate::Make(settings.serve);
  if (!gate) return std::move(gate).error();
  const auto certificates =
      LoadCertificates(settings.serve.tls, "serve.tls", {"http/1.1", "http/1.0"});
  if (!certificates) return Error(certificates.error());
  auto listener = ListenFirst(settings, *inherited);
  if (!listener) return std::move(listener).error();
  const auto place = PlaceOf(*listener);
  if (!place) return Error(place.error());
  const auto cluster = OpenCluster(settings, ListenMode::kConfigured);
  if (!cluster) return Error(cluster.error());
  EnsureTopic(*cluster, settings);
  Forwarding forwarding(settings);
  if (Status started = forwarding.StartWith(*cluster); !started) return FailSetUp(started.error());
  auto projection = StartProjection(settings, cluster->client());
  if (!projection) return std::move(projection).error();
  ShowParts(*cluster, forwarding, **projection, **gate);
  const auto pages =
      StartPages(settings, LocalUrl(settings, place->port), cluster->client(), (*gate)->metrics());
  if (!pages) return FailSetUp(pages.error());
  auto producer = OpenProducer(*cluster, settings.serve, **gate, fatal);
  if (!producer) return std::move(producer).error();
  const auto duplicates = std::make_shared<collector::Duplicates>(DuplicatesOf(settings.serve));
  collector::Readiness readiness(
      ThenRecall(RecallOptionsOf(settings, *cluster), duplicates,
                 [&readiness](Error busy) { readiness.NoteProgress(std::move(busy)); }),
      NoteReadiness);
  AddChecks(**producer, *cluster, forwarding, readiness);
  const collector::EventSender store({settings.kafka.topic, (*gate)->privacy(), (*gate)->events()},
                                     **producer);
  const auto shop = Shop::Open(settings, store, **projection);
  if (!shop) return Error(shop.error());
  const collector::Ingest ingest(IngestOptionsOf(settings, **gate), **producer, store.events(),
                                 duplicates);
  auto routes = RoutesOf(settings, **gate, ingest, **shop, *pages);
  if (!routes) return std::move(routes).error();
  const collector::Collector collector(store, readiness, std::move(*routes));
  if (Status set = (*gate)->SetRoutes(collector); !set) return std::move(set).error();

  auto front_end = http::FrontEnd::Start(
      HttpOptions(settings.serve, std::move(*listener), *certificates, (*gate)->privacy()),
      (*gate)->handler(collector));
  if (!front_end) return std::move(front_end).error();
  ShowServer(**front_end, *certificates, readiness, **gate);
  PrintListening(settings, cluster->client().brokers, *place);
  NoteConnections(**front_end, settings.serve);
  if (Status started = readiness.Start(); !started) return std::move(started).error();

  ServiceManager::WaitForStop(ReloadsOf(context, *cluster, **shop, **gate, *certificates),
                              WatchOf(**front_end, *cluster));
  const std::optional<Error> ended = fatal.Get();
  if (!ended) Note(NoteLevel::kInfo, "stopping: what has begun is answered first");
  readiness.StartDraining();
  std::this_thread::sleep_for(ended ? milliseconds(0) : settings.serve.drain_delay);
  Status drained = Drain(**front_end, **producer, **projection, settings.serve.drain);
  // Its call to a broker that does not answer ends while the rest does.
  (*projection)->Stop();
  if (ended) return FailLogged(*ended);
  if (!drained) return FailLogged(drained.error());
  return Exit::kOk;
}

}  // namespace

Run DeclareServe(Flags& flags) {
  flags.Key("--host", "serve.host", "the address to listen on; 0.0.0.0 for every network");
  flags.Key("-p,--port", "serve.port", "the port to listen on; 0 for any free one");
  flags.Key("--topic", "kafka.topic", "the topic that holds the events");
  return [](const Context& context) {
    SetUrgency(Urgency::kAwaited);  // of all threads that are made from here on
    return RunServe(context);
  };
}

}  // namespace gamevents::cmd
