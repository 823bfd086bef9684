#pragma once

#include "core/base/result.h"
#include "core/event/filter.h"
#include "core/event/value.h"
#include "core/report/scan/record_event.h"
#include "core/report/scan/scan.h"
#include "core/report/sql/column_store.h"
#include "core/report/sql/columns.h"
#include "core/report/sql/condition.h"
#include "core/report/sql/kept_column.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace gamevents::report::sql {

/// A field's value as SQLite has it: booleans are 1 and 0, arrays and objects their JSON text. A
/// whole number beyond a long is its nearest double. Texts stay the event's.
ValueView AsSqlite(const event::Value& value);

/// How much was done for a statement.
struct Counts {
  int64_t scans = 0;   ///< times that the records were read from their start
  int64_t parsed = 0;  ///< values read as JSON
  int64_t rows = 0;    ///< handed to SQLite
  int64_t values = 0;  ///< of these rows, read by SQLite: the fields and the record's own
};

/// The events that a statement is asked of, and what became of reading them. Shared by all scans
/// of one statement; one thread.
struct Events {
  std::vector<Column> columns;
  OpenSource open;
  const event::Filter* where = nullptr;  ///< nullptr: every event
  const std::function<void(const ScanTotals&)>& progress;
  int64_t expected = 0;  ///< about how many rows there are, for SQLite's planner

  ColumnStore* store = nullptr;           ///< where scans find columns in memory; nullptr: nowhere
  int64_t kept_max = int64_t{256} << 20;  ///< what rows that are kept may take, in bytes

  int64_t kept_bytes = 0;  ///< what they take
  Counts counts{};
  ScanTotals totals{};              ///< of the scan that read most; partial when any was cut off
  std::set<std::string> rounded{};  ///< columns that were asked for a whole number beyond a long
  /// The numbers of rows that share their record's place with the row before: {partition, offset,
  /// which of them}.
  std::map<std::array<int64_t, 3>, int64_t> shared_places{};
};

/// Goes through the events that meet conditions, one after another, and reads only what it is asked
/// for. It can be started again and again. Not thread-safe; `events` outlives it.
class EventScan {
 public:
  explicit EventScan(Events& events) : events_(events) {}
  ~EventScan() { Stop(); }
  EventScan(const EventScan&) = delete;
  EventScan& operator=(const EventScan&) = delete;

  /// Goes to the first row that may meet all of `conditions` (see MayHold). Conditions on what a
  /// record has of its own are tested before its value is parsed.
  /// `columns`: those that Read is asked for. Where events_.store keeps all of them, no record is
  /// read. Errors: the source's. An interrupted source (kClosed) ends the scan instead, marked
  /// partial.
  Status Start(std::vector<Condition> conditions, std::span<const size_t> columns);

  /// Goes to the next row. Requires: !AtEnd(). Errors: as Start.
  Status Next();

  /// Lets go of the source, has no current row, and adds what was read to events.totals.
  void Stop();

  /// Whether there is no current row.
  bool AtEnd() const { return at_end_; }

  /// The current row's value, which lives until the next call that is not const.
  ValueView Read(size_t column);

  /// The current row's number: the same in every scan of a statement, no two alike.
  int64_t RowId() const;

 private:
  /// Whether the rows come from events_.store. Errors: as ColumnStore::Keep, but kClosed.
  Result<bool> StartKept(std::span<const size_t> columns);
  /// Goes to the next row of those that are kept; false at the end.
  bool NextKept();
  /// Goes to the next record; false at the end.
  Result<bool> NextRecord();
  bool Selects(std::span<const Condition> conditions);
  bool SelectsEvent();
  ValueView ValueOf(const Column& column);
  ValueView OwnOf(RecordColumn column) const;
  Events& events_;
  std::unique_ptr<RecordSource> source_;
  std::vector<Condition> on_record_;
  std::vector<Condition> on_event_;
  std::span<const kafka::RecordView> records_;
  size_t next_ = 0;  ///< in `records_`
  const kafka::RecordView* record_ = nullptr;
  RecordEvent event_;
  static constexpr std::pair<int32_t, int64_t> kNoPlace{-1, -1};
  std::pair<int32_t, int64_t> place_ = kNoPlace;  ///< of the record read last
  int64_t line_ = 0;                              ///< rows before it in the record's place
  ScanTotals totals_;
  bool at_end_ = true;

  // Of a scan of what the store keeps:
  /// A condition, and which values of its column may meet it.
  struct KeptTest {
    std::shared_ptr<const KeptColumn> column;
    std::vector<uint8_t> passes;
  };
  bool is_kept_ = false;
  std::vector<std::shared_ptr<const KeptColumn>> kept_;  ///< by the column's number; null: not used
  std::vector<KeptTest> tests_;
  size_t next_row_ = 0;
};

}  // namespace gamevents::report::sql
