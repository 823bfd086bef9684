#pragma once

#include "core/report/ask/question.h"
#include "core/report/scan/scan.h"
#include "core/report/scan/scan_summary.h"
#include "core/report/write/renderer.h"

#include <functional>
#include <string_view>

namespace gamevents::report::sql {

/// Whether `statement` can be asked, as far as that can be told without the events' fields.
/// Errors: kBadInput with the place in it.
Status Check(std::string_view statement);

/// Answers `asked`, the kind of `question`, from the records of `open` and writes the answer. A
/// first pass finds the fields, which become columns; each scan of the statement reads the records
/// again. Errors: as Connection::Prepare and Connection::Step; the sources'; write's; kFull for
/// rows of a table beyond question.memory.
Result<ScanSummary> Answer(const SqlQuestion& asked, const Question& question,
                           const OpenSource& open,
                           const std::function<void(const ScanTotals&)>& progress,
                           const Write& write);

}  // namespace gamevents::report::sql
