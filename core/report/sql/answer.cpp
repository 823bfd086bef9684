#include "core/report/sql/answer.h"

#include "core/base/stop.h"
#include "core/base/units.h"
#include "core/report/scan/field_names.h"
#include "core/report/scan/merged_scan.h"
#include "core/report/sql/connection.h"
#include "core/report/sql/event_groups.h"
#include "core/report/sql/grouped_statement.h"
#include "core/report/table/memory_budget.h"
#include "core/report/table/utf8.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace gamevents::report::sql {
namespace {

std::vector<Heading> HeadingsOf(sqlite3_stmt* statement) {
  std::vector<std::string> names;
  for (int i = 0; i < sqlite3_column_count(statement); ++i) {
    const char* name = sqlite3_column_name(statement, i);
    names.emplace_back(name == nullptr ? "" : name);
  }
  std::vector<Heading> headings;
  // JSON's readers would keep only the last of those with one name.
  for (std::string& name : DistinctNames(std::move(names))) {
    headings.push_back({std::move(name), Type::kAny});
  }
  return headings;
}

Cell CellOf(sqlite3_stmt* statement, int column) {
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
      return sqlite3_column_int64(statement, column);
    case SQLITE_FLOAT:
      return sqlite3_column_double(statement, column);
    case SQLITE_TEXT: {
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
      const auto size = static_cast<size_t>(sqlite3_column_bytes(statement, column));
      if (text == nullptr) return std::string();
      return ReplaceMalformed({text, size});  // a CAST makes a text of any bytes
    }
    case SQLITE_BLOB: {
      const void* bytes = sqlite3_column_blob(statement, column);
      const auto size = static_cast<size_t>(sqlite3_column_bytes(statement, column));
      if (bytes == nullptr) return Bytes{};
      return Bytes{std::string(static_cast<const char*>(bytes), size)};
    }
    default:
      return std::monostate{};
  }
}

Row RowOf(sqlite3_stmt* statement, size_t columns) {
  Row row;
  row.reserve(columns);
  for (size_t i = 0; i < columns; ++i) row.push_back(CellOf(statement, static_cast<int>(i)));
  return row;
}

/// Where rows go: written as they come, or held where the format needs all of them.
class Output {
 public:
  /// `kinds`: as MakeRenderer takes it.
  Output(const Question& question, std::vector<Heading> headings, const Write& write,
         FindKinds kinds)
      : question_(question), write_(write), limit_(RowLimit(question)), budget_(question.memory) {
    table_.headings = std::move(headings);
    if (!TraitsOf(question.rendering.format).holds_rows) {
      renderer_ = MakeRenderer(RenderingOf(question), table_.headings, write, std::move(kinds));
    }
  }

  /// Takes a row; false when there was no room for it within the limit. Errors: write's; kFull.
  Result<bool> Add(Row row) {
    if (count_ == limit_) return false;
    count_ += 1;
    if (renderer_) {
      if (auto added = renderer_->Add(std::move(row)); !added) return std::move(added).error();
      return true;
    }
    if (!budget_.Add(static_cast<int64_t>(RowBytes(row)))) return TooMuch();
    table_.rows.push_back(std::move(row));
    return true;
  }

  /// How many rows it has taken.
  size_t count() const { return count_; }

  /// Writes what is left. `more`: there were further rows. Errors: write's.
  Status Finish(bool more) {
    if (renderer_) return renderer_->Finish(more);
    table_.more = more;
    return WriteTable(question_, std::move(table_), write_);
  }

 private:
  Error TooMuch() const {
    const auto streams = [](const FormatTraits& traits) { return !traits.holds_rows; };
    return {Fault::kFull,
            fmt::format("the rows take more than {}: ask for fewer, or take the format "
                        "{}, which are written as they come",
                        FormatSize(budget_.bytes_max()), NamesOfFormats(streams))};
  }

  const Question& question_;
  const Write& write_;
  size_t limit_;
  MemoryBudget budget_;
  size_t count_ = 0;
  Table table_;
  std::unique_ptr<Renderer> renderer_;
};

