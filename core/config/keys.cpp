#include "core/config/keys.h"

#include "core/base/ascii.h"
#include "core/base/text.h"
#include "core/base/units.h"
#include "core/config/key_checks.h"
#include "core/config/listeners.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace gamevents::config {
namespace {

constexpr int64_t kSecond = 1000;
constexpr int64_t kMinute = 60 * kSecond;
constexpr int64_t kHour = 60 * kMinute;
constexpr int64_t kKiB = int64_t{1} << 10;
constexpr int64_t kMiB = int64_t{1} << 20;
constexpr int64_t kGiB = int64_t{1} << 30;
constexpr int64_t kTiB = int64_t{1} << 40;
constexpr int64_t kDay = 24 * kHour;

constexpr auto kContractModes = std::to_array<std::string_view>({"off", "warn", "enforce"});
constexpr auto kUnknownTypes = std::to_array<std::string_view>({"accept", "refuse"});
constexpr auto kEventTimeUses = std::to_array<std::string_view>({"record", "ignore"});
constexpr auto kDialects = std::to_array<std::string_view>(
    {"segment", "posthog", "amplitude", "mixpanel", "unreal", "gameanalytics-aws"});
constexpr auto kAddressForms = std::to_array<std::string_view>({"full", "truncated", "none"});
constexpr auto kDoNotTrackUses = std::to_array<std::string_view>({"ignore", "anonymous", "drop"});
constexpr auto kAccessLogForms = std::to_array<std::string_view>({"off", "text", "json"});
constexpr auto kLogLevels =
    std::to_array<std::string_view>({"trace", "debug", "info", "warn", "error"});
constexpr auto kLogFormats = std::to_array<std::string_view>({"text", "json"});

#define FIELD(member) [](Settings& settings) -> Field { return &settings.member; }

constexpr auto kKeys = std::to_array<Key>({
    {"kafka.brokers",
     Type::kString,
     kEmbedded,
     3,
     8 * kKiB,
     "Where the Kafka brokers are: HOST:PORT, several separated by commas; or embedded, which "
     "needs none.",
     FIELD(kafka.brokers),
     {},
     CheckBrokers},
    {"kafka.topic",
     Type::kString,
     "eventsForm",
     1,
     249,
     "The topic that holds the events.",
     FIELD(kafka.topic),
     {},
     CheckTopic},
    {"kafka.partitions", Type::kInteger, "1", 1, 10'000,
     "How many partitions a topic is created with.", FIELD(kafka.partitions)},
    {"kafka.replication_factor", Type::kInteger, "1", 1, 1000,
     "How many brokers keep a copy of each partition of a topic that is created.",
     FIELD(kafka.replication_factor)},
    {"kafka.timeout", Type::kDuration, "10s", 100, kHour,
     "How long to wait for a broker, an acknowledgement included, before giving up.",
     FIELD(kafka.timeout)},
    {"kafka.properties", Type::kEntries, "", 0, 256,
     "Properties of librdkafka, passed through: security.protocol, sasl.username, …",
     FIELD(kafka.properties)},
    {"embedded.data_dir", Type::kString, "~/.local/state/gamevents", 1, 4 * kKiB,
     "Where the embedded broker keeps its data; unless set, gamevents in $XDG_STATE_HOME if there "
     "is one.",
     FIELD(embedded.data_dir)},
    {"embedded.listen",
     Type::kString,
     "127.0.0.1:29092",
     3,
     255,
     "Where the embedded broker of serve and broker listens; port 0 for any free one.",
     FIELD(embedded.listen),
     {},
     CheckListen},
    {"embedded.listeners",
     Type::kStrings,
     "",
     0,
     16,
     "Where serve and broker listen instead, in the words of Kafka's setting of this name: "
     "SASL_SSL://0.0.0.0:29093, one for each address, with PLAINTEXT, SSL, SASL_PLAINTEXT or "
     "SASL_SSL. Commands of this machine use the first PLAINTEXT one that is not advertised under "
     "another address; without a PLAINTEXT one they have a listener of their own.",
     FIELD(embedded.listeners),
     {},
     CheckListener},
    {"embedded.advertised_listeners",
     Type::kStrings,
     "",
     0,
     16,
     "What clients of each listener are told to connect to, in the listeners' order: the address "
     "before a mapped port, a tunnel or a proxy. Without one: the address that they came in on.",
     FIELD(embedded.advertised_listeners),
     {},
     CheckAdvertisedListener},
    {"embedded.allow_plaintext", Type::kBoolean, "false", 0, 0,
     "Whether the embedded broker may listen beyond this machine without TLS and passwords "
     "(SASL_SSL), where everybody who reaches it can read and change what passes.",
     FIELD(embedded.allow_plaintext)},
    {"embedded.tls.certificate", Type::kString, "", 0, 4 * kKiB,
     "A file with the embedded broker's certificate in PEM, and those between it and its issuer, "
     "for the SSL and SASL_SSL listeners. With it embedded.listen speaks TLS, and commands of this "
     "machine have a listener of their own. Read again when it changes, and on SIGHUP.",
     FIELD(embedded.tls.certificate)},
    {"embedded.tls.key", Type::kString, "", 0, 4 * kKiB,
     "A file with that certificate's private key in PEM, without a passphrase.",
     FIELD(embedded.tls.key)},
    {"embedded.tls.client_ca", Type::kString, "", 0, 4 * kKiB,
     "A file with the authorities, in PEM, one of which must have issued the certificate of each "
     "client that comes by TLS; without it no client needs one.",
     FIELD(embedded.tls.client_ca)},
    {"embedded.users_file", Type::kString, "", 0, 4 * kKiB,
     "The users of the embedded broker that gamevents users adds, without their passwords; unless "
     "set, the file users in embedded.data_dir.",
     FIELD(embedded.users_file)},
    {"embedded.session_lifetime", Type::kDuration, "0", 0, 36'500 * kDay,
     "How long a login to the embedded broker counts before the client must repeat it (KIP-368), "
     "as Kafka's connections.max.reauth.ms; 0 for as long as the connection.",
     FIELD(embedded.session_lifetime)},
    {"embedded.fsync",
     Type::kString,
     kFsyncAlways,
     2,
     16,
     "always: what is acknowledged is on disk; or how often to sync, 100ms for example, with so "
     "much to lose.",
     FIELD(embedded.fsync),
     {},
     CheckFsync},
    {"embedded.segment_size", Type::kSize, "128MiB", 2 * kMiB, 2 * kGiB - 1,
     "How large a file of a partition's log becomes before the next one is begun.",
     FIELD(embedded.segment_size)},
    {"embedded.retention_age", Type::kDuration, "0", 0, 36'500 * kDay,
     "How long records are kept, by whole segments; 0 for ever.", FIELD(embedded.retention_age)},
    {"embedded.retention_size", Type::kSize, "0", 0, 1024 * kTiB,
     "How many bytes of a partition are kept, by whole segments; 0 for any number.",
     FIELD(embedded.retention_size)},
    {"embedded.auto_create", Type::kBoolean, "true", 0, 0,
     "Whether a topic is made when a client first asks for it.", FIELD(embedded.auto_create)},
    {"embedded.lenient_replication", Type::kBoolean, "false", 0, 0,
     "Whether a replication factor above 1 is taken for 1, or refused.",
     FIELD(embedded.lenient_replication)},
    {"embedded.threads", Type::kInteger, "2", 1, 256,
     "How many threads answer the embedded broker's clients.", FIELD(embedded.threads)},
    {"embedded.connections", Type::kInteger, "1000", 1, 100'000,
     "How many clients may be connected; one more is closed at once.", FIELD(embedded.connections)},
    {"embedded.request_size", Type::kSize, "100MiB", 2 * kMiB, kGiB,
     "The largest request taken; the connection of a larger one is closed.",
     FIELD(embedded.request_size)},
    {"embedded.in_flight", Type::kInteger, "64", 1, 10'000,
     "How many requests of one client are answered at once; the rest wait.",
     FIELD(embedded.in_flight)},
    {"embedded.request_memory", Type::kSize, "256MiB", 2 * kMiB, kTiB,
     "The memory of all requests above 64 KiB together, at least embedded.request_size; beyond it "
     "reading waits.",
     FIELD(embedded.request_memory)},
    {"embedded.topics", Type::kInteger, "1000", 1, 100'000, "How many topics there may be.",
     FIELD(embedded.topics)},
    {"embedded.partitions", Type::kInteger, "10000", 1, 100'000,
     "How many partitions all topics may have together.", FIELD(embedded.partitions)},
    {"embedded.group_members", Type::kInteger, "1000", 1, 100'000,
     "How many members a consumer group may have.", FIELD(embedded.group_members)},
    {"embedded.metrics_listen",
     Type::kString,
     "",
     0,
     255,
     "Where gamevents broker answers /metrics, /healthz and /readyz by HTTP, as HOST:PORT; port 0 "
     "for any free one; empty: nowhere. There are neither keys nor TLS. serve has these on its own "
     "port.",
     FIELD(embedded.metrics_listen),
     {},
     CheckMetricsListen},
    {"forward.brokers",
     Type::kString,
     "",
     0,
     8 * kKiB,
     "A cluster that serve and broker copy the embedded log to, as HOST:PORT, several separated by "
     "commas; empty: none.",
     FIELD(forward.brokers),
     {},
     CheckTarget},
    {"forward.topics",
     Type::kStrings,
     "",
     0,
     64,
     "The topics that are copied; without one: kafka.topic.",
     FIELD(forward.topics),
     {},
     CheckTopic},
    {"forward.properties", Type::kEntries, "", 0, 256,
     "Properties of librdkafka for that cluster, in place of kafka.properties.",
     FIELD(forward.properties)},
    {"forward.replication_factor", Type::kInteger, "-1", -1, 1000,
     "How many brokers of that cluster keep a copy of a topic that is created there; -1: as the "
     "cluster is set.",
     FIELD(forward.replication_factor)},
    {"forward.rate", Type::kSize, "0", 0, kTiB,
     "How many bytes of records are copied a second; 0 for as many as it takes.",
     FIELD(forward.rate)},
    {"serve.host", Type::kString, "127.0.0.1", 1, 255,
     "The address or name to listen on; 0.0.0.0 for every network of the machine.",
     FIELD(serve.host)},
    {"serve.port", Type::kInteger, "5000", 0, 65535,
     "The port to listen on; 0 for any free one, which is then printed.", FIELD(serve.port)},
    {"serve.tls.certificate", Type::kString, "", 0, 4 * kKiB,
     "A file with the server's certificate in PEM, and those between it and its issuer: the server "
     "speaks HTTPS. Read again when it changes, and on SIGHUP.",
     FIELD(serve.tls.certificate)},
    {"serve.tls.key", Type::kString, "", 0, 4 * kKiB,
     "A file with the certificate's private key in PEM, without a passphrase.",
     FIELD(serve.tls.key)},
    {"serve.tls.client_ca", Type::kString, "", 0, 4 * kKiB,
     "A file with the authorities, in PEM, one of which must have issued each client's "
     "certificate; without it no client needs one.",
     FIELD(serve.tls.client_ca)},
    {"serve.threads", Type::kInteger, "0", 0, 256,
     "How many event loops serve the connections, each in a thread of its own; 0 for one a core.",
     FIELD(serve.threads)},
    {"serve.max_body", Type::kSize, "1MiB", kKiB, 256 * kMiB,
     "The longest request body taken, also when unpacked; a longer one is answered with 413.",
     FIELD(serve.max_body)},
    {"serve.max_connections", Type::kInteger, "20000", 1, 1'000'000,
     "How many clients may be connected; one more is answered 503 and closed. Fewer where the "
     "limit on open files leaves no room.",
     FIELD(serve.max_connections)},
    {"serve.request_memory", Type::kSize, "256MiB", kMiB, kTiB,
     "The memory of all requests and answers, at least serve.max_body; beyond it the connection "
     "that holds most is closed.",
     FIELD(serve.request_memory)},
    {"serve.header_timeout", Type::kDuration, "10s", 10, kHour,
     "How long a request's headers may take from their first byte; then 408.",
     FIELD(serve.header_timeout)},
    {"serve.body_timeout", Type::kDuration, "30s", 10, kDay,
     "How long a request's body may take after the headers; then 408.", FIELD(serve.body_timeout)},
    {"serve.idle_timeout", Type::kDuration, "75s", 10, kDay,
     "How long a connection may be silent between requests; then it is closed.",
     FIELD(serve.idle_timeout)},
    {"serve.write_timeout", Type::kDuration, "10s", 10, kHour,
     "How long a client may take nothing of its answer; then its connection is cut.",
     FIELD(serve.write_timeout)},
    {"serve.trusted_proxies",
     Type::kStrings,
     "",
     0,
     256,
     "Networks of proxies whose Forwarded and X-Forwarded-For headers say who the client is: "
     "10.0.0.0/8, fd00::/8 or single addresses.",
     FIELD(serve.trusted_proxies),
     {},
     CheckNetwork},
    {"serve.drain", Type::kDuration, "10s", 0, 10 * kMinute,
     "How long requests that have begun may take to end after SIGTERM.", FIELD(serve.drain)},
    {"serve.ip", Type::kString, "full", 4, 9,
     "How much of a client's address is written down, with events and in the access log: full; "
     "truncated, to an IPv4 network of 24 bits or an IPv6 network of 48; none.",
     FIELD(serve.ip), kAddressForms},
    {"serve.headers",
     Type::kStrings,
     "*",
     0,
     64,
     "Request headers that events get; * for all but those that are left out.",
     FIELD(serve.headers),
     {},
     CheckHeaderName},
    {"serve.redact_headers",
     Type::kStrings,
     "",
     0,
     64,
     "Request headers left out of events, beside Authorization, Cookie, Proxy-Authorization and "
     "X-Api-Key.",
     FIELD(serve.redact_headers),
     {},
     CheckHeaderName},
    {"serve.do_not_track", Type::kString, "ignore", 4, 9,
     "What becomes of the events of requests with DNT: 1 or Sec-GPC: 1. ignore: what becomes of "
     "others; anonymous: they are stored without address, headers and user; drop: they are not "
     "stored. Commands, as purchases, are stored and keep their user.",
     FIELD(serve.do_not_track), kDoNotTrackUses},
    {"serve.drain_delay", Type::kDuration, "0", 0, 10 * kMinute,
     "How long to go on taking connections after SIGTERM while /readyz says 503, so that load "
     "balancers notice.",
     FIELD(serve.drain_delay)},
    {"serve.max_in_flight", Type::kInteger, "10000", 1, 1'000'000,
     "How many requests may wait for their answers; one more is answered with 503 at once.",
     FIELD(serve.max_in_flight)},
    {"serve.queue_records", Type::kInteger, "100000", 1, 10'000'000,
     "How many events may wait for Kafka; one more is answered with 503 at once.",
     FIELD(serve.queue_records)},
    {"serve.queue_bytes", Type::kSize, "256MiB", kMiB, 64 * kGiB,
     "How many bytes of events may wait for Kafka; beyond it 503.", FIELD(serve.queue_bytes)},
    {"serve.rate_limit", Type::kInteger, "0", 0, 1'000'000,
     "Requests a second that one address may send in the long run, then 429; 0 for any number.",
     FIELD(serve.rate_limit)},
    {"serve.rate_burst", Type::kInteger, "20", 1, 1'000'000,
     "Requests that one address may send at once after a pause.", FIELD(serve.rate_burst)},
    {"serve.api_keys_file", Type::kString, "", 0, 4 * kKiB,
     "The API keys that gamevents keys adds, as hashes; without it no key is asked for.",
     FIELD(serve.api_keys_file)},
    {"serve.open_routes", Type::kStrings, "/healthz,/readyz,/metrics,/openapi.json,/gamevents.js",
     0, 64, "The routes that need no API key.", FIELD(serve.open_routes)},
    {"serve.hosts",
     Type::kStrings,
     "",
     0,
     64,
     "Names that the server has beside localhost and addresses, game.example for example. When it "
     "listens on a loopback address, or when there are names here, 421 answers requests for any "
     "other.",
     FIELD(serve.hosts),
     {},
     CheckHost},
    {"serve.cors_origins",
     Type::kStrings,
     "",
     0,
     64,
     "Origins whose pages may use the API, https://game.example for example; * for every page.",
     FIELD(serve.cors_origins),
     {},
     CheckOrigin},
    {"serve.access_log", Type::kString, "off", 2, 4, "Whether to write a line a request, and how.",
     FIELD(serve.access_log), kAccessLogForms},
    {"serve.access_log_file", Type::kString, "", 0, 4 * kKiB,
     "The file that the access log is appended to; unless set, stderr.",
     FIELD(serve.access_log_file)},
    {"serve.max_event", Type::kSize, "256KiB", kKiB, 64 * kMiB,
     "The longest event that POST /events takes, as it is sent.", FIELD(serve.max_event)},
    {"serve.max_batch", Type::kInteger, "10000", 1, 1'000'000,
     "How many events one request to POST /events may have.", FIELD(serve.max_batch)},
    {"serve.rejected_topic",
     Type::kString,
     "",
     0,
     249,
     "A topic that keeps what POST /events refuses for its content; empty for none.",
     FIELD(serve.rejected_topic),
     {},
     CheckTopic},
    {"serve.dialects", Type::kStrings, "", 0, 6,
     "The SDKs whose events are taken on their own paths, as docs/sdks.md says.",
     FIELD(serve.dialects), kDialects},
    {"serve.contracts", Type::kString, "", 0, 4 * kKiB,
     "A folder of contracts, as JSON Schema, that the events of POST /events are held against; "
     "empty for none. Read again on SIGHUP.",
     FIELD(serve.contracts)},
    {"serve.contracts_mode", Type::kString, "enforce", 3, 7,
     "What becomes of an event that breaks its contract. enforce: it is refused; warn: it is "
     "taken, counted and noted; off: nothing is checked.",
     FIELD(serve.contracts_mode), kContractModes},
    {"serve.contracts_unknown", Type::kString, "accept", 6, 6,
     "What becomes of an event whose type has no contract, where contracts are enforced.",
     FIELD(serve.contracts_unknown), kUnknownTypes},
    {"serve.dedupe_window", Type::kDuration, "10m", 0, 7 * kDay,
     "How long an event_id or Idempotency-Key is known again; 0 for not at all.",
     FIELD(serve.dedupe_window)},
    {"serve.dedupe_events", Type::kInteger, "1000000", 0, 100'000'000,
     "How many of them, the latest, are known; 32 MB of memory a million, and 48 MB more while "
     "they are read back at the start. 0 for none.",
     FIELD(serve.dedupe_events)},
    {"serve.report_time", Type::kDuration, "30s", 100, kHour,
     "How long a named report that is asked for over HTTP may take, or a page of the dashboard "
     "with a range or a filter.",
     FIELD(serve.report_time)},
    {"serve.report_cache", Type::kDuration, "10s", 0, kHour,
     "How long its answer is given again to whoever asks next; 0: not at all.",
     FIELD(serve.report_cache)},
    {"serve.event_time", Type::kString, "ignore", 6, 6,
     "Whether an event_time of POST /events, or a CloudEvent's time, becomes the record's time.",
     FIELD(serve.event_time), kEventTimeUses},
    {"serve.event_time_past", Type::kDuration, "7d", 0, 3'650 * kDay,
     "How long before its arrival an event may say that it happened; else the record has the time "
     "of arrival.",
     FIELD(serve.event_time_past)},
    {"serve.event_time_future", Type::kDuration, "5m", 0, 3'650 * kDay,
     "How long behind its arrival it may say so: how wrong a client's clock may be.",
     FIELD(serve.event_time_future)},
    {"serve.dashboard", Type::kBoolean, "true", 0, 0,
     "Whether there is a dashboard at /dashboard. The topic is read for it only while somebody "
     "looks.",
     FIELD(serve.dashboard)},
    {"serve.dashboard_watchers", Type::kInteger, "32", 1, 10'000,
     "How many may watch the dashboard at once; one more is answered with 503.",
     FIELD(serve.dashboard_watchers)},
    {"report.memory", Type::kSize, "256MiB", kMiB, kTiB,
     "What one table or grouping of report may keep in memory.", FIELD(report.memory)},
    {"report.time_zone",
     Type::kString,
     "UTC",
     1,
     128,
     "The time zone by whose clocks days begin, as Europe/Berlin: of report's steps of time, and "
     "of times that are typed without an offset.",
     FIELD(report.time_zone),
     {},
     CheckTimeZone},
    {.name = "reports",
     .type = Type::kEntries,
     .default_text = "",
     .min = 0,
     .max = 1024,
     .help = "Questions that have a name: under each name the flags of report that ask it, and a "
             "title.",
     .field = FIELD(reports),
     .check = CheckReportPart,
     .is_grouped = true},
    {"spark.master", Type::kString, "local[*]", 1, 4 * kKiB,
     "The Spark that report --engine spark submits its job to: local[*] for this machine, "
     "spark://HOST:7077, yarn, k8s://…",
     FIELD(spark.master)},
    {"spark.submit", Type::kString, "spark-submit", 1, 4 * kKiB,
     "The program that submits: a path, or a name to look for on PATH.", FIELD(spark.submit)},
    {"spark.packages", Type::kStrings, "org.apache.spark:spark-sql-kafka-0-10_2.13:4.0.0", 0, 64,
     "The Maven packages with Spark's Kafka source, of the Spark's own version; none where it is "
     "installed.",
     FIELD(spark.packages)},
    {"spark.jars", Type::kStrings, "", 0, 256,
     "Jars in place of spark.packages, for machines that do not download.", FIELD(spark.jars)},
    {"spark.properties", Type::kEntries, "", 0, 256,
     "Properties of Spark, passed through: spark.executor.memory, …", FIELD(spark.properties)},
    {"spark.kafka_properties", Type::kEntries, "", 0, 256,
     "Properties of Kafka's Java client, which Spark reads with, in place of kafka.properties.",
     FIELD(spark.kafka_properties)},
    {"spark.timeout", Type::kDuration, "1h", kSecond, 30 * kDay, "How long the Spark job may take.",
     FIELD(spark.timeout)},
    {"log.level", Type::kString, "info", 4, 5,
     "How much is noted on stderr, unless -v or -q says it.", FIELD(log.level), kLogLevels},
    {"log.format", Type::kString, "text", 4, 4,
     "How notes and errors are written on stderr; json: an object on each line.", FIELD(log.format),
     kLogFormats},
    {.name = "catalogue.file",
     .type = Type::kString,
     .default_text = "",
     .min = 0,
     .max = 4 * kKiB,
     .help = "The items that can be bought: a file like configs/items.yaml, from this file's "
             "folder when relative; none for the built-in ones.",
     .field = FIELD(catalogue.file),
     .is_path = true},
    {"state.snapshot", Type::kString, "", 0, 4 * kKiB,
     "Where serve keeps its snapshot of carts, inventories and guilds; unless set, a file named "
     "after the topic in the folder .state of embedded.data_dir.",
     FIELD(state.snapshot)},
    {"state.snapshot_interval", Type::kDuration, "30s", 100, kDay,
     "How long changes may wait for the next snapshot.", FIELD(state.snapshot_interval)},
    {"state.snapshot_events", Type::kInteger, "100000", 1, 10'000'000,
     "How many events may wait for the next snapshot.", FIELD(state.snapshot_events)},
});

#undef FIELD

}  // namespace

