#include "cmd/serve/broker_metrics.h"

#include "core/access/sasl.h"
#include "core/broker/protocol/api_table.h"
#include "core/broker/refusals.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::cmd {
namespace {

using broker::Refusals;
using collector::Sample;

// The label of a login whose client has begun no mechanism.
constexpr std::string_view kNoMechanism = "none";

std::vector<Sample> LoginsOf(const Refusals& refusals) {
  std::vector<Sample> samples;
  for (const Refusals::Login& login : Refusals::Logins()) {
    const auto mechanism = login.mechanism ? access::MechanismName(*login.mechanism) : kNoMechanism;
    samples.push_back({static_cast<double>(refusals.logins(login)),
                       {std::string(mechanism), std::string(login.why_name)}});
  }
  return samples;
}

std::vector<Sample> RequestsOf(const Refusals& refusals) {
  std::vector<Sample> samples;
  for (const broker::Api& api : broker::kApis) {
    samples.push_back({static_cast<double>(refusals.requests(api.key)), {api.name}});
  }
  return samples;
}

std::vector<Sample> One(uint64_t number) { return {{static_cast<double>(number)}}; }

}  // namespace

void ShowBroker(const Cluster& cluster, const Forwarding& forwarding, collector::Metrics& metrics) {
  forwarding.AddTo(metrics);
  metrics.AddSource({"gamevents_log_deleted_bytes_total",
                     "Bytes of records that retention has removed from the embedded log.",
                     true,
                     {},
                     [&cluster] { return One(cluster.deleted_bytes()); }});
  const Refusals* refusals = cluster.refusals();
  if (refusals == nullptr) return;
  metrics.AddSource(
      {"gamevents_broker_logins_refused_total",
       "Clients of the embedded broker that were not let in, by mechanism and reason.",
       true,
       {"mechanism", "reason"},
       [refusals] { return LoginsOf(*refusals); }});
  metrics.AddSource({"gamevents_broker_requests_refused_total",
                     "Requests to the embedded broker that the user's roles do not allow, by API.",
                     true,
                     {"api"},
                     [refusals] { return RequestsOf(*refusals); }});
  metrics.AddSource({"gamevents_broker_tls_handshakes_total",
                     "TLS handshakes that clients of the embedded broker have begun.",
                     true,
                     {},
                     [refusals] { return One(refusals->handshakes()); }});
  metrics.AddSource({"gamevents_broker_tls_handshakes_failed_total",
                     "Those of them that were refused, broken off or given up.",
                     true,
                     {},
                     [refusals] { return One(refusals->failed_handshakes()); }});
}

}  // namespace gamevents::cmd
