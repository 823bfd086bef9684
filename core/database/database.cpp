#include "core/database/database.h"

#include <sqlite3.h>

#include <utility>

namespace gamevents::database {
namespace {

/// How long another process's transaction is waited for.
constexpr int kBusyTimeoutMs = 5'000;

Fault FaultOf(int code) {
  switch (code & 0xFF) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_SCHEMA:
    case SQLITE_ERROR:  // A table that is not there: not our file.
      return Fault::kCorrupt;
    case SQLITE_FULL:
      return Fault::kFull;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return Fault::kUnavailable;
    case SQLITE_CANTOPEN:
      return Fault::kNotFound;
    default:
      return Fault::kIo;
  }
}

Error SqliteError(sqlite3* handle, int code) {
  const char* text = handle == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(handle);
  return {FaultOf(code), std::string("SQLite: ") + text};
}

}  // namespace

void CloseConnection::operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }

void FinalizeStatement::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

void Statement::Bind(int parameter, int64_t value) {
  sqlite3_bind_int64(statement_.get(), parameter, value);
}

void Statement::Bind(int parameter, std::string_view bytes) {
  // A null pointer would be NULL, not an empty text.
  const char* data = bytes.data() == nullptr ? "" : bytes.data();
  sqlite3_bind_blob64(statement_.get(), parameter, data, bytes.size(), SQLITE_STATIC);
}

Result<bool> Statement::Step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return SqliteError(sqlite3_db_handle(statement_.get()), code);
}

Status Statement::Run() {
  while (true) {
    auto row = Step();
    if (!row) {
      Reset();
      return std::move(row).error();
    }
    if (!*row) break;
  }
  Reset();
  return Done{};
}

void Statement::Reset() { sqlite3_reset(statement_.get()); }

int64_t Statement::Integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

std::string_view Statement::Bytes(int column) const {
  const void* data = sqlite3_column_blob(statement_.get(), column);
  const int size = sqlite3_column_bytes(statement_.get(), column);
  return {static_cast<const char*>(data), data == nullptr ? 0 : static_cast<size_t>(size)};
}

Result<Database> Database::Open(const std::string& path, Mode mode) {
  sqlite3* handle = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
                    (mode == Mode::kCreate ? SQLITE_OPEN_CREATE : 0);
  const int code = sqlite3_open_v2(path.c_str(), &handle, flags, nullptr);
  Database database{ConnectionHandle(handle)};  // To be closed even when it could not be opened.
  if (code != SQLITE_OK) return SqliteError(handle, code).In(path);
  sqlite3_busy_timeout(handle, kBusyTimeoutMs);
  return database;
}

Status Database::Execute(const char* sql) {
  const int code = sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return SqliteError(handle_.get(), code);
  return Done{};
}

Result<Statement> Database::Prepare(const char* sql) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v2(handle_.get(), sql, -1, &statement, nullptr);
  if (code != SQLITE_OK) return SqliteError(handle_.get(), code);
  return Statement(StatementHandle(statement));
}

}  // namespace gamevents::database
