// generate: a game's traffic from a seed number, to a running serve or straight to the topic.

#include "cmd/cluster.h"
#include "cmd/command.h"
#include "cmd/state_options.h"
#include "core/base/file.h"
#include "core/base/stop.h"
#include "core/base/units.h"
#include "core/generate/traffic.h"
#include "core/http/client_connection.h"

#include <CLI/CLI.hpp>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <optional>
#include <random>

namespace gamevents::cmd {
namespace {

constexpr char kToServe[] = "serve";
constexpr char kToTopic[] = "topic";
constexpr char kClassic[] = "classic";
constexpr char kUniform[] = "uniform";
constexpr char kJsonSummary[] = "json";

constexpr double kRateMax = 10'000'000;
// What a server of ours needs beyond kafka.timeout, after which it answers 503.
constexpr std::chrono::milliseconds kAnswerMargin{5'000};
// Enough for the progress line; what is left of an earlier one is blanked by the terminal.
constexpr char kEraseLine[] = "\r\x1b[K";

struct GenerateOptions {
  std::optional<uint64_t> seed;
  std::optional<int64_t> count;
  std::optional<std::string> duration;
  std::optional<double> rate;
  std::string to = kToServe;
  std::optional<std::string> url;
  size_t connections = 16;
  size_t batch = 1;
  std::string routes = "events";
  int retries = 3;
  uint64_t players = 10'000;
  uint64_t guilds = 100;
  std::string items = "skewed";
  std::optional<std::string> ledger;
  std::string format = "text";
  /// Whether a flag was given that says something about HTTP only.
  bool over_http = false;
};

uint64_t RandomSeed() {
  std::random_device entropy;
  // Short enough to be read aloud and typed again.
  return entropy() % 1'000'000'000;
}

Result<generate::TrafficOptions> MakeTraffic(const GenerateOptions& options,
                                             const event::Catalogue& catalogue) {
  generate::TrafficOptions traffic;
  traffic.world.seed = options.seed ? *options.seed : RandomSeed();
  traffic.world.players = options.players;
  traffic.world.guilds = options.guilds;
  traffic.world.items.assign(catalogue.items().begin(), catalogue.items().end());
  if (options.items == kUniform) traffic.world.mix = generate::ItemMix::kUniform;
  if (options.routes == kClassic) traffic.world.routes = generate::Routes::kClassic;
  traffic.feed.count = options.count;
  traffic.feed.rate = options.rate;
  traffic.feed.lanes = options.to == kToTopic ? 1 : options.connections;
  if (options.duration) {
    auto duration = ParseDuration(*options.duration);
    if (!duration) return std::move(duration).error().In("--duration");
    traffic.feed.duration = *duration;
  }
  if (options.to == kToTopic && options.over_http) {
    return Error{Fault::kBadInput,
                 "--url, --connections, --batch, --routes and --retry say how to speak to serve, "
                 "so --to topic excludes them"};
  }
  if (options.batch > 1 && options.routes == kClassic) {
    return Error{Fault::kBadInput,
                 "the classic routes take one event a request, so --batch needs "
                 "--routes events"};
  }
  return traffic;
}

// Where serve listens as it is configured here.
Result<HostPort> ServerOf(const GenerateOptions& options, const config::Settings& settings) {
  if (options.url) {
    auto server = http::ParseServerUrl(*options.url);
    if (!server) return std::move(server).error().In("--url");
    return server;
  }
  if (settings.serve.port == 0) {
    return Error{Fault::kBadInput, "serve.port is 0, so nobody knows where serve is: say --url"};
  }
  HostPort server{settings.serve.host, static_cast<uint16_t>(settings.serve.port)};
  if (server.host == "0.0.0.0") server.host = "127.0.0.1";
  if (server.host == "::") server.host = "::1";
  return server;
}

generate::HttpOptions HttpOptionsOf(const GenerateOptions& options, HostPort server,
                                    const config::Settings& settings) {
  generate::HttpOptions http;
  http.client.server = std::move(server);
  http.client.answer_timeout = settings.kafka.timeout + kAnswerMargin;
  http.client.user_agent = "gamevents-generate";
  http.batch = options.batch;
  http.retries = options.retries;
  if (options.routes == kClassic) http.routes = generate::Routes::kClassic;
  return http;
}

// The progress line, where somebody sees it.
void ShowProgress(generate::TrafficOptions& traffic) {
  if (::isatty(STDERR_FILENO) != 1 || !spdlog::should_log(spdlog::level::info)) return;
  traffic.on_progress = [](const generate::Counts& counts, std::chrono::duration<double> elapsed) {
    std::fputs((kEraseLine + generate::FormatProgress(counts, elapsed)).c_str(), stderr);
    std::fflush(stderr);
  };
}

Result<generate::Summary> Send(const GenerateOptions& options, const Context& context,
                               const generate::TrafficOptions& traffic,
                               std::optional<HostPort> server) {
  const config::Settings& settings = context.config.settings;
  if (server) {
    auto sent = generate::SendOverHttp(traffic, HttpOptionsOf(options, *server, settings));
    if (!sent && sent.error().fault == Fault::kUnavailable) {
      sent.error().context += "; is gamevents serve running there? Another place: --url";
    }
    return sent;
  }
  const auto cluster = OpenCluster(settings, ListenMode::kEphemeral);
  if (!cluster) return Error(cluster.error());
  kafka::ProducerOptions options_of_producer;
  options_of_producer.client = cluster->client();
  options_of_producer.delivery_timeout = settings.kafka.timeout;
  auto producer = kafka::Producer::Open(options_of_producer);
  if (!producer) return std::move(producer).error();
  return generate::SendToTopic(traffic, **producer, settings.kafka.topic);
}

Result<Exit> Generate(const GenerateOptions& options, const Context& context) {
  const auto catalogue = LoadCatalogue(context.config.settings);
  if (!catalogue) return Error(catalogue.error());
  auto traffic = MakeTraffic(options, *catalogue);
  if (!traffic) return FailUsage(traffic.error().context);
  std::optional<HostPort> server;
  if (options.to == kToServe) {
    auto found = ServerOf(options, context.config.settings);
    if (!found) return FailUsage(found.error().context);
    server = std::move(*found);
  }
  std::unique_ptr<ledger::Writer> ledger;
  if (options.ledger) {
    auto created = ledger::Writer::Create(*options.ledger);
    if (!created) return std::move(created).error().In("--ledger");
    ledger = std::move(*created);
  }
  traffic->ledger = ledger.get();
  ShowProgress(*traffic);
  const auto summary = Send(options, context, *traffic, server);
  if (traffic->on_progress) std::fputs(kEraseLine, stderr);
  if (!summary) return Error(summary.error());
  const bool json = options.format == kJsonSummary;
  const std::string text =
      json ? generate::FormatSummaryAsJson(*summary) : generate::FormatSummary(*summary);
  if (auto written = WriteAll(STDOUT_FILENO, text); !written) {
    return std::move(written).error().In("stdout");
  }
  const int64_t failed = summary->counts.refused + summary->counts.unknown;
  if (failed == 0) return Exit::kOk;
  PrintError(std::to_string(failed) + " of " + std::to_string(summary->counts.sent) +
             " events were not acknowledged; the summary says why");
  return Exit::kFailed;
}

void DeclareWhat(CLI::App& app, GenerateOptions& options) {
  app.add_option("--seed", options.seed, "What the events follow from (a new one each time)")
      ->type_name("N");
  app.add_option("-n,--count", options.count, "Stop after N events")
      ->type_name("N")
      ->check(CLI::Range(int64_t{1}, std::numeric_limits<int64_t>::max()));
  app.add_option("--duration", options.duration, "Stop after this time: 30s, 5m, …")
      ->type_name("TIME");
  app.add_option("--rate", options.rate,
                 "Events a second, whether or not the server keeps up (as fast as answers come)")
      ->type_name("N")
      ->check(CLI::Range(0.001, kRateMax));
  app.add_option("--players", options.players, "How many players there are (10000)")
      ->type_name("N")
      ->check(CLI::Range(uint64_t{1}, generate::kPlayersMax));
  app.add_option("--guilds", options.guilds, "How many guilds there are (100)")
      ->type_name("N")
      ->check(CLI::Range(uint64_t{1}, generate::kGuildsMax));
  app.add_option("--items", options.items, "Some items sell far better than others, or all alike")
      ->type_name("skewed|uniform")
      ->check(CLI::IsMember({"skewed", kUniform}));
}

void DeclareWhere(CLI::App& app, const std::shared_ptr<GenerateOptions>& options) {
  app.add_option("--to", options->to, "A running serve, or the topic without one (serve)")
      ->type_name("serve|topic")
      ->check(CLI::IsMember({kToServe, kToTopic}));
  const std::vector<CLI::Option*> over_http = {
      app.add_option("--url", options->url, "Where serve listens (as configured)")
          ->type_name("http://HOST:PORT"),
      app.add_option("--connections", options->connections, "Keep-alive connections (16)")
          ->type_name("N")
          ->check(CLI::Range(size_t{1}, generate::kConnectionsMax)),
      app.add_option("--batch", options->batch, "Events a request (1)")
          ->type_name("N")
          ->check(CLI::Range(size_t{1}, generate::kBatchMax)),
      app.add_option("--routes", options->routes, "POST /events, or the assignment's routes")
          ->type_name("events|classic")
          ->check(CLI::IsMember({"events", kClassic})),
      app.add_option("--retry", options->retries,
                     "How often what was not acknowledged is sent again (3)")
          ->type_name("N")
          ->check(CLI::Range(0, generate::kRetriesMax)),
  };
  app.callback([options, over_http] {
    for (const CLI::Option* option : over_http) options->over_http |= option->count() > 0;
  });
  app.add_option("--ledger", options->ledger,
                 "Write down each acknowledged event, for consume --verify")
      ->type_name("FILE");
  app.add_option("--format", options->format, "The summary's form (text)")
      ->type_name("text|json")
      ->check(CLI::IsMember({"text", kJsonSummary}));
}

}  // namespace

Run DeclareGenerate(CLI::App& app, std::vector<config::Override>& overrides) {
  auto options = std::make_shared<GenerateOptions>();
  BindKey(app, "--topic", "kafka.topic", "The topic, with --to topic", overrides);
  DeclareWhat(app, *options);
  DeclareWhere(app, options);
  return [options](const Context& context) { return Generate(*options, context); };
}

}  // namespace gamevents::cmd