/// Whether a scan was cut off that is not the statement's only one. The rows that come then are of
/// some records here and of others there: no answer of anything.
bool IsMixed(const Events& events) { return events.totals.partial && events.counts.scans > 1; }

/// Runs `statement` to its end, or to the limit's; false when the stop came before the end. Then
/// only rows that stand in the whole answer, too, are written, and without any nothing is.
/// Errors: as Connection::Step but kClosed; the output's.
Result<bool> Run(Connection& connection, sqlite3_stmt* statement, const Events& events,
                 Output& output) {
  const auto columns = static_cast<size_t>(sqlite3_column_count(statement));
  bool stopped = false;
  bool more = false;
  while (!more) {
    auto row = connection.Step(statement);
    if (!row && row.error().fault != Fault::kClosed) return std::move(row).error().In("SQL");
    stopped = !row || IsMixed(events);
    if (stopped || !*row) break;
    const auto taken = output.Add(RowOf(statement, columns));
    if (!taken) return Error(taken.error());
    more = !*taken;
  }
  if (stopped && output.count() == 0) return false;
  if (auto finished = output.Finish(more); !finished) return std::move(finished).error();
  return !stopped;
}

/// What the first pass looks for: the fields, and the groups, if there is a statement about some.
class FirstPass final : public Step {
 public:
  explicit FirstPass(std::unique_ptr<EventGroups> groups) : groups_(std::move(groups)) {}

  std::unique_ptr<FirstPass> Sibling() const {
    return std::make_unique<FirstPass>(groups_ ? groups_->Sibling() : nullptr);
  }

  Status Take(const Scanned& scanned) override {
    if (auto taken = fields_.Take(scanned); !taken) return taken;
    return groups_ ? groups_->Take(scanned) : Status(Done{});
  }
  bool Satisfied() const override { return fields_.Satisfied(); }

  void Merge(FirstPass&& sibling) {
    fields_.Merge(std::move(sibling.fields_));
    if (groups_) groups_->Merge(std::move(*sibling.groups_));
  }

  const FieldNames& fields() const { return fields_; }
  std::optional<report::Table> Groups() const { return groups_ ? groups_->Finish() : std::nullopt; }

 private:
  FieldNames fields_;
  std::unique_ptr<EventGroups> groups_;
};

/// The statement over the groups, once they are a table. Errors: Put's; Prepare's.
Result<database::StatementHandle> PrepareGrouped(Connection& connection,
                                                 const GroupedStatement& asked,
                                                 const report::Table& groups) {
  if (auto put = connection.Put(kGroupsTable, groups); !put) return std::move(put).error();
  return connection.Prepare(asked.over_groups);
}

/// Runs a statement of its own to the limit's end: which kinds of values it gives. Errors: as
/// Connection::Prepare and Connection::Step.
Result<std::vector<CellKinds>> KindsOfStatement(Connection& connection, std::string_view text,
                                                size_t limit) {
  auto statement = connection.Prepare(text);
  if (!statement) return std::move(statement).error();
  const auto columns = static_cast<size_t>(sqlite3_column_count(statement->get()));
  std::vector<CellKinds> kinds(columns);
  for (size_t rows = 0; rows < limit; ++rows) {
    const auto row = connection.Step(statement->get());
    if (!row) return Error(row.error());
    if (!*row) break;
    for (size_t i = 0; i < columns; ++i) {
      kinds[i].Take(CellOf(statement->get(), static_cast<int>(i)));
    }
  }
  return kinds;
}

/// What is asked, and what the first pass has found for it.
struct Asked {
  const SqlQuestion& question;
  const GroupedStatement* over_groups = nullptr;  ///< null: the events are read again
  const std::optional<report::Table>& groups;
};

