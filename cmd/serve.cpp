// serve: events over HTTP into the topic, until SIGTERM or SIGINT.

#include "cmd/cluster.h"
#include "cmd/command.h"
#include "cmd/shop.h"
#include "core/base/stop.h"
#include "core/collector/collector.h"
#include "core/http/front_end.h"
#include "core/kafka/admin.h"
#include "core/kafka/producer.h"

#include <CLI/CLI.hpp>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <mutex>
#include <optional>

namespace gamevents::cmd {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// How long a probe of the topic waits: /readyz says why within a few seconds, whatever
// kafka.timeout is.
constexpr milliseconds kProbeTimeout{2'000};
// What a producer gets at least to be flushed in, when requests took all of serve.drain.
constexpr milliseconds kFlushMin{100};

// Why the server must end although nobody asked it to.
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

Result<std::unique_ptr<kafka::Producer>> OpenProducer(const kafka::ClientOptions& client) {
  kafka::ProducerOptions options;
  options.client = client;
  options.acks = -1;
  options.delivery_timeout = client.timeout;
  return kafka::Producer::Open(options);
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

void NoteReadiness(const Status& ready) {
  if (ready) {
    spdlog::info("ready: the topic can be written to");
  } else {
    spdlog::warn("not ready: {}", ready.error().context);
  }
}

http::FrontEndOptions HttpOptions(const config::Settings::Serve& serve) {
  http::FrontEndOptions options;
  options.host = serve.host;
  options.port = static_cast<uint16_t>(serve.port);
  options.body_bytes_max = serve.max_body;
  options.threads = static_cast<int>(serve.threads);
  return options;
}

void PrintListening(const config::Settings& settings, const std::string& brokers, uint16_t port) {
  const std::string& host = settings.serve.host;
  const bool ipv6 = host.find(':') != std::string::npos;
  std::fprintf(stderr, "Listening on http://%s%s%s:%d (topic %s on %s)\n", ipv6 ? "[" : "",
               host.c_str(), ipv6 ? "]" : "", port, settings.kafka.topic.c_str(), brokers.c_str());
}

// Answers what has begun and sees that what was taken is stored, within `drain`.
Status Drain(http::FrontEnd& front_end, kafka::Producer& producer, milliseconds drain) {
  const auto deadline = steady_clock::now() + drain;
  Status answered = front_end.Drain(drain);
  const auto left = std::chrono::duration_cast<milliseconds>(deadline - steady_clock::now());
  Status flushed = producer.Flush(std::max(left, kFlushMin));
  if (answered) return flushed;
  if (!flushed) answered.error().context += "; " + flushed.error().context;
  return answered;
}

Result<Exit> RunServe(const Context& context) {
  const config::Settings& settings = context.config.settings;
  // What is declared first ends last: deliveries may still be reported while the producer ends.
  FatalError fatal;
  const auto cluster = OpenCluster(settings, ListenMode::kConfigured);
  if (!cluster) return Error(cluster.error());
  auto projection = StartProjection(settings, cluster->client());
  if (!projection) return std::move(projection).error();
  auto producer = OpenProducer(cluster->client());
  if (!producer) return std::move(producer).error();
  collector::Readiness readiness(TopicProbe(cluster->client(), settings.kafka.topic),
                                 NoteReadiness);
  collector::EventStoreOptions options;
  options.topic = settings.kafka.topic;
  options.redact_headers = settings.serve.redact_headers;
  options.on_closed = [&fatal](const Error& error) { fatal.Set(error); };
  const collector::EventStore store(options, **producer);
  const auto shop = Shop::Open(settings, store, **projection);
  if (!shop) return Error(shop.error());
  const collector::Collector collector(store, readiness, (*shop)->Routes());

  auto front_end = http::FrontEnd::Start(HttpOptions(settings.serve), collector.handler());
  if (!front_end) return std::move(front_end).error();
  PrintListening(settings, cluster->client().brokers, (*front_end)->port());
  if (Status started = readiness.Start(); !started) return std::move(started).error();

  while (!StopSignal::WaitFor(std::chrono::hours(1))) continue;
  // A producer that was closed on purpose, below, is no fatal error.
  const std::optional<Error> ended = fatal.Get();
  if (!ended) spdlog::info("stopping: what has begun is answered first");
  readiness.StartDraining();
  Status drained = Drain(**front_end, **producer, settings.serve.drain);
  if (ended) return *ended;
  if (!drained) return std::move(drained).error();
  return Exit::kOk;
}

}  // namespace

Run DeclareServe(CLI::App& app, std::vector<config::Override>& overrides) {
  BindKey(app, "--host", "serve.host", "the address to listen on; 0.0.0.0 for every network",
          overrides);
  BindKey(app, "-p,--port", "serve.port", "the port to listen on; 0 for any free one", overrides);
  return RunServe;
}

}  // namespace gamevents::cmd
