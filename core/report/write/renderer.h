#pragma once

#include "core/base/result.h"
#include "core/report/ask/question.h"
#include "core/report/ask/render_options.h"
#include "core/report/table/cell.h"
#include "core/report/table/cell_kinds.h"

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

namespace gamevents::report {

/// Takes the answer's text, piece by piece. Errors: as the output has them; they end the report.
using Write = std::function<Status(std::string_view)>;

/// Writes one table in one format, row by row: the one place that knows how formats are written.
/// Rows of a format that holds them (FormatTraits) are written by Finish, the others as they come,
/// in pieces that suit a pipe. One thread.
class Renderer {
 public:
  virtual ~Renderer() = default;

  /// Requires: as many cells as headings. Errors: write's.
  virtual Status Add(Row row) = 0;

  /// Writes the rows that a format without held ones has kept back so far: for a reader who waits.
  /// Errors: write's.
  virtual Status Flush() = 0;

  /// Writes what is left; the last call. `more`: there were further rows, which are not shown.
  /// Errors: write's.
  virtual Status Finish(bool more) = 0;
};

/// Finds which kinds of values all rows have, for each column, by going over them once more.
/// Errors: the source's; kClosed when interrupted.
using FindKinds = std::function<Result<std::vector<CellKinds>>()>;

/// `write` must outlive the renderer. `kinds` is called by a typed format (FormatTraits) alone, and
/// by that at most once, within Add. Requires: for such a format, a function.
std::unique_ptr<Renderer> MakeRenderer(const RenderOptions& options, std::vector<Heading> headings,
                                       const Write& write, FindKinds kinds);

/// Writes all of `table`. Errors: write's.
Status Render(Table table, const RenderOptions& options, const Write& write);

/// Writes the answer to `question` that is there as a whole, as far as its limit. Errors: write's.
Status WriteTable(const Question& question, Table table, const Write& write);

}  // namespace gamevents::report
