// generate: a game's traffic from a seed number, to a running serve or straight to the topic.

#include "cmd/cluster.h"
#include "cmd/command.h"
#include "cmd/flags.h"
#include "cmd/state_options.h"
#include "core/base/ascii.h"
#include "core/base/file.h"
#include "core/base/notes.h"
#include "core/base/stop.h"
#include "core/base/units.h"
#include "core/generate/traffic.h"
#include "core/http/client_connection.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <memory>
#include <optional>
#include <random>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::cmd {
namespace {

constexpr char kToServe[] = "serve";
constexpr char kToTopic[] = "topic";
constexpr char kClassic[] = "classic";
constexpr char kUniform[] = "uniform";
constexpr char kJsonSummary[] = "json";

constexpr char kApiKeyVariable[] = "GAMEVENTS_API_KEY";
constexpr char kApiKeyHeader[] = "X-Api-Key";
constexpr size_t kHeaderFileBytesMax = size_t{64} << 10;
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
  std::vector<std::string> headers;
  std::optional<std::string> api_key_file;
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
                 "--url, --header, --api-key-file, --connections, --batch, --routes and --retry "
                 "say how to speak to serve, so --to topic excludes them"};
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

/// What --header gives. A text that begins with '@' names a file with a header on each line, so
/// that a key need not be seen in the list of processes.
Result<http::Headers> HeadersOf(const std::vector<std::string>& texts) {
  http::Headers headers;
  const auto add = [&headers](std::string_view line) -> Status {
    auto header = http::ParseHeaderLine(line);
    if (!header) return std::move(header).error().In("--header");
    headers.push_back(std::move(*header));
    return Done{};
  };
  for (const std::string& text : texts) {
    if (!text.starts_with('@')) {
      if (Status added = add(text); !added) return std::move(added).error();
      continue;
    }
    const auto file = ReadFile(text.substr(1), kHeaderFileBytesMax);
    if (!file) return Error(file.error()).In("--header");
    std::istringstream lines(*file);
    for (std::string line; std::getline(lines, line);) {
      if (line.empty()) continue;
      if (Status added = add(line); !added) return std::move(added).error();
    }
  }
  return headers;
}

/// The API key to send: what --api-key-file holds, else what GAMEVENTS_API_KEY is; nothing for
/// none. A text on the command line could be seen in the list of processes.
Result<std::optional<std::string>> ApiKeyOf(const GenerateOptions& options) {
  if (!options.api_key_file) {
    const char* given = std::getenv(kApiKeyVariable);
    if (given == nullptr || *given == '\0') return std::optional<std::string>();
    return std::optional<std::string>(given);
  }
  const auto text = ReadFile(*options.api_key_file, kHeaderFileBytesMax);
  if (!text) return Error(text.error()).In("--api-key-file");
  const std::string_view key = Trim(*text, " \t\r\n");
  const bool one_line = key.find('\n') == key.npos;
  if (!key.empty() && one_line) return std::optional<std::string>(key);
  return Error{Fault::kBadInput, "--api-key-file " + *options.api_key_file +
                                     ": expected one line with the key, as gamevents keys add "
                                     "prints it"};
}

/// Adds the API key to the headers. Errors: kBadInput when it cannot be sent, or a header says
/// another one.
Status AddApiKey(const GenerateOptions& options, http::Headers& headers) {
  const auto key = ApiKeyOf(options);
  if (!key) return Error(key.error());
  if (!*key) return Done{};
  const std::string from = options.api_key_file ? "--api-key-file" : kApiKeyVariable;
  const auto is_key = [](const auto& header) {
    return EqualsIgnoringCase(header.first, kApiKeyHeader);
  };
  if (std::ranges::any_of(headers, is_key)) {
    // What is typed wins over what lies in the environment.
    if (!options.api_key_file) return Done{};
    return Error{Fault::kBadInput, "--api-key-file and --header give two API keys: leave one out"};
  }
  auto header = http::ParseHeaderLine(std::string(kApiKeyHeader) + ": " + **key);
  if (!header) return std::move(header).error().In(from);
  headers.push_back(std::move(header).value());
  return Done{};
}

/// The server, and what each request to it carries.
struct Target {
  HostPort server;
  http::Headers headers;
};

Result<Target> TargetOf(const GenerateOptions& options, const config::Settings& settings) {
  auto server = ServerOf(options, settings);
  if (!server) return std::move(server).error();
  auto headers = HeadersOf(options.headers);
  if (!headers) return std::move(headers).error();
  if (Status added = AddApiKey(options, *headers); !added) return std::move(added).error();
  return Target{std::move(*server), std::move(*headers)};
}

generate::HttpOptions HttpOptionsOf(const GenerateOptions& options, const Target& target,
                                    const config::Settings& settings) {
  generate::HttpOptions http;
  http.client.server = target.server;
  http.headers = target.headers;
  http.client.answer_timeout = settings.kafka.timeout + kAnswerMargin;
  http.client.user_agent = "gamevents-generate";
  http.batch = options.batch;
  http.retries = options.retries;
  if (options.routes == kClassic) http.routes = generate::Routes::kClassic;
  return http;
}

