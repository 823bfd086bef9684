#pragma once

#include "core/base/result.h"
#include "core/collector/ingest/ingest.h"
#include "core/collector/metrics/metrics.h"
#include "core/collector/request/router.h"
#include "core/config/settings.h"

#include <vector>

namespace gamevents::cmd {

/// The routes of serve.dialects, and a metric of the events that they refuse. Both must outlive
/// them. Errors: as DialectRoutes.
Result<std::vector<collector::Route>> MakeDialects(const config::Settings::Serve& serve,
                                                   const collector::Ingest& ingest,
                                                   collector::Metrics& metrics);

}  // namespace gamevents::cmd