/// Prepares and runs the question's statement over `events`, or over the groups. Gives what a stop
/// left of its answer, "" for all of it. Errors: as Answer.
Result<std::string> Ask(const Asked& asked, const Question& question, Events& events,
                        const Write& write) {
  const auto stopped = [deadline = question.deadline] {
    return StopSignal::Requested() || (deadline && std::chrono::steady_clock::now() >= *deadline);
  };
  auto connection = Connection::Open(
      events, {.memory_max = static_cast<int64_t>(question.memory), .stopped = stopped});
  if (!connection) return std::move(connection).error();
  auto statement = (*connection)->Prepare(asked.question.statement);
  if (!statement) return Error(statement.error()).In("SQL");
  const std::string_view text = asked.over_groups != nullptr
                                    ? std::string_view(asked.over_groups->over_groups)
                                    : std::string_view(asked.question.statement);
  Output output(question, HeadingsOf(statement->get()), write, [&connection, &question, text] {
    return KindsOfStatement(**connection, text, RowLimit(question));
  });
  if (asked.over_groups != nullptr) {
    statement = PrepareGrouped(**connection, *asked.over_groups, *asked.groups);
    if (!statement) return Error(statement.error()).In("SQL");
  }
  const auto whole = Run(**connection, statement->get(), events, output);
  if (!whole) return Error(whole.error());
  if (*whole) return std::string();
  if (output.count() == 0) return std::string("there is no answer yet");
  std::string left = fmt::format("only the first {} {} of the answer came", output.count(),
                                 output.count() == 1 ? "row" : "rows");
  if (!events.totals.partial || IsMixed(events)) return left;
  return left + fmt::format(", and it is of the first {} records", events.totals.records);
}

/// Calls `progress` with totals that say which pass they are of.
std::function<void(const ScanTotals&)> InFirstPass(
    const std::function<void(const ScanTotals&)>& progress) {
  if (!progress) return nullptr;
  return [&progress](ScanTotals totals) {
    totals.pass = 1;
    progress(totals);
  };
}

std::string RoundedNote(const std::string& column) {
  return "SQL: " + QuotedName(column) +
         " has whole numbers beyond a long, which to SQLite are doubles: different ones may be "
         "equal. _json -> '$.NAME' gives a field's digits";
}

}  // namespace

Status Check(std::string_view statement) {
  auto checked = CheckStatement(statement);
  if (!checked) return std::move(checked).error().In("SQL");
  return Done{};
}

Result<ScanSummary> Answer(const SqlQuestion& asked, const Question& question,
                           const OpenSource& open,
                           const std::function<void(const ScanTotals&)>& progress,
                           const Write& write, Ahead ahead) {
  const event::Filter* where = question.where ? &*question.where : nullptr;
  const auto grouped = ahead == Ahead::kGroups ? ReadGrouped(asked.statement) : std::nullopt;
  FirstPass first(grouped ? std::make_unique<EventGroups>(*grouped, question.memory) : nullptr);
  auto summary = ScanMerged(open, {where, false, InFirstPass(progress), NamesOf(question)}, first);
  if (!summary) return summary;
  const auto names = first.fields().Finish();
  if (!names) {
    return Error{Fault::kFull, "SQL: " + names.error().context +
                                   ", each of which would be a column: leave events out with a "
                                   "filter"};
  }
  Columns columns = ColumnsOf(*names);
  const std::optional<report::Table> groups = first.Groups();
  const bool known = groups && Fits(*grouped, columns.columns);
  if (summary->totals.partial && !known) {
    summary->cut_off = fmt::format(
        "there is no answer: the first pass, which finds the fields, had read {} records",
        summary->totals.records);
    return summary;
  }
  summary->notes = std::move(columns.notes);
  Events events{.columns = std::move(columns.columns),
                .open = open,
                .where = where,
                .progress = progress,
                .expected = summary->totals.selected,
                .kept_max = static_cast<int64_t>(question.memory)};
  if (known) events.totals = summary->totals;
  auto cut_off = Ask({asked, known ? &*grouped : nullptr, groups}, question, events, write);
  if (!cut_off) return std::move(cut_off).error();
  for (const std::string& name : events.rounded) summary->notes.push_back(RoundedNote(name));
  if (events.totals.partial) summary->totals = events.totals;
  summary->totals.partial = events.totals.partial || !cut_off->empty();
  summary->cut_off = std::move(*cut_off);
  return summary;
}

}  // namespace gamevents::report::sql
