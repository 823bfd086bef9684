#pragma once

// The other engine of `report`: a question becomes a plan, a Spark job answers it, and the answer
// is written by the same code as our own. This room knows nothing of flags and configuration.

#include "core/base/result.h"
#include "core/report/answer/answer.h"
#include "core/spark/plan.h"

#include <chrono>
#include <map>
#include <string>
#include <vector>

namespace gamevents::spark {

/// The lines of Spark's log that an error shows.
inline constexpr size_t kLogLinesShown = 20;

/// How the job is submitted.
struct SubmitOptions {
  std::string submit;                 ///< the program spark-submit
  std::string master;                 ///< "local[*]", "spark://host:7077", "yarn", "k8s://…"
  std::vector<std::string> packages;  ///< Maven coordinates of Spark's Kafka source
  std::vector<std::string> jars;      ///< files in place of the packages
  std::map<std::string, std::string> properties;  ///< Spark's own, over ours
  std::chrono::milliseconds timeout{};            ///< of the whole job
};

/// What is run: spark-submit, its options, the job in `folder`, its plan and its answer's file. The
/// driver runs here (client mode), because it writes the answer.
std::vector<std::string> SubmitWords(const SubmitOptions& options, const std::string& folder);

/// Answers `question` with Spark and writes the answer as report::Answer does. What Spark needs to
/// work with stands in a temporary folder, readable for us alone, which is gone afterwards.
/// Requires: report::Check has passed.
/// Errors: as MakePlan, Run and ReadAnswer; kUnavailable when the job fails, with the last lines of
/// its log; kFull when the rows to be held take more than the question's memory; write's.
Result<report::ScanSummary> Answer(const report::Question& question, const Source& source,
                                   const SubmitOptions& options, const report::Write& write);

}  // namespace gamevents::spark
