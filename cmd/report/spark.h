#pragma once

#include "cmd/report/flags.h"
#include "core/config/settings.h"
#include "core/kafka/reader.h"
#include "core/report/answer/answer.h"

namespace gamevents::cmd {

/// Answers with Spark the same records that `reader` would read; with --print-plan writes the plan
/// instead, secrets left out. A stop signal gives a summary marked partial, of nothing.
/// Errors: as kafka::Reader::Open and spark::Answer; kBadInput for a master whose machines could
/// not reach the embedded broker.
Result<report::ScanSummary> AnswerBySpark(const ReportFlags& flags,
                                          const report::Question& question,
                                          const kafka::ReaderOptions& reader,
                                          const config::Settings& settings,
                                          const report::Write& write);

}  // namespace gamevents::cmd
