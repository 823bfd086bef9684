// Goal: a default stands in one place, the table of keys; an options struct that states one as well
// states the same. Method: every key of the table is named below, with the defaults of the structs
// that it ends in, or with the reason why there are none. A new key is in neither list.
#include "core/collector/gate/gate.h"
#include "core/collector/gate/rate_limiter.h"
#include "core/collector/ingest/ingest.h"
#include "core/collector/request/privacy.h"
#include "core/config/apply.h"
#include "core/config/keys.h"
#include "core/dashboard/board.h"
#include "core/dashboard/follower.h"
#include "core/embedded/runner.h"
#include "core/forward/forwarder.h"
#include "core/http/front_end.h"
#include "core/kafka/admin.h"
#include "core/kafka/client_options.h"
#include "core/kafka/producer.h"
#include "core/report/answer/overview.h"
#include "core/report/ask/question.h"
#include "core/state/projection.h"
#include "tests/unit/catch.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

namespace gamevents {
namespace {

using std::chrono::milliseconds;
using Strings = std::vector<std::string>;
using Entries = std::map<std::string, std::string>;

/// A default as a struct of options states it, in the type of the key's setting.
using Default = std::variant<std::string, int64_t, bool, milliseconds, Strings, Entries>;

struct StatedDefault {
  std::string_view key;
  std::string_view where;  ///< the struct and its member
  Default value;
};

template <class Number>
  requires(std::integral<Number> && !std::same_as<Number, bool>)
Default Of(Number number) {
  return static_cast<int64_t>(number);
}
template <class Value>
  requires(!std::integral<Value> || std::same_as<Value, bool>)
Default Of(Value value) {
  return Default(std::move(value));
}

/// `MEMBER` of a default-constructed `STRUCT`.
#define STATED(KEY, STRUCT, MEMBER) \
  StatedDefault { KEY, #STRUCT "::" #MEMBER, Of(STRUCT{}.MEMBER) }

std::vector<StatedDefault> OfEmbedded() {
  using broker::BrokerOptions;
  using broker::ServerOptions;
  using log::LogManager;
  using log::LogOptions;
  const LogOptions log;
  return {
      STATED("embedded.segment_size", LogOptions, segment_bytes),
      // 0 stands for no limit.
      {"embedded.retention_age", "LogOptions::retention_age",
       log.retention_age.value_or(milliseconds(0))},
      {"embedded.retention_size", "LogOptions::retention_bytes",
       Of(log.retention_bytes.value_or(0))},
      {"embedded.fsync", "Committer::Options::interval",
       log::Committer::Options{}.interval.count() == 0 ? std::string(config::kFsyncAlways) : ""},
      STATED("embedded.topics", LogManager::Options, topics_max),
      STATED("embedded.partitions", LogManager::Options, partitions_max),
      STATED("embedded.auto_create", BrokerOptions, auto_create_topics),
      STATED("embedded.lenient_replication", BrokerOptions, lenient_replication),
      STATED("embedded.connections", BrokerOptions, limits.connections_max),
      STATED("embedded.request_size", BrokerOptions, limits.request_bytes_max),
      STATED("embedded.session_lifetime", BrokerOptions, limits.session_lifetime),
      STATED("embedded.in_flight", BrokerOptions, limits.in_flight_max),
      STATED("embedded.request_memory", BrokerOptions, limits.request_memory_max),
      STATED("embedded.group_members", BrokerOptions, groups.members_max),
      STATED("embedded.threads", ServerOptions, threads),
  };
}

std::vector<StatedDefault> OfServe() {
  using collector::GateOptions;
  using collector::IngestOptions;
  using collector::PrivacyOptions;
  using collector::RateLimit;
  using dashboard::BoardOptions;
  using http::FrontEndOptions;
  using kafka::ProducerOptions;
  return {
      STATED("serve.host", FrontEndOptions, host),
      STATED("serve.port", FrontEndOptions, port),
      STATED("serve.threads", FrontEndOptions, threads),
      STATED("serve.max_body", FrontEndOptions, body_bytes_max),
      STATED("serve.max_connections", FrontEndOptions, connections_max),
      STATED("serve.request_memory", FrontEndOptions, request_memory_max),
      STATED("serve.header_timeout", FrontEndOptions, header_timeout),
      STATED("serve.body_timeout", FrontEndOptions, body_timeout),
      STATED("serve.idle_timeout", FrontEndOptions, idle_timeout),
      STATED("serve.write_timeout", FrontEndOptions, write_timeout),
      STATED("serve.hosts", FrontEndOptions, hosts),
      STATED("serve.max_in_flight", GateOptions, in_flight_max),
      STATED("serve.cors_origins", GateOptions, cors_origins),
      STATED("serve.rate_limit", RateLimit, per_second),
      STATED("serve.rate_burst", RateLimit, burst),
      STATED("serve.queue_records", ProducerOptions, queue_records_max),
      STATED("serve.queue_bytes", ProducerOptions, queue_bytes_max),
      STATED("serve.headers", PrivacyOptions, headers),
      STATED("serve.redact_headers", PrivacyOptions, redact_headers),
      STATED("serve.rejected_topic", IngestOptions, rejected_topic),
      STATED("serve.max_event", IngestOptions, event_bytes_max),
      STATED("serve.max_batch", IngestOptions, batch_events_max),
      STATED("serve.dashboard_watchers", BoardOptions, watchers_max),
  };
}

std::vector<StatedDefault> OfTheRest() {
  using broker::BrokerOptions;
  using dashboard::FollowerOptions;
  using forward::ForwardOptions;
  using kafka::ClientOptions;
  using kafka::NewTopic;
  using kafka::ProducerOptions;
  using report::OverviewOptions;
  using report::Question;
  using state::ProjectionOptions;
  return {
      STATED("kafka.partitions", BrokerOptions, default_partitions),
      STATED("kafka.partitions", NewTopic, partitions),
      STATED("kafka.replication_factor", NewTopic, replication_factor),
      STATED("forward.replication_factor", ForwardOptions, replication_factor),
      STATED("forward.rate", ForwardOptions, rate),
      STATED("kafka.timeout", ClientOptions, timeout),
      STATED("kafka.timeout", ProducerOptions, delivery_timeout),
      STATED("report.memory", Question, memory),
      STATED("report.memory", OverviewOptions, bytes_max),
      STATED("report.memory", FollowerOptions, memory),
      STATED("state.snapshot_interval", ProjectionOptions, snapshot_interval),
      STATED("state.snapshot_events", ProjectionOptions, snapshot_events),
  };
}

#undef STATED

std::vector<StatedDefault> AllStated() {
  std::vector<StatedDefault> all = OfEmbedded();
  for (const auto& more : {OfServe(), OfTheRest()}) all.insert(all.end(), more.begin(), more.end());
  return all;
}

constexpr std::string_view kEmptyInStruct = "an empty text or list in its struct, which cmd fills";
constexpr std::string_view kNoStruct = "cmd alone looks at it";

/// Keys whose default no struct of options states, and why.
const std::map<std::string_view, std::string_view> kUnstated = {
    {"kafka.brokers", kEmptyInStruct},
    {"kafka.topic", kEmptyInStruct},
    {"kafka.properties", kEmptyInStruct},
    {"embedded.data_dir", kEmptyInStruct},
    {"embedded.listen", "a struct without it means any free port, as short commands want it"},
    {"embedded.metrics_listen", kEmptyInStruct},
    {"embedded.listeners", "one of any free port in the struct, as for embedded.listen"},
    {"embedded.advertised_listeners", kEmptyInStruct},
    {"embedded.tls.certificate", kEmptyInStruct},
    {"embedded.tls.key", kEmptyInStruct},
    {"embedded.tls.client_ca", kEmptyInStruct},
    {"embedded.users_file", kNoStruct},
    {"embedded.allow_plaintext", kNoStruct},
    {"serve.tls.certificate", kEmptyInStruct},
    {"serve.tls.key", kEmptyInStruct},
    {"serve.tls.client_ca", kEmptyInStruct},
    {"serve.trusted_proxies", "networks in the struct, texts in the setting; both are empty"},
    {"serve.ip", "an enumeration in the struct, a word in the setting"},
    {"serve.do_not_track", "an enumeration in the struct, a word in the setting"},
    {"serve.drain", kNoStruct},
    {"serve.drain_delay", kNoStruct},
    {"serve.api_keys_file", kNoStruct},
    {"serve.open_routes", kEmptyInStruct},
    {"serve.access_log", kNoStruct},
    {"serve.access_log_file", kNoStruct},
    {"serve.dedupe_window", "0 in its struct, which means that nothing is remembered"},
    {"serve.dedupe_events", "0 in its struct, which means that nothing is remembered"},
    {"serve.dialects", kNoStruct},
    {"serve.contracts", kEmptyInStruct},
    {"serve.contracts_mode", "two booleans and the absence of a struct"},
    {"serve.contracts_unknown", "a boolean in the struct, a word in the setting"},
    {"serve.event_time", kNoStruct},
    {"serve.event_time_past", kNoStruct},
    {"serve.event_time_future", kNoStruct},
    {"serve.dashboard", kNoStruct},
    {"serve.report_time", kNoStruct},
    {"serve.report_cache", kNoStruct},
    {"reports", kEmptyInStruct},
    {"report.time_zone", "a name in the setting, the zone in the struct"},
    {"spark.master", kEmptyInStruct},
    {"spark.submit", kEmptyInStruct},
    {"spark.packages", kEmptyInStruct},
    {"spark.jars", kEmptyInStruct},
    {"spark.properties", kEmptyInStruct},
    {"spark.kafka_properties", "a parameter, not a struct's member"},
    {"spark.timeout", "0 in its struct, which cmd fills"},
    {"log.level", kNoStruct},
    {"log.format", kNoStruct},
    {"forward.brokers", kEmptyInStruct},
    {"forward.topics", kEmptyInStruct},
    {"forward.properties", kEmptyInStruct},
    {"catalogue.file", kNoStruct},
    {"state.snapshot", kEmptyInStruct},
};

/// Whether the setting that `field` points to is `value`; not, where the types differ.
bool Holds(const config::Field& field, const Default& value) {
  return std::visit(
      [&](const auto* setting) {
        const auto* stated = std::get_if<std::remove_cvref_t<decltype(*setting)>>(&value);
        return stated != nullptr && *stated == *setting;
      },
      field);
}

}  // namespace

TEST_CASE("a struct of options has the default of its key") {
  config::Settings settings = config::Layers().Take().settings;
  for (const StatedDefault& stated : AllStated()) {
    INFO(stated.key << " and " << stated.where);
    const config::Key* key = config::FindKey(stated.key);
    REQUIRE(key != nullptr);
    CHECK(Holds(key->field(settings), stated.value));
  }
}

TEST_CASE("a key whose default is not held against a struct's has a reason") {
  const std::vector<StatedDefault> all = AllStated();
  for (const config::Key& key : config::Keys()) {
    INFO(key.name);
    const bool stated = std::ranges::find(all, key.name, &StatedDefault::key) != all.end();
    CHECK(stated != kUnstated.contains(key.name));
  }
  for (const auto& [name, reason] : kUnstated) {
    INFO(name);
    CHECK(config::FindKey(name) != nullptr);
  }
}

}  // namespace gamevents
