#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace gamevents::config {

/// Every setting, typed. Filled by Load (load.h); the table of keys (keys.h) says what each one
/// means, its default and its range, and is the only place that does.
struct Settings {
  /// kafka.*: which cluster and topic, for every command.
  struct Kafka {
    std::string brokers;
    std::string topic;
    int64_t partitions = 0;
    int64_t replication_factor = 0;
    std::chrono::milliseconds timeout{};
    std::map<std::string, std::string> properties;
  } kafka;

  /// *.tls: the files of a server that speaks TLS; all empty for one that does not.
  struct Tls {
    std::string certificate;
    std::string key;
    std::string client_ca;

    /// Whether TLS is meant, be it incomplete.
    bool any() const { return !certificate.empty() || !key.empty() || !client_ca.empty(); }
  };

  /// embedded.*: the broker of this machine, its log and its limits.
  struct Embedded {
    std::string data_dir;
    std::string listen;
    std::vector<std::string> listeners;
    std::vector<std::string> advertised_listeners;
    bool allow_plaintext = false;
    Tls tls;
    std::string users_file;
    std::chrono::milliseconds session_lifetime{};
    std::string fsync;
    int64_t segment_size = 0;
    std::chrono::milliseconds retention_age{};
    int64_t retention_size = 0;
    bool auto_create = false;
    bool lenient_replication = false;
    int64_t threads = 0;
    int64_t connections = 0;
    int64_t request_size = 0;
    int64_t in_flight = 0;
    int64_t request_memory = 0;
    int64_t topics = 0;
    int64_t partitions = 0;
    int64_t group_members = 0;
    std::string metrics_listen;
  } embedded;

  /// forward.*: the cluster that the embedded log is copied to.
  struct Forward {
    std::string brokers;
    std::vector<std::string> topics;
    std::map<std::string, std::string> properties;
    int64_t replication_factor = 0;
    int64_t rate = 0;
  } forward;

  /// serve.*: the HTTP server, and what it takes.
  struct Serve {
    std::string host;
    int64_t port = 0;
    Tls tls;
    int64_t threads = 0;
    int64_t max_body = 0;
    int64_t max_connections = 0;
    int64_t request_memory = 0;
    std::chrono::milliseconds header_timeout{};
    std::chrono::milliseconds body_timeout{};
    std::chrono::milliseconds idle_timeout{};
    std::chrono::milliseconds write_timeout{};
    std::vector<std::string> trusted_proxies;
    std::chrono::milliseconds drain{};
    std::string ip;
    std::vector<std::string> headers;
    std::vector<std::string> redact_headers;
    std::string do_not_track;
    std::chrono::milliseconds drain_delay{};
    int64_t max_in_flight = 0;
    int64_t queue_records = 0;
    int64_t queue_bytes = 0;
    int64_t rate_limit = 0;
    int64_t rate_burst = 0;
    std::string api_keys_file;
    std::vector<std::string> open_routes;
    std::vector<std::string> hosts;
    std::vector<std::string> cors_origins;
    std::string access_log;
    std::string access_log_file;
    int64_t max_event = 0;
    int64_t max_batch = 0;
    std::string rejected_topic;
    std::vector<std::string> dialects;
    std::string contracts;
    std::string contracts_mode;
    std::string contracts_unknown;
    std::chrono::milliseconds dedupe_window{};
    int64_t dedupe_events = 0;
    std::chrono::milliseconds report_time{};
    std::chrono::milliseconds report_cache{};
    std::string event_time;
    std::chrono::milliseconds event_time_past{};
    std::chrono::milliseconds event_time_future{};
    bool dashboard = false;
    int64_t dashboard_watchers = 0;
  } serve;

  /// report.*: what `report` may use.
  struct Report {
    int64_t memory = 0;
    std::string time_zone;
  } report;

  /// reports: the parts of each named report, "whales.sql".
  std::map<std::string, std::string> reports;

  /// spark.*: how `report --engine spark` submits its job.
  struct Spark {
    std::string master;
    std::string submit;
    std::vector<std::string> packages;
    std::vector<std::string> jars;
    std::map<std::string, std::string> properties;
    std::map<std::string, std::string> kafka_properties;
    std::chrono::milliseconds timeout{};
  } spark;

  /// log.*: how much is noted on stderr.
  struct Log {
    std::string level;
    std::string format;
  } log;
  /// catalogue.*: what can be bought.
  struct Catalogue {
    std::string file;
  } catalogue;

  /// state.*: where and how often serve's state is kept.
  struct State {
    std::string snapshot;
    std::chrono::milliseconds snapshot_interval{};
    int64_t snapshot_events = 0;
  } state;
};

}  // namespace gamevents::config
