#pragma once

#include "core/report/scan/asked_fields.h"
#include "core/report/scan/not_objects.h"
#include "core/report/scan/scan.h"

#include <string>
#include <vector>

namespace gamevents::report {

/// What was read, and what of it was not an event.
struct ScanSummary {
  ScanTotals totals;
  NotObjects not_objects;
  std::vector<MissingName> missing{};  ///< what was asked for and no event has or is
  std::vector<std::string> notes{};    ///< what the answer's reader should know, a sentence each
  /// What a stop left of the answer, where that is not the answer of the records read until then.
  std::string cut_off{};
};

}  // namespace gamevents::report
