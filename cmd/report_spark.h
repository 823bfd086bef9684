#pragma once

#include "cmd/report_flags.h"
#include "core/config/settings.h"
#include "core/kafka/reader.h"
#include "core/report/report.h"

namespace gamevents::cmd {

/// Whether what the flags ask can be asked of the engine that they name. Errors: kBadInput.
Status CheckEngine(const ReportFlags& flags, const report::Question& question);

/// Answers with Spark the same records that `reader` would read; with --print-plan writes the plan
/// instead, secrets left out. A stop signal gives a summary marked partial, of nothing.
/// Errors: as kafka::Reader::Open and spark::Answer; kBadInput for a master whose machines could
/// not reach the embedded broker.
Result<report::Summary> AnswerBySpark(const ReportFlags& flags, const report::Question& question,
                                      const kafka::ReaderOptions& reader,
                                      const config::Settings& settings, const report::Write& write);

}  // namespace gamevents::cmd
