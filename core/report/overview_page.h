#pragma once

#include "core/report/overview.h"
#include "core/report/page.h"

#include <string>

namespace gamevents::report {

/// The page of a topic: headline figures, the course over time, counts by type, item and user, the
/// first events, and what was not an event.
std::string OverviewPage(const Overview::Parts& parts, const Summary& summary,
                         const PageInfo& info);

}  // namespace gamevents::report
