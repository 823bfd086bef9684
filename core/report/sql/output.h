#pragma once

#include "core/base/result.h"
#include "core/report/ask/question.h"
#include "core/report/table/cell.h"
#include "core/report/table/memory_budget.h"
#include "core/report/write/renderer.h"

#include <cstddef>
#include <memory>
#include <vector>

struct sqlite3_stmt;

namespace gamevents::report::sql {

/// The headings of the statement's answer, no two alike.
std::vector<Heading> HeadingsOf(sqlite3_stmt* statement);

/// The statement's current row, as cells.
Row RowOf(sqlite3_stmt* statement, size_t columns);

/// Where rows go: written as they come, or held where the format needs all of them.
/// `question` and `write` outlive it. Not thread-safe.
class Output {
 public:
  /// `kinds`: as MakeRenderer takes it.
  Output(const Question& question, std::vector<Heading> headings, const Write& write,
         FindKinds kinds);

  /// Takes a row; false when there was no room for it within the limit. Errors: write's; kFull.
  Result<bool> Add(Row row);

  /// How many rows it has taken.
  size_t count() const { return count_; }

  /// Writes what is left. `more`: there were further rows. Errors: write's.
  Status Finish(bool more);

 private:
  Error TooMuch() const;

  const Question& question_;
  const Write& write_;
  size_t limit_;
  MemoryBudget budget_;
  size_t count_ = 0;
  report::Table table_;
  std::unique_ptr<Renderer> renderer_;
};

}  // namespace gamevents::report::sql
