#pragma once

#include "core/base/clock.h"
#include "core/base/worker.h"
#include "core/collector/request/router.h"
#include "core/collector/routes/commands.h"
#include "core/collector/routes/purchase_routes.h"
#include "core/state/views.h"

#include <vector>

namespace gamevents::collector {

/// Reads which users a request of `view` asks for. Problems: those of Arguments, and
/// kInvalidArgument.
problem::OrProblem<state::Query> ReadQuery(const http::Request& request, state::View view,
                                           TimestampMs now);

/// /inventory and /carts: pages of users that meet conditions. They are answered from
/// `worker`, because they look at every user. Where nobody is found, a note names the item or kind
/// that `catalogue` does not have. What is referred to must outlive the routes.
std::vector<Route> QueryRoutes(const Commands& commands, const CatalogueInUse& catalogue,
                               Worker& worker, const Clock& clock = Clock::System());

}  // namespace gamevents::collector