// The progress line, where somebody sees it.
void ShowProgress(generate::TrafficOptions& traffic) {
  if (::isatty(STDERR_FILENO) != 1 || !IsNoted(NoteLevel::kInfo)) return;
  traffic.on_progress = [asked = traffic.feed](const generate::Counts& counts,
                                               std::chrono::duration<double> elapsed) {
    std::fputs((kEraseLine + generate::FormatProgress(counts, elapsed, asked)).c_str(), stderr);
    std::fflush(stderr);
  };
}

Result<generate::TrafficSummary> Send(const GenerateOptions& options, const Context& context,
                                      const generate::TrafficOptions& traffic,
                                      const std::optional<Target>& target) {
  const config::Settings& settings = context.config.settings;
  if (target) {
    auto sent = generate::SendOverHttp(traffic, HttpOptionsOf(options, *target, settings));
    if (!sent && sent.error().fault == Fault::kUnavailable) {
      sent.error().context += "; is gamevents serve running there? Another place: --url";
    }
    return sent;
  }
  const auto cluster = OpenCluster(settings, ListenMode::kEphemeral);
  if (!cluster) return Error(cluster.error());
  EnsureTopic(*cluster, settings);
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
  std::optional<Target> target;
  if (options.to == kToServe) {
    auto found = TargetOf(options, context.config.settings);
    if (!found) return FailUsage(found.error().context);
    target = std::move(*found);
  }
  std::unique_ptr<ledger::Writer> ledger;
  if (options.ledger) {
    auto created = ledger::Writer::Create(*options.ledger);
    if (!created) return std::move(created).error().In("--ledger");
    ledger = std::move(*created);
  }
  traffic->ledger = ledger.get();
  ShowProgress(*traffic);
  const auto summary = Send(options, context, *traffic, target);
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

void DeclareWhat(Flags& flags, GenerateOptions& options) {
  flags.Integer("--seed", "Decides which events there are (a new one each time)", &options.seed);
  flags.Integer("-n,--count", "Stop after N events", &options.count,
                IntegerRange{1, std::numeric_limits<int64_t>::max()});
  flags.Text("--duration", "TIME", "Stop after this time: 30s, 5m, …", &options.duration);
  flags.Real("--rate",
             "Events a second, whether or not the server keeps up (as fast as answers come)",
             &options.rate, {0.001, kRateMax});
  flags.Integer("--players", "How many players there are (10000)", &options.players,
                IntegerRange{1, generate::kPlayersMax});
  flags.Integer("--guilds", "How many guilds there are (100)", &options.guilds,
                IntegerRange{1, generate::kGuildsMax});
  flags.Choice("--items", "skewed|uniform", "Some items sell far better than others, or all alike",
               {"skewed", kUniform}, &options.items);
}

/// Gives the flags that say something about HTTP only.
std::vector<Flag> DeclareWhere(Flags& flags, GenerateOptions& options) {
  flags.Choice("--to", "serve|topic", "A running serve, or the topic without one (serve)",
               {kToServe, kToTopic}, &options.to);
  const std::vector<Flag> over_http = {
      flags.Text("--url", "http://HOST:PORT", "Where serve listens (as configured)", &options.url),
      flags.Text("-H,--header", "'NAME: VALUE'", "A header of each request; @FILE: those of a file",
                 &options.headers),
      flags.Text("--api-key-file", "FILE",
                 "The API key of a serve that asks for one (GAMEVENTS_API_KEY)",
                 &options.api_key_file),
      flags.Integer("--connections", "Keep-alive connections (16)", &options.connections,
                    IntegerRange{1, generate::kConnectionsMax}),
      flags.Integer("--batch", "Events per request (1)", &options.batch,
                    IntegerRange{1, generate::kBatchMax}),
      flags.Choice("--routes", "events|classic", "POST /events, or the assignment's routes",
                   {"events", kClassic}, &options.routes),
      flags.Integer("--retry", "How often an event without acknowledgement is sent again (3)",
                    &options.retries, IntegerRange{0, generate::kRetriesMax}),
  };
  flags.Text("--ledger", "FILE", "Write down each acknowledged event, for consume --verify",
             &options.ledger);
  flags.Choice("--format,--output", "text|json", "The summary's form (text)",
               {"text", kJsonSummary}, &options.format);
  return over_http;
}

}  // namespace

Run DeclareGenerate(Flags& flags) {
  auto options = std::make_shared<GenerateOptions>();
  flags.Key("--topic", "kafka.topic", "The topic, with --to topic");
  DeclareWhat(flags, *options);
  const std::vector<Flag> over_http = DeclareWhere(flags, *options);
  return [options, over_http](const Context& context) {
    options->over_http = std::ranges::any_of(over_http, &Flag::Given);
    return Generate(*options, context);
  };
}

}  // namespace gamevents::cmd
