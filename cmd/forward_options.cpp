#include "cmd/forward_options.h"

#include "cmd/cluster.h"
#include "core/kafka/admin.h"

#include <utility>

namespace gamevents::cmd {

Result<std::string> FindSkips(const config::Settings& settings) {
  auto data = PathOf("embedded.data_dir", settings.embedded.data_dir);
  if (!data) return data;
  // The log takes folders with such a name for none of its own.
  return *data + "/.state/forward-skips";
}

Result<forward::ForwardOptions> ForwardOptionsOf(const config::Settings& settings,
                                                 const kafka::ClientOptions& source) {
  auto id = kafka::FindClusterId(source);
  if (!id) return std::move(id).error().In("forward");
  auto skips = FindSkips(settings);
  if (!skips) return std::move(skips).error();
  forward::ForwardOptions options;
  options.source = source;
  options.source_cluster_id = std::move(*id);
  options.target.brokers = settings.forward.brokers;
  options.target.properties = settings.forward.properties;
  options.target.timeout = settings.kafka.timeout;
  options.target.client_id = "gamevents-forward";
  options.topics = ForwardedTopics(settings);
  options.replication_factor = static_cast<int16_t>(settings.forward.replication_factor);
  options.rate = settings.forward.rate;
  options.skips_path = std::move(*skips);
  return options;
}

}  // namespace gamevents::cmd
