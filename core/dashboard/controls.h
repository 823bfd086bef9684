#pragma once

#include "core/dashboard/query.h"
#include "core/report/answer/overview_page.h"

#include <string>

namespace gamevents::dashboard {

/// HTML: what of the page can be chosen, as links and a form; neither needs a script.
std::string ControlsOf(const Scope& scope);

/// The address that shows only what a bar of the page stands for; "" where there is none.
std::string AddressOfBar(const Query& query, report::OverviewPart part, const std::string& value);

}  // namespace gamevents::dashboard
