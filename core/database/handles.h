#pragma once

#include <memory>

struct sqlite3;
struct sqlite3_stmt;

namespace gamevents::database {

/// Closes a connection of SQLite, for ConnectionHandle.
struct CloseConnection {
  void operator()(sqlite3* handle) const;
};
/// Frees a prepared statement, for StatementHandle.
struct FinalizeStatement {
  void operator()(sqlite3_stmt* statement) const;
};

/// Owners of SQLite's handles, for callers that need more of SQLite than database.h offers. A
/// connection outlives its statements.
using ConnectionHandle = std::unique_ptr<sqlite3, CloseConnection>;
using StatementHandle = std::unique_ptr<sqlite3_stmt, FinalizeStatement>;

}  // namespace gamevents::database
