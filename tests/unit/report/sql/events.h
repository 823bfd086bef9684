#pragma once

#include "core/database/handles.h"
#include "core/report/sql/connection.h"
#include "core/report/sql/event_scan.h"
#include "tests/unit/catch.h"
#include "tests/unit/report/memory_source.h"

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace gamevents::report::sql {

/// The events of `messages` with a column for each of `fields`.
class TestEvents {
 public:
  TestEvents(std::vector<Message> messages, const std::vector<std::string>& fields)
      : open_(Topic(std::move(messages))),
        events{.columns = ColumnsOf(fields).columns, .open = open_, .progress = progress_} {}

  size_t Column(std::string_view name) const {
    for (size_t i = 0; i < events.columns.size(); ++i) {
      if (events.columns[i].name == name) return i;
    }
    FAIL("no column " << name);
    return 0;
  }

 private:
  OpenSource open_;
  std::function<void(const ScanTotals&)> progress_;

 public:
  Events events;
};

/// A connection with as much memory as a small report has.
inline std::unique_ptr<Connection> Connect(Events& events, int64_t memory_max = 64 << 20) {
  auto connection = Connection::Open({.memory_max = memory_max, .stopped = {}});
  REQUIRE(connection);
  REQUIRE((*connection)->Add("events", events));
  return std::move(*connection);
}

/// The statement's current row: "1|text|NULL".
inline std::string RowText(sqlite3_stmt* statement) {
  std::string row;
  for (int i = 0; i < sqlite3_column_count(statement); ++i) {
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, i));
    row.append(i == 0 ? "" : "|").append(text == nullptr ? "NULL" : text);
  }
  return row;
}

/// All rows that `statement` gives, a text each: "1|text|NULL".
inline std::vector<std::string> Rows(Connection& connection, std::string_view statement) {
  const auto prepared = connection.Prepare(statement);
  INFO(statement << ": " << (prepared ? "" : prepared.error().context));
  REQUIRE(prepared);
  std::vector<std::string> rows;
  while (true) {
    const auto row = connection.Step(prepared->get());
    INFO((row ? "" : row.error().context));
    REQUIRE(row);
    if (!*row) return rows;
    rows.push_back(RowText(prepared->get()));
  }
}

using Texts = std::vector<std::string>;

/// An ordinary database with a table like `events`.
class Ordinary {
 public:
  explicit Ordinary(Events& events) {
    sqlite3* opened = nullptr;
    REQUIRE(sqlite3_open(":memory:", &opened) == SQLITE_OK);
    handle_.reset(opened);
    std::string columns;
    std::string holes;
    for (const Column& column : events.columns) {
      columns += (columns.empty() ? "\"" : ", \"") + column.name + "\"";
      holes += holes.empty() ? "?" : ", ?";
    }
    const std::string create = "CREATE TABLE events(" + columns + ")";
    REQUIRE(sqlite3_exec(opened, create.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
    Fill(events, "INSERT INTO events VALUES (" + holes + ")");
  }

  Texts Rows(const std::string& statement) {
    sqlite3_stmt* made = nullptr;
    const int code = sqlite3_prepare_v2(handle_.get(), statement.c_str(), -1, &made, nullptr);
    const database::StatementHandle prepared(made);
    INFO(statement << ": " << sqlite3_errmsg(handle_.get()));
    REQUIRE(code == SQLITE_OK);
    Texts rows;
    while (sqlite3_step(made) == SQLITE_ROW) rows.push_back(RowText(made));
    return rows;
  }

 private:
  struct Bind {
    sqlite3_stmt* statement;
    int hole;
    void operator()(std::monostate) const { sqlite3_bind_null(statement, hole); }
    void operator()(int64_t number) const { sqlite3_bind_int64(statement, hole, number); }
    void operator()(double number) const { sqlite3_bind_double(statement, hole, number); }
    void operator()(std::string_view text) const {
      sqlite3_bind_text64(statement, hole, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
    }
    void operator()(BlobView blob) const {
      sqlite3_bind_blob64(statement, hole, blob.bytes.data(), blob.bytes.size(), SQLITE_TRANSIENT);
    }
  };

  void Fill(Events& events, const std::string& insert) {
    sqlite3_stmt* made = nullptr;
    REQUIRE(sqlite3_prepare_v2(handle_.get(), insert.c_str(), -1, &made, nullptr) == SQLITE_OK);
    const database::StatementHandle statement(made);
    EventScan scan(events);
    REQUIRE(scan.Start({}, {}));
    while (!scan.AtEnd()) {
      for (size_t i = 0; i < events.columns.size(); ++i) {
        std::visit(Bind{made, static_cast<int>(i) + 1}, scan.Read(i));
      }
      REQUIRE(sqlite3_step(made) == SQLITE_DONE);
      sqlite3_reset(made);
      REQUIRE(scan.Next());
    }
  }

  database::ConnectionHandle handle_;
};

}  // namespace gamevents::report::sql
