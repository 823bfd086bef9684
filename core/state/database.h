#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace gamevents::state {

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
  void Reset();

  /// A column of the current row, from 0. Texts live until the next Step.
  int64_t Integer(int column) const;
  std::string_view Bytes(int column) const;

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

/// An SQLite database in a file: the only place that knows SQLite. Not thread-safe.
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
  Result<Statement> Prepare(const char* sql);

 private:
  struct Close {
    void operator()(sqlite3* handle) const;
  };
  explicit Database(sqlite3* handle) : handle_(handle) {}
  std::unique_ptr<sqlite3, Close> handle_;
};

}  // namespace gamevents::state
