#pragma once

#include "core/report/ask/order.h"
#include "core/report/scan/column.h"
#include "core/report/scan/scan.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace gamevents::report {

/// Keeps the first rows in an order of the events' own fields, which need not be among the
/// columns; equal rows come by partition and offset. Memory is that of the rows asked for.
class SortedRows final : public Step {
 public:
  /// Which rows are kept.
  struct Options {
    std::vector<OrderBy> order;  ///< of fields
    size_t limit = 0;            ///< rows
    size_t bytes_max = 0;        ///< what they may take in memory
  };
  SortedRows(Columns columns, Options options);

  /// Errors: kFull when the rows take more than the memory allows.
  Status Take(const Scanned& scanned) override;

  /// The rows; `more` says whether there were others. Leaves none behind.
  Table Finish();

 private:
  struct Entry {
    Row key;
    int32_t partition = 0;
    int64_t offset = 0;
    Row row;
  };
  bool Before(const Entry& a, const Entry& b) const;
  Status CheckMemory() const;

  Columns columns_;
  Columns keys_;
  Options options_;
  std::vector<Entry> kept_;  ///< a heap once it is full, the last of the order on top
  size_t kept_bytes_ = 0;
  bool more_ = false;
};

}  // namespace gamevents::report
