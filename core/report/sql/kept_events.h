#pragma once

#include "core/base/result.h"
#include "core/report/sql/event_scan.h"
#include "core/report/table/cell.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <vector>

namespace gamevents::report::sql {

/// Rows of a scan, held because they are asked for again and again: the columns that a statement
/// uses, with indexes for what they are compared with. Not thread-safe; `events` outlives it.
class KeptEvents {
 public:
  /// Where a row is among those kept, under the hash of one of its values.
  struct Place {
    size_t hash = 0;
    uint32_t row = 0;
    friend auto operator<=>(const Place&, const Place&) = default;
  };

  /// `columns`: those that Read is asked for, each once.
  KeptEvents(Events& events, std::vector<size_t> columns);
  ~KeptEvents();
  KeptEvents(const KeptEvents&) = delete;
  KeptEvents& operator=(const KeptEvents&) = delete;

  /// Keeps the scan's current row. Errors: kFull beyond events.kept_max, with what to do.
  Status Add(EventScan& scan);

  /// Rows that are kept.
  size_t size() const { return row_ids_.size(); }
  /// A value of a kept row, as a view into it. Requires: the column is one of those kept.
  ValueView Read(size_t row, size_t column) const;
  /// The row's id in the table `events`.
  int64_t RowId(size_t row) const { return row_ids_[row]; }

  /// The rows, ascending, whose value in `column` SQLite may find equal to `operand`, and perhaps
  /// others. The first call for a column makes its index. Errors: kFull, as Add.
  Result<std::span<const Place>> MayEqual(size_t column, const Operand& operand);

 private:
  Status Take(int64_t bytes);
  Status MakeIndex(size_t column);

  Events& events_;
  std::vector<size_t> columns_;
  std::vector<size_t> slots_;  ///< of a column, where it is in a row
  std::vector<Cell> cells_;    ///< row after row
  std::vector<int64_t> row_ids_;
  std::map<size_t, std::vector<Place>> indexes_;  ///< by column; ascending
  int64_t bytes_ = 0;
};

}  // namespace gamevents::report::sql
