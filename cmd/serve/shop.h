#pragma once

#include "cmd/state_options.h"
#include "core/base/result.h"
#include "core/base/worker.h"
#include "core/collector/request/router.h"
#include "core/collector/routes/commands.h"
#include "core/collector/routes/purchase_routes.h"
#include "core/collector/store/event_sender.h"
#include "core/config/settings.h"
#include "core/kafka/client_options.h"
#include "core/state/projection.h"

#include <chrono>
#include <memory>
#include <utility>
#include <vector>

namespace gamevents::cmd {

/// The state as `serve` has it: kept up with the topic from the start on.
/// Errors: kFull; never for a broker or a snapshot, which are seen to later.
Result<std::unique_ptr<state::Projection>> StartProjection(const config::Settings& settings,
                                                           const kafka::ClientOptions& client);

/// What `serve` sells: the catalogue, and the routes to purchases, carts, inventories and guilds.
class Shop {
 public:
  /// What is referred to must outlive the shop. Errors: kFull; of LoadCatalogue.
  static Result<std::unique_ptr<Shop>> Open(const config::Settings& settings,
                                            const collector::EventSender& store,
                                            state::Projection& projection);

  /// They must not outlive the shop.
  std::vector<collector::Route> Routes() const;

  /// Reads the catalogue again; the one in use stays when it is wrong. Errors: of LoadCatalogue.
  Status Reload(const config::Settings& settings);

 private:
  Shop(event::Catalogue catalogue, const collector::EventSender& store,
       state::Projection& projection, std::chrono::milliseconds timeout)
      : catalogue_(std::move(catalogue)), commands_(store, projection, timeout) {}

  collector::CatalogueInUse catalogue_;
  const collector::Commands commands_;
  std::unique_ptr<Worker> worker_;
};

}  // namespace gamevents::cmd
