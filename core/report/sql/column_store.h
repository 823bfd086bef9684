#pragma once

#include "core/base/result.h"
#include "core/kafka/reader.h"
#include "core/report/scan/scan.h"
#include "core/report/sql/columns.h"
#include "core/report/sql/kept_column.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <vector>

// Who asks several questions of the same events reads them once: the columns that a statement uses
// stay in memory for the next ones, as far as report.memory allows, and what a topic has grown by
// is read before each statement. A column is kept whole or not at all. What does not fit is read
// from the topic as if there were no store. When the ranges begin elsewhere than before, because
// records were deleted or the topic was made again, all is read again.

namespace gamevents::report::sql {

/// Columns of a topic's events in memory. The rows of all columns are the same events in the same
/// order. Not thread-safe.
class ColumnStore {
 public:
  using Ranges = std::vector<kafka::PartitionRange>;
  /// Opens just these ranges.
  using OpenRanges = std::function<OpenSource(const Ranges&)>;
  using Progress = std::function<void(const ScanTotals&)>;

  /// `bytes_max`: what all columns may take; while they are read it may be twice as much.
  ColumnStore(OpenRanges open, int64_t bytes_max);

  /// Reads what `ranges` has more than before: the fields' names, and the values of the columns
  /// that are kept. Where that is all, those of the fields among `words` too: the words of a
  /// statement, which asks for them next. Errors: the sources'; kFull (FieldNames); kClosed when
  /// interrupted, and then all is as before.
  Status Update(const Ranges& ranges, const std::set<std::string>& words, const Progress& progress);

  /// Sees to it that these columns are kept. False when they cannot be: a whole event, or more than
  /// the memory allows. Errors: the sources'; kClosed when interrupted.
  Result<bool> Keep(std::span<const Column> columns, const Progress& progress);

  /// The column, if it is kept. It stays as it is until the next Update, even where Keep has to
  /// make room: rows of columns that were found between two calls of Keep are the same.
  std::shared_ptr<const KeptColumn> Find(const Column& column) const;
  /// Whether its values are doubles where whole numbers are beyond a long.
  bool IsRounded(const Column& column) const;

  /// The names of all fields, as FieldNames orders them.
  const std::vector<std::string>& fields() const { return fields_; }
  /// Events, which are the rows of every column.
  int64_t rows() const { return totals_.events; }
  /// Opens what was read, for what is not kept.
  OpenSource Open() const { return open_(ranges_); }
  /// Of all that was read of `ranges`.
  const ScanTotals& totals() const { return totals_; }
  int64_t bytes() const;

 private:
  struct Kept {
    Column column;
    std::shared_ptr<KeptColumn> values = std::make_shared<KeptColumn>();
    bool rounded = false;
  };
  class Gathering;

  static std::string KeyOf(const Column& column);
  bool IsContinued(const Ranges& ranges) const;
  /// Errors: the sources'; kClosed when interrupted.
  Status Read(const Ranges& ranges, Gathering& gathering, const Progress& progress);
  /// Adds what was gathered to `kept_`.
  void AddRows(Gathering& gathering);
  /// Adds those that are kept, too, to `columns`.
  void AddOthers(std::vector<Column>& columns) const;
  /// What further columns may take, in bytes.
  size_t Room() const;
  void Forget();

  OpenRanges open_;
  int64_t bytes_max_;
  Ranges ranges_;       ///< read so far
  size_t updates_ = 0;  ///< that have added rows
  ScanTotals totals_;
  std::vector<std::string> fields_;
  std::map<std::string, Kept> kept_;
  std::set<std::string> too_large_;  ///< the keys of columns that do not fit together
};

}  // namespace gamevents::report::sql
