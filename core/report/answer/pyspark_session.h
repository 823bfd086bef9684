#pragma once

#include "core/report/scan/scan_summary.h"
#include "core/report/steps/grouping.h"
#include "core/report/steps/row_steps.h"
#include "core/report/write/spark_table.h"

#include <cstdint>
#include <string>
#include <vector>

namespace gamevents::report {

/// The assignment's pyspark session: every step of it answered from one scan.
class PysparkSession {
 public:
  /// `partitions` as the source gave them; `bytes_max`: what each of its groupings may keep.
  explicit PysparkSession(const std::vector<int32_t>& partitions, size_t bytes_max = kKeptBytesMax);

  /// What the scan must show its records to; they live as long as the session.
  std::vector<Step*> Steps();

  /// The session as text: each step under the call that printed it, `>>> raw_events.show()`, and
  /// exactly what Spark prints; then what no step of the assignment gave.
  std::string Text(const ScanSummary& summary, const ShowOptions& show) const;

  /// The same as one JSON object, nothing clipped but the number of rows.
  std::string Json(const ScanSummary& summary) const;

 private:
  FirstRows messages_;
  FirstRows values_;
  FirstRows events_;
  Groups by_type_;
  Groups by_minute_;
  Groups by_user_;
};

}  // namespace gamevents::report
