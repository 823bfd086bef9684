#pragma once

#include "core/report/ask/question.h"
#include "core/report/scan/scan.h"
#include "core/report/scan/scan_summary.h"
#include "core/report/sql/column_store.h"
#include "core/report/sql/table_sources.h"
#include "core/report/write/renderer.h"

#include <cstdint>
#include <functional>
#include <string_view>

namespace gamevents::report::sql {

/// Whether `statement` can be asked, as far as that can be told without the events' fields.
/// Errors: kBadInput with the place in it.
Status Check(const SqlQuestion& asked);

/// Whether statements of the form of ReadGrouped are answered from groups: for tests, which
/// compare.
enum class Ahead : uint8_t { kGroups, kNothing };

/// Where the rows of a statement's tables come from.
struct RowSources {
  const OpenSource& events;
  const TableSources& tables;
  ColumnStore* store = nullptr;  ///< keeps columns of the events for further questions; or null
};

/// Answers `asked`, the kind of `question`, from the records of `given` and writes the answer. A
/// first pass over each table that the statement names finds the fields, which become columns. It
/// gathers the groups that the statement asks for, too, where SQLite's answer is certain
/// (event_groups.h); else each scan of the statement reads the records again. Errors: as
/// Connection::Prepare, Connection::Step and Tables::Load; the sources'; write's; kFull for rows of
/// a table beyond question.memory.
Result<ScanSummary> Answer(const SqlQuestion& asked, const Question& question,
                           const RowSources& given,
                           const std::function<void(const ScanTotals&)>& progress,
                           const Write& write, Ahead ahead = Ahead::kGroups);

/// The same where further questions will follow: from the columns that `store` keeps, brought up to
/// `ranges` before, and from records only where it cannot keep what is asked for. Errors: as
/// Answer; an interrupt before there is an answer is a summary that says so.
Result<ScanSummary> AnswerKept(const SqlQuestion& asked, const Question& question,
                               ColumnStore& store, const ColumnStore::Ranges& ranges,
                               const TableSources& tables, const ColumnStore::Progress& progress,
                               const Write& write);

}  // namespace gamevents::report::sql
