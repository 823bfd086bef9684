#pragma once

#include "core/report/ask/format.h"
#include "core/report/table/cell.h"

#include <cstddef>
#include <span>
#include <string>

namespace gamevents::report {

struct ShowOptions {
  /// The most UTF-16 code units of a cell, as show(truncate=N); 0 shows all of it, left-aligned.
  size_t truncate = kTruncate;
  /// Show what a terminal would obey as "\x1B"; Spark prints it as it is.
  bool escape_controls = false;
};

/// The table as Spark 4.0's DataFrame.show() prints it, down to the last line break: an empty
/// line follows, unless "only showing top N rows" does.
std::string Show(const Table& table, const ShowOptions& options);

/// The columns as DataFrame.printSchema() prints them, with the empty line at its end.
std::string SchemaTree(std::span<const Heading> headings);

}  // namespace gamevents::report
