#pragma once

#include "core/report/scan/scan.h"

#include <string>
#include <vector>

namespace gamevents::report {

/// Rows that are there already, each one JSON object, as a scan's records: what is asked of events
/// can then be asked of them. Each opening begins at the first row.
OpenSource FromRows(std::vector<std::string> rows);

}  // namespace gamevents::report
