#pragma once

#include "core/report/ask/question.h"
#include "core/report/scan/scan.h"
#include "core/report/scan/scan_summary.h"
#include "core/report/sql/table_sources.h"
#include "core/report/write/renderer.h"

#include <functional>

namespace gamevents::report {

/// Whether the question can be answered: it can be asked before anything is opened.
/// Errors: kBadInput (an order by what the rows have not; a limit beyond what the format holds; a
/// funnel without steps; a bad statement; the session in a format that has none).
Status Check(const Question& question);

/// Answers `question` from the records of `open` and writes the answer. `tables`: what a statement
/// may name beside the events.
/// Errors: as Check; the source's; write's; kFull when a limit of row_steps.h or grouping.h is
/// passed, with what to ask instead.
Result<ScanSummary> Answer(const Question& question, const OpenSource& open,
                           const std::function<void(const ScanTotals&)>& progress,
                           const Write& write, const sql::TableSources& tables = {});

}  // namespace gamevents::report
