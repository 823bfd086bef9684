#pragma once

#include "core/base/result.h"
#include "core/report/sql/event_scan.h"

#include <optional>

struct sqlite3;

namespace gamevents::report::sql {

/// The table `events` of one connection: SQLite's virtual table over a scan. Conditions of a
/// statement on single columns go down into the scan, and only the columns that it uses are read.
/// Must outlive the connection. Not thread-safe.
class EventTable {
 public:
  explicit EventTable(Events& events) : events_(events) {}

  /// Makes the table known to `connection`. Errors: kIo, as SQLite has it.
  Status Register(sqlite3* connection);

  Events& events() const { return events_; }

  /// Why the scan failed, when a statement did with SQLite's "virtual table" error: SQLite itself
  /// carries no more than a text.
  std::optional<Error> error;

 private:
  Events& events_;
};

}  // namespace gamevents::report::sql
