#pragma once

#include "core/report/answer/overview.h"
#include "core/report/write/page.h"

#include <string>

namespace gamevents::report {

/// Adds the overview of a topic to `page`: headline figures, the course over time, counts by type,
/// item and user, the first or newest events, and what was not an event. `now`: the step of the
/// course that it is in is not over yet.
void AddOverview(Page& page, const Overview::Parts& parts, const ScanSummary& summary,
                 TimestampMs now);

/// The page that has it and nothing else.
std::string OverviewPage(const Overview::Parts& parts, const ScanSummary& summary,
                         const PageInfo& info);

}  // namespace gamevents::report
