#pragma once

#include "core/report/ask/format.h"
#include "core/report/scan/column.h"
#include "core/report/scan/scan.h"
#include "core/report/table/memory_budget.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace gamevents::report {

/// Which records a step looks at.
enum class Of : uint8_t { kRecords, kSelectedEvents };

/// Keeps the first rows in the order of partitions and, within one, of offsets: what Spark's
/// take() gives, however the records of the partitions came interleaved.
class FirstRows final : public Step {
 public:
  /// `partitions` as the source gave them. Requires: limit <= kTableRowsMax.
  FirstRows(Of of, Columns columns, size_t limit, const std::vector<int32_t>& partitions,
            size_t bytes_max = kKeptBytesMax);

  /// Errors: kFull when the rows take more than bytes_max.
  Status Take(const Scanned& scanned) override;
  bool Satisfied() const override;

  /// The rows kept; `more` says whether there were others.
  Table Finish() const;

 private:
  /// Lets go of the rows of later partitions once earlier ones have enough.
  void DropBeyondReach();

  Of of_;
  Columns columns_;
  size_t limit_;
  size_t bytes_max_;
  std::map<int32_t, std::vector<Row>> kept_;  ///< by partition; at most limit_ + 1 rows each
  size_t kept_bytes_ = 0;
};

/// Hands the row of each selected event on, at most `limit` of them, and keeps none.
class EachRow final : public Step {
 public:
  using OnRow = std::function<Status(const Row&)>;
  EachRow(Columns columns, size_t limit, OnRow on_row)
      : columns_(std::move(columns)), left_(limit), on_row_(std::move(on_row)) {}

  /// Errors: on_row's.
  Status Take(const Scanned& scanned) override;
  bool Satisfied() const override { return left_ == 0; }

 private:
  Columns columns_;
  size_t left_;
  OnRow on_row_;
};

}  // namespace gamevents::report
