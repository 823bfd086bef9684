#pragma once

#include "core/base/result.h"
#include "core/report/sql/event_scan.h"
#include "core/report/sql/kept_events.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace gamevents::report::sql {

/// One of a statement's ways through the events. The first time it scans them; when it is started
/// again, as the inner side of a join is for each row of the outer, it keeps what it scans, and
/// from then on reads no record again. Not thread-safe; `events` outlives it.
class EventCursor {
 public:
  explicit EventCursor(Events& events) : events_(events), scan_(events) {}

  /// Goes to the first row that may meet all of `conditions`. `columns`: those that will be read,
  /// and those of the conditions; others may come with a later start.
  /// Errors: the source's; kFull as KeptEvents.
  Status Start(std::vector<Condition> conditions, const std::vector<size_t>& columns);

  /// Goes to the next row. Requires: !AtEnd(). Errors: the source's.
  Status Next();
  /// Whether there is no current row.
  bool AtEnd() const;
  /// Lets go of the source, and has no current row. What is kept stays for the next start.
  void Stop();

  /// The current row's value, which lives until the next call that is not const.
  ValueView Read(size_t column);
  int64_t RowId() const;

 private:
  /// Scans for the rows to keep: those that meet `always_`.
  Status Keep();
  Status StartKept(std::vector<Condition> conditions);
  /// Adds to `columns_`; false when all were among them.
  bool Use(const std::vector<size_t>& columns);
  size_t Row() const;
  void SkipOthers();

  Events& events_;
  EventScan scan_;
  size_t starts_ = 0;
  std::vector<Condition> first_;   ///< the conditions of the first start
  std::vector<Condition> always_;  ///< those that all starts had in common so far
  std::vector<size_t> columns_;    ///< that any start used
  std::unique_ptr<KeptEvents> kept_;

  // Of a start that reads what is kept:
  std::vector<Condition> conditions_;
  bool by_index_ = false;
  std::span<const KeptEvents::Place> places_;  ///< the rows to look at, by index
  size_t next_ = 0;
  size_t end_ = 0;
};

}  // namespace gamevents::report::sql