std::span<const Key> Keys() { return kKeys; }

const Key* FindKey(std::string_view name) {
  const auto found = std::ranges::find(kKeys, name, &Key::name);
  return found == kKeys.end() ? nullptr : &*found;
}

Status CheckRelations(const Settings& settings) {
  const auto too_small = [](const char* key, int64_t memory, const char* of, int64_t largest) {
    return Error{Fault::kBadInput, std::string(key) + ": " + FormatSize(memory) + " is less than " +
                                       of + ", " + FormatSize(largest) +
                                       ": the largest request could never be taken"};
  };
  const Settings::Embedded& embedded = settings.embedded;
  if (embedded.request_memory < embedded.request_size) {
    return too_small("embedded.request_memory", embedded.request_memory, "embedded.request_size",
                     embedded.request_size);
  }
  if (auto listeners = CheckListeners(embedded); !listeners) return listeners;
  const Settings::Serve& serve = settings.serve;
  if (serve.request_memory < serve.max_body) {
    return too_small("serve.request_memory", serve.request_memory, "serve.max_body",
                     serve.max_body);
  }
  if (serve.rejected_topic == settings.kafka.topic) {
    return Error{Fault::kBadInput, "serve.rejected_topic: it is kafka.topic, " +
                                       settings.kafka.topic +
                                       ": what is refused would stand among the events"};
  }
  return Done{};
}

