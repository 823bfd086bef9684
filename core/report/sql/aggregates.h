#pragma once

#include "core/report/sql/functions.h"

#include <memory>
#include <span>
#include <string_view>

struct sqlite3_context;
struct sqlite3_value;

namespace gamevents::report::sql {

/// What an aggregate function has gathered of one group or window. Not thread-safe.
class SqlAggregate {
 public:
  virtual ~SqlAggregate() = default;

  /// Takes a row's arguments. Errors: kBadInput for an argument that it cannot have; kFull.
  virtual Status Add(std::span<sqlite3_value* const> arguments) = 0;
  /// Takes the oldest row back that was added. Requires: a row of kAggregates that has a window.
  virtual void Remove(std::span<sqlite3_value* const> arguments);
  /// Gives what has been gathered to SQLite.
  virtual void Answer(sqlite3_context* context) = 0;
};

/// One aggregate function.
struct SqlAggregateRow {
  std::string_view name;
  int arguments = 1;
  bool has_window = true;  ///< can take rows back
  /// `state` outlives what is made.
  std::unique_ptr<SqlAggregate> (*make)(FunctionState& state, const SqlAggregateRow& row) = nullptr;
};

/// The bytes of an argument as a text, which live as long as it is not asked for otherwise; "" for
/// null.
std::string_view TextOfValue(sqlite3_value* value);

/// Every aggregate function that SQLite does not have itself.
std::span<const SqlAggregateRow> SqlAggregates();

}  // namespace gamevents::report::sql
