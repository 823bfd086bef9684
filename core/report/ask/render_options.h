#pragma once

#include "core/base/clock.h"
#include "core/report/ask/chart_kind.h"
#include "core/report/ask/format.h"
#include "core/report/table/memory_budget.h"

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace gamevents::report {

class RowWatch;

/// A way from one page to another.
struct PageLink {
  std::string text;
  std::string url;          ///< relative to the page's own
  bool is_current = false;  ///< it is the page's own
};

/// What a page says of itself.
struct PageInfo {
  std::string topic;     ///< its title, unless it has one of its own
  std::string asked{};   ///< the flags, as they were typed; "" for none
  TimestampMs made{-1};  ///< when; -1: it does not say
  /// Of a live page: where its states come from, as events "state" whose data is what Main gives; a
  /// URL of its own origin, relative to its own. "" for one that stays as it is.
  std::string stream{};
  /// Of a page that asks for itself again, so often; 0: it does not.
  std::chrono::seconds refresh{0};
  std::string title{};            ///< its own title; "" for none
  std::string controls{};         ///< HTML of our own, with which another page is asked for
  std::vector<PageLink> links{};  ///< the pages that it stands among; none: it stands alone
};

/// What a page calls the parts of an answer.
struct AnswerTitles {
  std::string rows = "Events";
  std::string chart{};  ///< "": by the headings of what it draws
  bool days = false;    ///< the times of the first column are days
  std::string note{};   ///< a sentence below the rows; "" for none
};

/// What a chart below a table may be drawn with.
struct TerminalTraits {
  size_t columns = 0;     ///< of the terminal; 0: it is none
  bool is_ascii = false;  ///< its locale is not UTF-8
  bool is_colored = false;
};

/// How a table is written.
struct RenderOptions {
  Format format = Format::kTable;
  size_t truncate = kTruncate;  ///< of a table's cells, in characters; 0: none
  bool to_terminal = false;     ///< control characters are shown
  /// The columns of the terminal that a table is fitted to, with the digits of large numbers in
  /// groups; 0: as Spark prints it.
  size_t terminal_width = 0;
  /// How all columns can be seen, below a table that has not room for them.
  std::string see_all = "--format vertical shows all";
  ChartOptions chart{};  ///< but for the kind from the question, see RenderingOf
  TerminalTraits terminal{};
  size_t shown_rows = kAllRows;       ///< of a table: a chart below it may be of more
  PageInfo page{};                    ///< what a page says of itself
  std::string subject = "Events";     ///< what the rows are that are asked of
  AnswerTitles titles{};              ///< of a page's parts; from the question, see RenderingOf
  bool csv_safe = false;              ///< csv is made for a spreadsheet: see AppendSafeCsvRow
  size_t memory = kKeptBytesMax;      ///< what a format that needs several rows at once may hold
  std::shared_ptr<RowWatch> watch{};  ///< sees every row that is written, as it is; null: nobody
};

}  // namespace gamevents::report
