#pragma once

#include "core/base/result.h"
#include "core/report/ask/question.h"
#include "core/report/scan/scan.h"
#include "core/report/scan/scan_summary.h"
#include "core/report/sql/column_store.h"
#include "core/report/sql/connection.h"
#include "core/report/sql/event_scan.h"
#include "core/report/sql/grouped_statement.h"
#include "core/report/sql/table_sources.h"
#include "core/report/table/cell.h"

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::report::sql {

using Progress = std::function<void(const ScanTotals&)>;

/// The table of the topic that the question is about, and those that are made of its events.
inline constexpr std::string_view kEventsTable = "events";
inline constexpr std::string_view kSalesTable = "sales";
inline constexpr std::string_view kSessionsTable = "sessions";
inline constexpr std::string_view kFlowsTable = "flows";
inline constexpr auto kMadeTables =
    std::to_array({kEventsTable, kSalesTable, kSessionsTable, kFlowsTable});

/// The tables that a statement names. Each is opened when SQLite asks for it; a first pass over it
/// finds its columns. One thread; outlives the connection.
class Tables {
 public:
  /// What there is to read.
  struct Given {
    const Question& question;
    const OpenSource& events;
    const TableSources& sources;
    const Progress& progress;
    /// The groups that the pass over the events gathers, too; null: none.
    const GroupedStatement* grouped = nullptr;
    /// Knows the events' fields and keeps columns of them, in place of the first pass; null: nobody
    /// does. Requires: up to date; the question has no condition.
    ColumnStore* store = nullptr;
  };

  explicit Tables(const Given& given) : given_(given) {}

  /// Opens the table, finds its columns and gives it to `connection`; false when there is none of
  /// that name, and unknown() says which there are. Errors: the source's; kFull for too many
  /// fields.
  Result<bool> Load(const std::string& name, Connection& connection);
  const std::string& unknown() const { return unknown_; }

  /// Where no event was selected, nothing says which fields there are: gives the events the column
  /// `name` then, of nulls. False where there are events, or they have it. Errors: kIo.
  Result<bool> AddNull(const std::string& name, Connection& connection);

  /// Whether it was loaded.
  bool Has(std::string_view name) const { return Find(name) != nullptr; }

  /// Of the first passes: that over the events where they were named, or the first one.
  ScanSummary& summary() { return summary_; }
  /// What the pass over the events gathered for given.grouped, where that is certain.
  const std::optional<report::Table>& groups() const { return groups_; }
  /// The columns of the events. Requires: they were loaded.
  const std::vector<Column>& columns() const;

  /// Whether a table that was loaded has a column that SQLite takes `name` for.
  bool HasColumn(std::string_view name) const;

  /// Notes that SQLite reads nothing of the events, whose groups are known.
  void TakeGroups();

  /// What was read for the statement itself, of the table of which most was read; partial when any
  /// scan was cut off.
  ScanTotals Totals() const;
  /// Whether a scan was cut off that is not the statement's only one. The rows that come then are
  /// of some records here and of others there: no answer of anything.
  bool IsMixed() const;
  /// Columns that had whole numbers beyond a long.
  std::vector<std::string> Rounded() const;

 private:
  struct Loaded {
    std::string name;
    Events events;
  };

  const Loaded* Find(std::string_view name) const;
  Result<bool> LoadKept(Connection& connection);
  Status Add(const std::string& name, Events events, Connection& connection);
  /// Nothing where there is no such table. Errors: the source's.
  Result<std::optional<OpenSource>> Open(const std::string& name);
  Result<std::optional<OpenSource>> OpenOther(const std::string& name);
  /// The name in the letters that the table has.
  std::string AsDeclared(const std::string& name) const;
  std::string OthersThan(const std::string& name) const;
  Result<std::optional<OpenSource>> OpenSessions();

  Given given_;
  ScanSummary summary_;
  std::string unknown_;
  std::optional<report::Table> groups_;
  std::vector<std::unique_ptr<Loaded>> loaded_;
};

}  // namespace gamevents::report::sql
