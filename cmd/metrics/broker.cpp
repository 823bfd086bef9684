#include "cmd/metrics/broker.h"

#include "core/access/sasl.h"
#include "core/broker/broker.h"
#include "core/broker/protocol/api_table.h"
#include "core/broker/traffic.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::cmd {
namespace {

using broker::Broker;
using broker::Refusals;
using broker::RequestResult;
using broker::Traffic;
using collector::HistogramSource;
using collector::Sample;

// The label of a login whose client has begun no mechanism.
constexpr std::string_view kNoMechanism = "none";

std::string ApiName(size_t index) {
  return index == Traffic::kUnknownApi ? "unknown" : broker::kApis.at(index).name;
}

std::vector<Sample> RequestsOf(const Traffic& traffic) {
  std::vector<Sample> samples;
  for (size_t api = 0; api <= Traffic::kUnknownApi; ++api) {
    for (size_t each = 0; each < broker::kRequestResults; ++each) {
      const auto result = static_cast<RequestResult>(each);
      samples.push_back({static_cast<double>(traffic.requests(api, result)),
                         {ApiName(api), std::string(NameOf(result))}});
    }
  }
  return samples;
}

// Of the APIs that anybody has asked for.
std::vector<HistogramSource::Histogram> DurationsOf(const Traffic& traffic) {
  std::vector<HistogramSource::Histogram> histograms;
  for (size_t api = 0; api <= Traffic::kUnknownApi; ++api) {
    const LatencyHistogram& durations = traffic.durations(api);
    if (durations.Read().count() > 0) histograms.emplace_back(ApiName(api), &durations);
  }
  return histograms;
}

std::vector<Sample> LoginsOf(const Refusals& refusals) {
  std::vector<Sample> samples;
  for (const Refusals::Login& login : Refusals::Logins()) {
    const auto mechanism = login.mechanism ? access::MechanismName(*login.mechanism) : kNoMechanism;
    samples.push_back({static_cast<double>(refusals.logins(login)),
                       {std::string(mechanism), std::string(login.why_name)}});
  }
  return samples;
}

std::vector<Sample> GroupsOf(const Broker& broker) {
  std::map<std::string, double> by_state{
      {"Empty", 0}, {"PreparingRebalance", 0}, {"CompletingRebalance", 0}, {"Stable", 0}};
  for (const broker::GroupListing& group : broker.groups->List()) ++by_state[group.state];
  std::vector<Sample> samples;
  for (const auto& [state, count] : by_state) samples.push_back({count, {state}});
  return samples;
}

std::vector<Sample> LagsOf(const Broker& broker) {
  std::vector<Sample> samples;
  for (const broker::GroupLag& lag : broker.groups->Lags(kGroupOffsetsShown).shown) {
    samples.push_back(
        {static_cast<double>(lag.records), {lag.group, lag.topic, std::to_string(lag.partition)}});
  }
  return samples;
}

// One number of Traffic, or of Refusals.
struct ShownOfBroker {
  const char* name;
  const char* help;
  bool is_counter;
  double (*read)(const Broker& broker);
};

constexpr auto kShownOfBroker = std::to_array<ShownOfBroker>({
    {"gamevents_broker_connections", "Connections of clients that are open.", false,
     [](const Broker& broker) { return static_cast<double>(broker.traffic.open()); }},
    {"gamevents_broker_connections_accepted_total", "Connections of clients that were taken.", true,
     [](const Broker& broker) { return static_cast<double>(broker.traffic.accepted()); }},
    {"gamevents_broker_connections_refused_total",
     "Connections that were closed at once: there were too many.", true,
     [](const Broker& broker) { return static_cast<double>(broker.traffic.refused()); }},
    {"gamevents_broker_received_bytes_total", "Bytes of requests.", true,
     [](const Broker& broker) { return static_cast<double>(broker.traffic.received_bytes()); }},
    {"gamevents_broker_sent_bytes_total", "Bytes of responses.", true,
     [](const Broker& broker) { return static_cast<double>(broker.traffic.sent_bytes()); }},
    {"gamevents_broker_throttled_seconds_total",
     "How long requests waited to be read, because all together had their memory.", true,
     [](const Broker& broker) {
       return std::chrono::duration<double>(broker.traffic.throttled()).count();
     }},
    {"gamevents_broker_produced_records_total", "Records that clients have appended.", true,
     [](const Broker& broker) { return static_cast<double>(broker.traffic.produced_records()); }},
    {"gamevents_broker_produced_bytes_total", "Bytes of their batches.", true,
     [](const Broker& broker) { return static_cast<double>(broker.traffic.produced_bytes()); }},
    {"gamevents_broker_fetched_bytes_total", "Bytes of batches that clients have fetched.", true,
     [](const Broker& broker) { return static_cast<double>(broker.traffic.fetched_bytes()); }},
    {"gamevents_broker_tls_handshakes_total", "TLS handshakes that clients have begun.", true,
     [](const Broker& broker) { return static_cast<double>(broker.refusals.handshakes()); }},
    {"gamevents_broker_tls_handshakes_failed_total",
     "Those of them that were refused, broken off or given up.", true,
     [](const Broker& broker) { return static_cast<double>(broker.refusals.failed_handshakes()); }},
    {"gamevents_broker_group_offsets_left_out",
     "Offsets of groups that have no series of their own here: there are too many.", false,
     [](const Broker& broker) {
       return static_cast<double>(broker.groups->Lags(kGroupOffsetsShown).left_out);
     }},
});

}  // namespace

void ShowBroker(const embedded::EmbeddedBroker& embedded, collector::Metrics& metrics) {
  const Broker& broker = embedded.broker();
  metrics.AddSource({"gamevents_broker_requests_total",
                     "Requests of the embedded broker's clients, by API and what became of them.",
                     true,
                     {"api", "result"},
                     [&broker] { return RequestsOf(broker.traffic); }});
  metrics.AddHistograms({"gamevents_broker_request_duration_seconds",
                         "From a whole request to its answer, waits included, by API.", "api",
                         [&broker] { return DurationsOf(broker.traffic); }});
  metrics.AddSource(
      {"gamevents_broker_logins_refused_total",
       "Clients of the embedded broker that were not let in, by mechanism and reason.",
       true,
       {"mechanism", "reason"},
       [&broker] { return LoginsOf(broker.refusals); }});
  metrics.AddSource(
      {"gamevents_broker_groups", "Consumer groups, by state.", false, {"state"}, [&broker] {
         return GroupsOf(broker);
       }});
  metrics.AddSource({"gamevents_broker_group_lag_records",
                     "Records between what a group has committed and the end of the partition.",
                     false,
                     {"group", "topic", "partition"},
                     [&broker] { return LagsOf(broker); }});
  for (const ShownOfBroker& shown : kShownOfBroker) {
    metrics.AddSource({shown.name, shown.help, shown.is_counter, {}, [&broker, read = shown.read] {
                         return std::vector<Sample>{{read(broker)}};
                       }});
  }
}

}  // namespace gamevents::cmd
