#pragma once

#include "core/collector/request/router.h"
#include "core/collector/routes/commands.h"
#include "core/collector/routes/purchase_routes.h"

#include <functional>
#include <string>
#include <vector>

namespace gamevents::collector {

/// /cart/<user>, its items and its checkout. What is referred to must outlive the routes.
std::vector<Route> CartRoutes(const Commands& commands, const CatalogueInUse& catalogue);

/// /inventory/<user> and the use of what is in it; /leave_a_guild and /guilds/<guild>.
std::vector<Route> InventoryRoutes(const Commands& commands, const CatalogueInUse& catalogue);
std::vector<Route> GuildRoutes(const Commands& commands);

/// Answers `call` with what `read` makes of the state as it is now; 503 while it cannot be shown.
void Show(const Commands& commands, const Call& call,
          const std::function<std::string(const state::State&)>& read);

}  // namespace gamevents::collector
