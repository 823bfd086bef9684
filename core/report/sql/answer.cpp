#include "core/report/sql/answer.h"

#include "core/base/ascii.h"
#include "core/base/stop.h"
#include "core/report/sql/connection.h"
#include "core/report/sql/event_groups.h"
#include "core/report/sql/grouped_statement.h"
#include "core/report/sql/output.h"
#include "core/report/sql/tables.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gamevents::report::sql {
namespace {

/// Prepares the statement, and loads each table that it names. Errors: as Connection::Prepare,
/// "SQL" before them, and Tables::Load; kClosed when a first pass was stopped.
Result<database::StatementHandle> PrepareWith(Tables& tables, Connection& connection,
                                              std::string_view statement) {
  while (true) {
    auto prepared = connection.Prepare(statement);
    if (prepared) return prepared;
    if (const auto& column = connection.missing_column()) {
      const auto given = tables.AddNull(*column, connection);
      if (!given) return Error(given.error());
      if (*given) continue;
    }
    if (!connection.missing_table()) return std::move(prepared).error().In("SQL");
    const std::string name = *connection.missing_table();
    if (tables.Has(name)) {
      prepared.error().context += fmt::format("\nwrite it in double quotes: {}", QuotedName(name));
      return std::move(prepared).error().In("SQL");
    }
    const auto loaded = tables.Load(name, connection);
    if (!loaded) return Error(loaded.error());
    if (!*loaded) {
      prepared.error().context += "\n" + tables.unknown();
      return std::move(prepared).error().In("SQL");
    }
    if (tables.summary().totals.partial) return Error{Fault::kClosed, "interrupted"};
  }
}

/// Runs `statement` to its end, or to the limit's; false when the stop came before the end. Then
/// only rows that stand in the whole answer, too, are written, and without any nothing is.
/// Errors: as Connection::Step but kClosed; the output's.
Result<bool> Run(Connection& connection, sqlite3_stmt* statement, const Tables& tables,
                 Output& output) {
  const auto columns = static_cast<size_t>(sqlite3_column_count(statement));
  bool stopped = false;
  bool more = false;
  while (!more) {
    auto row = connection.Step(statement);
    if (!row && row.error().fault != Fault::kClosed) return std::move(row).error().In("SQL");
    stopped = !row || tables.IsMixed();
    if (stopped || !*row) break;
    const auto taken = output.Add(RowOf(statement, columns));
    if (!taken) return Error(taken.error());
    more = !*taken;
  }
  if (stopped && output.count() == 0) return false;
  if (auto finished = output.Finish(more); !finished) return std::move(finished).error();
  return !stopped;
}

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
    const Row cells = RowOf(statement->get(), columns);
    for (size_t i = 0; i < columns; ++i) {
      kinds[i].Take(cells[i]);
    }
  }
  return kinds;
}

/// What a stop left of the answer.
std::string LeftOf(const Output& output, const Tables& tables) {
  if (output.count() == 0) return "there is no answer yet";
  std::string left = fmt::format("only the first {} {} of the answer came", output.count(),
                                 output.count() == 1 ? "row" : "rows");
  const ScanTotals totals = tables.Totals();
  if (!totals.partial || tables.IsMixed()) return left;
  return left + fmt::format(", and it is of the first {} records", totals.records);
}

std::string RoundedNote(const std::string& column) {
  return "SQL: " + QuotedName(column) +
         " has whole numbers beyond a long, which to SQLite are doubles: different ones may be "
         "equal. _json -> '$.NAME' gives a field's digits";
}

/// The words of a statement, and what it has in double quotes: its columns are among them.
std::set<std::string> WordsOf(std::string_view statement) {
  constexpr size_t kWordsMax = 64;
  std::set<std::string> words;
  const auto belongs = [](char c) {
    return c == '_' || (c >= '0' && c <= '9') || (Lower(c) >= 'a' && Lower(c) <= 'z') ||
           (static_cast<unsigned char>(c) & 0x80) != 0;
  };
  for (size_t i = 0; i < statement.size() && words.size() < kWordsMax; ++i) {
    const bool quoted = statement[i] == '"';
    if (!quoted && !belongs(statement[i])) continue;
    size_t end = i + 1;
    while (end < statement.size() && (quoted ? statement[end] != '"' : belongs(statement[end]))) {
      ++end;
    }
    words.emplace(statement.substr(quoted ? i + 1 : i, quoted ? end - i - 1 : end - i));
    i = quoted ? end : end - 1;
  }
  return words;
}

