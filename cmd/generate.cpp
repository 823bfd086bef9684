// generate: a game's traffic from a seed number, to a running serve or straight to the topic.

#include "cmd/cluster.h"
#include "cmd/command.h"
#include "cmd/flags.h"
#include "cmd/generate/span.h"
#include "cmd/generate/target.h"
#include "cmd/state_options.h"
#include "core/base/file.h"
#include "core/base/notes.h"
#include "core/base/stop.h"
#include "core/base/units.h"
#include "core/base/urgency.h"
#include "core/generate/repeat.h"
#include "core/generate/rhythm.h"
#include "core/generate/traffic.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace gamevents::cmd {
namespace {

constexpr char kToServe[] = "serve";
constexpr char kToTopic[] = "topic";
constexpr char kClassic[] = "classic";
constexpr char kSkewed[] = "skewed";
constexpr char kUniform[] = "uniform";
constexpr char kByPrice[] = "price";
constexpr char kJsonSummary[] = "json";

constexpr double kRateMax = 10'000'000;
// What a server of ours needs beyond kafka.timeout, after which it answers 503.
constexpr std::chrono::milliseconds kAnswerMargin{5'000};
// Enough for the progress line; what is left of an earlier one is blanked by the terminal.
constexpr char kEraseLine[] = "\r\x1b[K";

struct GenerateOptions {
  std::optional<uint64_t> seed;
  SpanFlags span;
  std::optional<int64_t> count;
  std::optional<std::string> duration;
  std::optional<double> rate;
  std::string to = kToServe;
  TargetOptions target;
  size_t connections = 16;
  size_t batch = 1;
  std::string routes = "events";
  int retries = 3;
  std::optional<uint64_t> players;
  uint64_t guilds = 100;
  std::string items;
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

generate::ItemMix MixOf(const GenerateOptions& options) {
  if (options.items == kUniform) return generate::ItemMix::kUniform;
  if (options.items == kByPrice) return generate::ItemMix::kByPrice;
  const bool skewed = options.items == kSkewed || !options.span.span;
  return skewed ? generate::ItemMix::kSkewed : generate::ItemMix::kByPrice;
}

// Where there is --span: plans it, and with it how many players and events there are.
Status SetSpan(const GenerateOptions& options, generate::TrafficOptions& traffic) {
  if (!options.span.span) return Done{};
  if (options.routes == kClassic) {
    return Error{Fault::kBadInput,
                 "the classic routes take no event_time, so --span needs --routes events"};
  }
  generate::SpanOptions rhythm;
  rhythm.seed = traffic.world.seed;
  rhythm.players = options.players;
  rhythm.count = options.count;
  auto planned = PlanSpan(options.span, std::move(rhythm));
  if (!planned) return std::move(planned).error();
  traffic.world.rhythm = std::move(planned).value();
  traffic.world.players = traffic.world.rhythm->players();
  traffic.feed.count = traffic.world.rhythm->events();
  return Done{};
}

Result<generate::TrafficOptions> MakeTraffic(const GenerateOptions& options,
                                             const event::Catalogue& catalogue) {
  generate::TrafficOptions traffic;
  traffic.world.seed = options.seed ? *options.seed : RandomSeed();
  traffic.world.players = options.players.value_or(generate::kPlayersDefault);
  traffic.world.guilds = options.guilds;
  traffic.world.items.assign(catalogue.items().begin(), catalogue.items().end());
  traffic.world.mix = MixOf(options);
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
                 "--url, --header, --api-key-file, --ca, --certificate, --key, --connections, "
                 "--batch, --routes and --retry say how to speak to serve, so --to topic excludes "
                 "them"};
  }
  if (options.batch > 1 && options.routes == kClassic) {
    return Error{Fault::kBadInput,
                 "the classic routes take one event a request, so --batch needs "
                 "--routes events"};
  }
  if (Status set = SetSpan(options, traffic); !set) return std::move(set).error();
  return traffic;
}

generate::HttpOptions HttpOptionsOf(const GenerateOptions& options, const Target& target,
                                    const config::Settings& settings) {
  generate::HttpOptions http;
  http.client.server = target.server;
  http.client.tls = target.tls;
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

// What to do where no connection can be made. An error of TLS says so itself.
std::string RemedyOf(Fault fault) {
  if (fault == Fault::kUnavailable) {
    return "; is gamevents serve running there? Another place: --url";
  }
  return fault == Fault::kNotFound ? "; another place: --url" : "";
}

// What to do about answers that refuse the key; empty where there are none.
std::string KeyRemedyOf(const std::map<std::string, int64_t>& refusals) {
  for (const auto& [reason, count] : refusals) {
    if (reason.starts_with("401 ") || reason.starts_with("403 ")) {
      return ". The server wants another API key: give one that may write with --api-key-file";
    }
  }
  return {};
}

// A seed that is played a second time stores the same events again.
void WarnOfRepeat(const generate::WorldOptions& world, const kafka::ClientOptions& client,
                  const std::string& topic) {
  if (!generate::PlaysOneOf(generate::IdsAtTheEnds(client, topic), world)) return;
  Note(NoteLevel::kWarning, "the topic " + topic + " has events of this world already (--seed " +
                                std::to_string(world.seed) +
                                "): what is sent again is a duplicate, with the same event_id; "
                                "another --seed makes others");
}

Result<generate::TrafficSummary> Send(const GenerateOptions& options, const Context& context,
                                      const generate::TrafficOptions& traffic,
                                      const std::optional<Target>& target) {
  const config::Settings& settings = context.config.settings;
  if (target) {
    auto sent = generate::SendOverHttp(traffic, HttpOptionsOf(options, *target, settings));
    if (!sent) sent.error().context += RemedyOf(sent.error().fault);
    return sent;
  }
  const auto cluster = OpenCluster(settings, ListenMode::kEphemeral);
  if (!cluster) return Error(cluster.error());
  EnsureTopic(*cluster, settings);
  if (options.seed) WarnOfRepeat(traffic.world, cluster->client(), settings.kafka.topic);
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
    auto found = TargetOf(options.target, context.config.settings);
    if (!found) return FailUsage(found.error().context);
    target = std::move(*found);
    SetUrgency(Urgency::kAwaited);  // what is measured is the server's time, not our threads' wait
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
             " events were not acknowledged; the summary says why" +
             KeyRemedyOf(summary->counts.refusals));
  return Exit::kFailed;
}

void DeclareWhat(Flags& flags, GenerateOptions& options) {
  flags.Integer("--seed", "Decides which events there are (a new one each time)", &options.seed);
  flags.Integer("-n,--count", "Stop after N events", &options.count,
                IntegerRange{1, std::numeric_limits<int64_t>::max()});
  DeclareSpan(flags, options.span);
  flags.Text("--duration", "TIME", "Stop after this time: 30s, 5m, …", &options.duration);
  flags.Real("--rate",
             "Events a second, whether or not the server keeps up (as fast as answers come)",
             &options.rate, {0.001, kRateMax});
  flags.Integer("--players",
                "How many players there are (10000; with --span and --count, as many as it takes)",
                &options.players, IntegerRange{1, generate::kPlayersMax});
  flags.Integer("--guilds", "How many guilds there are (100)", &options.guilds,
                IntegerRange{1, generate::kGuildsMax});
  flags.Choice("--items", "skewed|uniform|price",
               "The first sell far better, or all alike, or the cheap (skewed; price with --span)",
               {kSkewed, kUniform, kByPrice}, &options.items);
}

/// Gives the flags that say something about HTTP only.
std::vector<Flag> DeclareWhere(Flags& flags, GenerateOptions& options) {
  flags.Choice("--to", "serve|topic", "A running serve, or the topic without one (serve)",
               {kToServe, kToTopic}, &options.to);
  std::vector<Flag> over_http = DeclareTarget(flags, options.target);
  over_http.insert(
      over_http.end(),
      {
          flags.Integer("--connections", "Keep-alive connections (16)", &options.connections,
                        IntegerRange{1, generate::kConnectionsMax}),
          flags.Integer("--batch", "Events per request (1)", &options.batch,
                        IntegerRange{1, generate::kBatchMax}),
          flags.Choice("--routes", "events|classic", "POST /events, or the assignment's routes",
                       {"events", kClassic}, &options.routes),
          flags.Integer("--retry", "How often an event without acknowledgement is sent again (3)",
                        &options.retries, IntegerRange{0, generate::kRetriesMax}),
      });
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
