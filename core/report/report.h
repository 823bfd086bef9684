#pragma once

#include "core/event/filter.h"
#include "core/report/format.h"
#include "core/report/renderer.h"
#include "core/report/scan.h"
#include "core/report/session.h"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace gamevents::report {

/// What is asked. With neither `select` nor `group_by`: the assignment's whole session.
struct Question {
  std::optional<event::Filter> where;
  std::vector<event::FieldPath> select;
  bool select_all = false;  ///< every field that any selected event has, ascending
  std::vector<event::FieldPath> group_by;
  /// The most rows; none: what the format has unless told (FormatTraits).
  std::optional<size_t> limit;
  Format format = Format::kTable;
  size_t truncate = kTruncate;  ///< of a table's cells, in characters; 0: none
  PageInfo page{};              ///< what a page or a document says of itself
  bool to_terminal = false;     ///< the answer goes to a terminal: control characters are shown
};

/// Whether the question can be answered: it can be asked before anything is opened.
/// Errors: kBadInput (select and group_by together; a limit without either, or beyond what the
/// format holds; the session in a format that has none).
Status Check(const Question& question);

/// Answers `question` from the records of `open` and writes the answer.
/// Errors: as Check; the source's; write's; kFull when a limit of query.h is passed, with what to
/// ask instead.
Result<Summary> Answer(const Question& question, const OpenSource& open,
                       const std::function<void(const ScanTotals&)>& progress, const Write& write);

}  // namespace gamevents::report
