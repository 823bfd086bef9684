// The advanced options of `serve`: what it sells, and what becomes of it.

#include "cmd/serve/shop.h"

#include "core/base/notes.h"
#include "core/base/units.h"
#include "core/collector/routes/cart_routes.h"
#include "core/collector/routes/query_routes.h"
#include "core/config/keys.h"

#include <fmt/format.h>

#include <utility>

namespace gamevents::cmd {
namespace {

/// What the fold gets beside the delivery to come past an event.
constexpr std::chrono::milliseconds kFoldTimeout{5'000};

/// Says that events will be deleted that carts and inventories come from.
void WarnOfRetention(const config::Settings& settings) {
  const config::Settings::Embedded& embedded = settings.embedded;
  if (settings.kafka.brokers != config::kEmbedded) return;
  if (embedded.retention_age.count() == 0 && embedded.retention_size == 0) return;
  Note(NoteLevel::kWarning,
       fmt::format("embedded.retention_age is {} and embedded.retention_size is {}: events will be "
                   "deleted, and carts and inventories are rebuilt from all of them; set both to 0 "
                   "to keep the log",
                   FormatDuration(embedded.retention_age), FormatSize(embedded.retention_size)));
}

}  // namespace

Result<std::unique_ptr<state::Projection>> StartProjection(const config::Settings& settings,
                                                           const kafka::ClientOptions& client) {
  WarnOfRetention(settings);
  state::ProjectionOptions options;
  options.client = client;
  options.topic = settings.kafka.topic;
  options.snapshot_interval = settings.state.snapshot_interval;
  options.snapshot_events = settings.state.snapshot_events;
  options.warn = [](const std::string& what) { Note(NoteLevel::kWarning, "state: " + what); };
  if (auto place = FindSnapshot(settings)) {
    options.snapshot = std::move(place->path);
    options.snapshot_was = std::move(place->was);
  } else {
    options.warn("no snapshot is kept: " + place.error().context);
  }
  return state::Projection::Start(std::move(options));
}

Result<std::unique_ptr<Shop>> Shop::Open(const config::Settings& settings,
                                         const collector::EventSender& store,
                                         state::Projection& projection) {
  auto catalogue = LoadCatalogue(settings);
  if (!catalogue) return std::move(catalogue).error();
  auto worker = Worker::Start();
  if (!worker) return std::move(worker).error();
  std::unique_ptr<Shop> shop(new Shop(std::move(catalogue).value(), store, projection,
                                      settings.kafka.timeout + kFoldTimeout));
  shop->worker_ = std::move(worker).value();
  return shop;
}

std::vector<collector::Route> Shop::Routes() const {
  std::vector<collector::Route> routes = collector::PurchaseRoutes(commands_, catalogue_);
  for (auto& more : {collector::CartRoutes(commands_, catalogue_),
                     collector::InventoryRoutes(commands_, catalogue_),
                     collector::QueryRoutes(commands_, catalogue_, *worker_),
                     collector::GuildRoutes(commands_)}) {
    routes.insert(routes.end(), more.begin(), more.end());
  }
  return routes;
}

Status Shop::Reload(const config::Settings& settings) {
  auto catalogue = LoadCatalogue(settings);
  if (!catalogue) return std::move(catalogue).error();
  catalogue_.Set(std::move(catalogue).value());
  return Done{};
}

}  // namespace gamevents::cmd
