#pragma once

#include "core/base/result.h"
#include "core/database/handles.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

// The database's room: SQLite's handles, and a database in a file. It knows nothing of what is
// kept in one.

namespace gamevents::database {

/// A statement of SQLite, prepared. Not thread-safe; must not outlive its database.
class Statement {
 public:
  /// Parameters count from 1. Texts must live until the statement has been run.
  void Bind(int parameter, int64_t value);
  void Bind(int parameter, std::string_view bytes);

  /// The next row; false after the last. Errors: kCorrupt (not a database, or a damaged one);
  /// kFull; kIo; kUnavailable when another process holds it.
  Result<bool> Step();
  /// Runs it to its end and makes it ready to be run again. Errors: as Step.
  Status Run();
  /// Makes it ready to be run again, whether or not it came to its end.
  void Reset();

  /// A column of the current row, from 0. Texts live until the next Step.
  int64_t Integer(int column) const;
  std::string_view Bytes(int column) const;

 private:
  friend class Database;
  explicit Statement(StatementHandle statement) : statement_(std::move(statement)) {}
  StatementHandle statement_;
};

/// An SQLite database in a file. Not thread-safe.
class Database {
 public:
  enum class Mode : uint8_t {
    kExisting,  ///< errors with kNotFound where there is none
    kCreate,
  };

  /// Errors: as Statement::Step.
  static Result<Database> Open(const std::string& path, Mode mode);

  /// One or more statements without parameters. Errors: as Statement::Step.
  Status Execute(const char* sql);
  /// One statement, with parameters where it has some. Errors: as Statement::Step.
  Result<Statement> Prepare(const char* sql);

 private:
  explicit Database(ConnectionHandle handle) : handle_(std::move(handle)) {}
  ConnectionHandle handle_;
};

}  // namespace gamevents::database