/// The summary of a statement for which the first pass was stopped.
ScanSummary StoppedInFirstPass(Tables& tables) {
  ScanSummary summary = std::move(tables.summary());
  summary.totals.partial = true;
  summary.cut_off =
      fmt::format("there is no answer: the first pass, which finds the fields, had read {} records",
                  summary.totals.records);
  return summary;
}

}  // namespace

Status Check(const SqlQuestion& asked) {
  auto checked = CheckStatement(asked.statement, asked.moments);
  if (!checked) return std::move(checked).error().In("SQL");
  return Done{};
}

Result<ScanSummary> Answer(const SqlQuestion& asked, const Question& question,
                           const RowSources& given, const Progress& progress, const Write& write,
                           Ahead ahead) {
  const auto grouped = ahead == Ahead::kGroups ? ReadGrouped(asked.statement) : std::nullopt;
  Tables tables(
      {question, given.events, given.tables, progress, grouped ? &*grouped : nullptr, given.store});
  const auto stopped = [deadline = question.deadline] {
    return StopSignal::Requested() || (deadline && std::chrono::steady_clock::now() >= *deadline);
  };
  auto connection = Connection::Open({.memory_max = static_cast<int64_t>(question.memory),
                                      .stopped = stopped,
                                      .zone = asked.zone,
                                      .moments = asked.moments});
  if (!connection) return std::move(connection).error();
  auto statement = PrepareWith(tables, **connection, asked.statement);
  // Groups of the records read until a stop are an answer of these.
  const bool known = tables.groups() && Fits(*grouped, tables.columns());
  if (!statement && statement.error().fault == Fault::kClosed && known) {
    statement = (*connection)->Prepare(asked.statement);
  }
  if (!statement && statement.error().fault == Fault::kClosed) return StoppedInFirstPass(tables);
  if (!statement) return std::move(statement).error();
  const std::string_view text = known ? std::string_view(grouped->over_groups) : asked.statement;
  std::vector<Heading> headings = HeadingsOf(statement->get());
  for (Heading& heading : headings) heading.worked_out = !tables.HasColumn(heading.name);
  Output output(question, std::move(headings), write, [&connection, &question, text] {
    return KindsOfStatement(**connection, text, RowLimit(question));
  });
  if (known) {
    tables.TakeGroups();
    statement = PrepareGrouped(**connection, *grouped, *tables.groups());
    if (!statement) return std::move(statement).error().In("SQL");
  }
  const auto whole = Run(**connection, statement->get(), tables, output);
  if (!whole) return Error(whole.error());
  ScanSummary summary = std::move(tables.summary());
  for (const std::string& name : tables.Rounded()) summary.notes.push_back(RoundedNote(name));
  for (std::string& note : (*connection)->Notes()) summary.notes.push_back(std::move(note));
  const ScanTotals totals = tables.Totals();
  if (totals.partial) summary.totals = totals;
  if (!*whole) summary.cut_off = LeftOf(output, tables);
  summary.totals.partial = totals.partial || !*whole;
  return summary;
}

Result<ScanSummary> AnswerKept(const SqlQuestion& asked, const Question& question,
                               ColumnStore& store, const ColumnStore::Ranges& ranges,
                               const TableSources& tables, const Progress& progress,
                               const Write& write) {
  auto updated = store.Update(ranges, WordsOf(asked.statement), progress);
  if (!updated && updated.error().fault == Fault::kClosed) {
    ScanSummary summary;
    summary.totals.partial = true;
    summary.cut_off = "there is no answer yet";
    return summary;
  }
  if (!updated) return std::move(updated).error().In("SQL");
  const OpenSource events = store.Open();
  return Answer(asked, question, {events, tables, &store}, progress, write);
}

}  // namespace gamevents::report::sql
