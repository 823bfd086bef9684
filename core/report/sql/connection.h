#pragma once

#include "core/base/result.h"
#include "core/database/handles.h"
#include "core/report/sql/event_table.h"
#include "core/report/table/cell.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace gamevents::report::sql {

/// The longest statement.
inline constexpr size_t kStatementBytesMax = size_t{64} << 10;

/// How long a statement may go on after the stop: to answer from what was read until then.
inline constexpr std::chrono::seconds kAfterStop{2};

/// SQLite in memory with one table, `events`, which statements can read and nothing else: they
/// write nowhere, open no file, and take no more memory than they are given. Not thread-safe.
class Connection {
 public:
  /// What a statement may use.
  struct Options {
    int64_t memory_max = 0;         ///< bytes
    std::function<bool()> stopped;  ///< asked for while a statement works
    std::chrono::milliseconds after_stop = kAfterStop;
  };

  /// `events` must outlive the connection. SQLite counts memory for the whole process: while the
  /// connection lives, what all take together may grow by memory_max. Errors: kIo.
  static Result<std::unique_ptr<Connection>> Open(Events& events, Options options);
  ~Connection();

  /// Errors: kBadInput with the place in `statement` (a text that is no statement, or several; one
  /// that does more than read); kNotFound for what other columns could make right: a name that is
  /// not among them, with those that are; kFull.
  Result<database::StatementHandle> Prepare(std::string_view statement);

  /// Makes a table of that name, which no other has, with `rows` in it: whole numbers, doubles,
  /// texts and nulls. Errors: kFull; kClosed (stopped); kIo.
  Status Put(std::string_view name, const report::Table& rows);

  /// The next row; false after the last. Errors: kBadInput (SQLite's own: an overflow, a malformed
  /// JSON); kFull beyond memory_max, with what to do; kClosed (stopped, and the statement did not
  /// come to its end by itself); the source's.
  Result<bool> Step(sqlite3_stmt* statement);

 private:
  explicit Connection(Events& events, Options options);
  static int Authorize(void* self, int action, const char* first, const char* second, const char*,
                       const char*);
  static int MayGoOn(void* self);

  Error PrepareError(int code, std::string_view statement) const;
  Error UnknownColumn(std::string_view message, std::string_view statement, size_t place) const;
  Error TooMuch() const;
  /// Errors: kBadInput when more than blanks and comments is left.
  Status CheckRest(std::string_view statement, const char* rest);

  Options options_;
  EventTable table_;
  int64_t hard_limit_before_;
  int64_t soft_limit_before_;
  std::chrono::steady_clock::time_point stopped_at_{};
  database::ConnectionHandle handle_;  ///< last: closed before what it calls is gone
};

/// Whether `statement` can be a statement at all, before any event is read: what only the columns
/// can tell is left for Prepare. Errors: kBadInput, as Prepare.
Status CheckStatement(std::string_view statement);

}  // namespace gamevents::report::sql
