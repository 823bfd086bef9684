#pragma once

#include "core/report/scan/column.h"
#include "core/report/scan/scan.h"

#include <cstddef>
#include <deque>
#include <utility>

namespace gamevents::report {

/// Bytes of a text that LastRows keeps: more than a page shows of it.
inline constexpr size_t kLastRowsTextBytes = 1'200;

/// Keeps the last rows of the selected events in the order in which they were read, and of each
/// text its beginning: what it keeps is bounded whatever comes.
class LastRows final : public Step {
 public:
  LastRows(Columns columns, size_t limit) : columns_(std::move(columns)), limit_(limit) {}

  /// Never fails.
  Status Take(const Scanned& scanned) override;

  /// The rows, the last one first.
  Table Finish() const;

 private:
  Columns columns_;
  size_t limit_;
  std::deque<Row> rows_;
};

}  // namespace gamevents::report