std::string_view GroupOf(const Key& key) {
  const size_t dot = key.name.rfind('.');
  return key.name.substr(0, dot == key.name.npos ? 0 : dot);
}

bool IsGroup(std::string_view name) {
  return std::ranges::any_of(kKeys, [&](const Key& key) { return GroupOf(key) == name; });
}

std::string_view SectionOf(const Key& key) { return key.name.substr(0, key.name.find('.')); }

std::string EnvironmentName(const Key& key) {
  std::string name = "GAMEVENTS_" + std::string(key.name);
  for (char& c : name) {
    c = c == '.' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return name;
}

std::string DidYouMeanKey(std::string_view name) {
  std::vector<std::string_view> names;
  for (const Key& key : kKeys) names.push_back(key.name);
  const auto ending = std::ranges::find_if(
      names, [&](std::string_view full) { return full.substr(full.find('.') + 1) == name; });
  return DidYouMean(ending == names.end() ? name : *ending, names);
}

std::string_view TypeName(Type type) {
  switch (type) {
    case Type::kString:
      return "text";
    case Type::kInteger:
      return "integer";
    case Type::kBoolean:
      return "boolean";
    case Type::kDuration:
      return "duration";
    case Type::kSize:
      return "size";
    case Type::kStrings:
      return "list";
    case Type::kEntries:
      return "entries";
  }
  return "";
}

bool IsSecretName(std::string_view name) {
  constexpr auto kTelling = std::to_array<std::string_view>(
      {"password", "passphrase", "secret", "token", "key.pem", "oauthbearer.config", "jaas"});
  const std::string lower = Lower(name);
  return std::ranges::any_of(kTelling,
                             [&](std::string_view part) { return lower.find(part) != lower.npos; });
}

}  // namespace gamevents::config
