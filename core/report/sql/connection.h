#pragma once

#include "core/base/moment.h"
#include "core/base/result.h"
#include "core/base/time_zone.h"
#include "core/database/handles.h"
#include "core/report/sql/event_table.h"
#include "core/report/sql/functions.h"
#include "core/report/table/cell.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::report::sql {

/// How long a statement may go on after the stop: to answer from what was read until then.
inline constexpr std::chrono::seconds kAfterStop{2};

/// SQLite in memory with tables over scans, which statements can read and nothing else: they
/// write nowhere, open no file, and take no more memory than they are given. Not thread-safe.
class Connection {
 public:
  /// What a statement may use.
  struct Options {
    int64_t memory_max = 0;         ///< bytes
    std::function<bool()> stopped;  ///< asked for while a statement works
    std::chrono::milliseconds after_stop = kAfterStop;
    TimeZone zone{};       ///< whose clocks date_trunc and time_bucket go by
    ReadMoment moments{};  ///< reads parameters such as @yesterday; null: they are errors
  };

  /// SQLite counts memory for the whole process: while the
  /// connection lives, what all take together may grow by memory_max. Errors: kIo.
  static Result<std::unique_ptr<Connection>> Open(Options options);
  ~Connection();

  /// Makes `events` the table `name`, as FROM name or "name" finds it, in place of one that had
  /// that name. They must outlive the connection. Errors: kIo.
  Status Add(const std::string& name, Events& events);

  /// Makes a table of that name without rows, whose columns nobody knows yet. Errors: kIo.
  Status AddUnknown(const std::string& name);

  /// The table that the last Prepare had not found; nullopt when it failed for another reason.
  const std::optional<std::string>& missing_table() const { return missing_table_; }
  /// The column that it had not found, without a table's name before it.
  const std::optional<std::string>& missing_column() const { return missing_column_; }

  /// A sentence for each aggregate that left values out.
  std::vector<std::string> Notes() const;

  /// Errors: kBadInput with the place in `statement` (a text that is no statement, or several; one
  /// that does more than read); kNotFound for what other tables or columns could make right: a
  /// name that is not among them, with those that are; kFull.
  Result<database::StatementHandle> Prepare(std::string_view statement);

  /// Makes a table of that name, which no other has, with `rows` in it: whole numbers, doubles,
  /// texts and nulls. Errors: kFull; kClosed (stopped); kIo.
  Status Put(std::string_view name, const report::Table& rows);

  /// The next row; false after the last. Errors: kBadInput (SQLite's own: an overflow, a malformed
  /// JSON); kFull beyond memory_max, with what to do; kClosed (stopped, and the statement did not
  /// come to its end by itself); the source's.
  Result<bool> Step(sqlite3_stmt* statement);

 private:
  explicit Connection(Options options);
  static int Authorize(void* self, int action, const char* first, const char* second, const char*,
                       const char*);
  static int MayGoOn(void* self);

  /// Gives the statement's parameters, @yesterday or @2h, their times. Errors: kBadInput.
  Status Bind(sqlite3_stmt* statement) const;
  Error PrepareError(int code, std::string_view statement);
  /// Runs `sql` with everything allowed. SQLite's code.
  int RunFreely(const std::string& sql);
  Error UnknownColumn(std::string_view message, std::string_view statement, size_t place);
  Error TooMuch() const;
  /// Errors: kBadInput when more than blanks and comments is left.
  Status CheckRest(std::string_view statement, const char* rest);

  Options options_;
  FunctionState functions_;
  std::vector<std::unique_ptr<EventTable>> tables_;
  std::optional<std::string> missing_table_;
  std::optional<std::string> missing_column_;
  int64_t hard_limit_before_;
  int64_t soft_limit_before_;
  std::chrono::steady_clock::time_point stopped_at_{};
  database::ConnectionHandle handle_;  ///< last: closed before what it calls is gone
};

/// Whether `statement` can be a statement at all, before any event is read: what only the columns
/// can tell is left for Prepare. Errors: kBadInput, as Prepare.
Status CheckStatement(std::string_view statement, const ReadMoment& moments = nullptr);

}  // namespace gamevents::report::sql
