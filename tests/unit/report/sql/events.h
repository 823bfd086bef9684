#pragma once

#include "core/report/sql/connection.h"
#include "tests/unit/catch.h"
#include "tests/unit/report/memory_source.h"

#include <sqlite3.h>

#include <set>
#include <string>
#include <utility>
#include <vector>

namespace gamevents::report::sql {

/// The events of `messages` with a column for each of `fields`.
class TestEvents {
 public:
  TestEvents(std::vector<Message> messages, const std::set<std::string, std::less<>>& fields)
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
  auto connection = Connection::Open(events, {.memory_max = memory_max, .stopped = {}});
  REQUIRE(connection);
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

}  // namespace gamevents::report::sql
