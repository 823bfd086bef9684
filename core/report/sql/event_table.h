#pragma once

#include "core/base/result.h"
#include "core/report/sql/event_scan.h"

#include <optional>
#include <string>
#include <utility>

struct sqlite3;

namespace gamevents::report::sql {

/// A table of one connection over events: SQLite's virtual table over a scan. Conditions of a
/// statement on single columns go down into the scan, and only the columns that it uses are read.
/// Must outlive the connection. Not thread-safe.
class EventTable {
 public:
  EventTable(std::string name, Events& events) : name_(std::move(name)), events_(events) {}

  /// Makes the table known to `connection`. Errors: kIo, as SQLite has it.
  Status Register(sqlite3* connection);

  const std::string& name() const { return name_; }
  Events& events() const { return events_; }

  /// Why the scan failed, when a statement did with SQLite's "virtual table" error: SQLite itself
  /// carries no more than a text.
  std::optional<Error> error;

 private:
  const std::string name_;
  Events& events_;
};

}  // namespace gamevents::report::sql
