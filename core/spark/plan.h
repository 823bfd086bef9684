#pragma once

#include "core/base/result.h"
#include "core/kafka/reader.h"
#include "core/report/answer/answer.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace gamevents::spark {

/// The form of plans; the job refuses another.
inline constexpr int kPlanVersion = 1;

/// What Spark reads.
struct Source {
  std::string topic;
  /// As our own reader found them, so that both engines read the same records.
  std::vector<kafka::PartitionRange> ranges;
  std::map<std::string, std::string> kafka;  ///< options of Spark's source: see KafkaOptions
};

enum class Secrets : uint8_t { kKept, kHidden };

/// The question as the job configs/spark/report.py reads it, one JSON document:
/// {"version", "kafka": options, "topic", "from" and "to": {partition: offset}, "where"?: see
/// FilterPlan, then of rows "select": [{"heading","path"}] or "select_all": true; of groups
/// "bucket"?: {"width_ms","path"?}, "group_by": […], "aggregates":
/// [{"heading","function","path"?,"percent"?}]; "order_by": [{"column","path"?,"descending"}],
/// "limit"?}. The limit is one more than is shown, so that the answer tells that there are more.
/// Requires: report::Check has passed.
/// Errors: kUnsupported for a question that only the local engine answers.
Result<std::string> MakePlan(const report::Question& question, const Source& source,
                             Secrets secrets = Secrets::kKept);

}  // namespace gamevents::spark
