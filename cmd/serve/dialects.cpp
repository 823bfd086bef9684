#include "cmd/serve/dialects.h"

#include "core/collector/dialects/dialect_routes.h"

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace gamevents::cmd {

Result<std::vector<collector::Route>> MakeDialects(const config::Settings::Serve& serve,
                                                   const collector::Ingest& ingest,
                                                   collector::Metrics& metrics) {
  std::map<std::string, prometheus::Counter*, std::less<>> refused;
  for (const std::string& name : serve.dialects) {
    refused[name] = &metrics.Counter("gamevents_dialect_events_refused_total",
                                     "Events of SDKs that were refused for their content, which "
                                     "the SDKs are not told, by dialect.",
                                     "dialect", name);
  }
  collector::DialectOptions options;
  options.names = serve.dialects;
  options.body_bytes_max = static_cast<size_t>(serve.max_body);
  options.events_max = static_cast<size_t>(serve.max_batch);
  options.on_refused = [refused = std::move(refused)](std::string_view dialect, size_t events) {
    const auto found = refused.find(dialect);
    if (found != refused.end()) found->second->Increment(static_cast<double>(events));
  };
  return collector::DialectRoutes(std::move(options), ingest);
}

}  // namespace gamevents::cmd
