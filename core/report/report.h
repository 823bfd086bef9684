#pragma once

#include "core/event/filter.h"
#include "core/report/aggregate.h"
#include "core/report/event_view.h"
#include "core/report/field_list.h"
#include "core/report/format.h"
#include "core/report/grouping.h"
#include "core/report/query.h"
#include "core/report/renderer.h"
#include "core/report/scan.h"
#include "core/report/session.h"

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace gamevents::report {

/// What is asked. With neither rows to select nor groups: the assignment's whole session.
struct Question {
  std::optional<event::Filter> where;
  std::vector<event::FieldPath> select;
  bool select_all = false;  ///< every field that any selected event has, ascending
  std::vector<event::FieldPath> group_by;
  /// What is worked out for each group, or of all events without a grouping; none: their count.
  std::vector<Aggregate> aggregates;
  std::optional<std::chrono::milliseconds> bucket;  ///< also group by time, in steps of this
  std::optional<event::FieldPath> bucket_by;        ///< by this field's, not the record's
  /// How the rows are sorted; none: groups by count, then by their columns (by the columns alone
  /// with a bucket), rows as they stand in the topic.
  std::vector<OrderBy> order_by;
  /// The most rows; none: the format's default (FormatTraits).
  std::optional<size_t> limit;
  Format format = Format::kTable;
  size_t truncate = kTruncate;         ///< of a table's cells, in characters; 0: none
  std::optional<ViewQuestion> view{};  ///< a question by name, in place of all of the above
  std::optional<std::string> sql{};    ///< a statement over the table `events`
  bool schema = false;                 ///< the fields of all selected events, with their types
  bool take = false;                   ///< print the rows as pyspark's take() gives them
  size_t memory = kKeptBytesMax;  ///< report.memory: what a table or grouping may keep, in bytes
  PageInfo page{};                ///< what a page or a document says of itself
  bool to_terminal = false;       ///< the answer goes to a terminal: control characters are shown
};

/// The step that gathers the groups of `question`. Requires: it asks for groups.
Groups MakeGroups(const Question& question);

/// Its groups in the question's order, all of them. Errors: as Groups::Finish and Sort.
Result<Table> FinishGroups(const Question& question, const Groups& groups);

/// Whether rows are asked for, or groups.
bool IsRows(const Question& question);
bool IsGroups(const Question& question);

/// The most rows of the answer: as asked, or the format's default.
size_t RowLimit(const Question& question);

/// How the answer's table is written.
RenderOptions RenderingOf(const Question& question);

/// Writes an answer that is there as a whole, as far as its limit. Errors: write's.
Status WriteTable(const Question& question, Table table, const Write& write);

/// Whether nothing is asked but the session.
bool IsSession(const Question& question);

/// Whether the question can be answered: it can be asked before anything is opened.
/// Errors: kBadInput (rows and groups together; what needs either without it; a limit beyond
/// what the format holds; an order by what a row has not; the session in a format that has none).
Status Check(const Question& question);

/// Answers `question` from the records of `open` and writes the answer.
/// Errors: as Check; the source's; write's; kFull when a limit of query.h is passed, with what to
/// ask instead.
Result<Summary> Answer(const Question& question, const OpenSource& open,
                       const std::function<void(const ScanTotals&)>& progress, const Write& write);

}  // namespace gamevents::report
