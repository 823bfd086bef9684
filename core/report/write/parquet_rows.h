#pragma once

#include "core/parquet/schema.h"
#include "core/report/ask/render_options.h"
#include "core/report/table/cell_kinds.h"
#include "core/report/write/renderer.h"

#include <memory>
#include <vector>

// A table as a Parquet file. Its columns have one type each, while a field of an event may be a
// number here and a text there. No value is changed and none is lost, so:
//
//   what the column's values are                     | its type
//   -------------------------------------------------|--------------------------------------------
//   all booleans, texts, bytes, moments              | BOOLEAN, STRING, BYTE_ARRAY, TIMESTAMP (UTC)
//   days, by what was asked                          | DATE
//   whole numbers that 64 bits hold                  | INT64
//   fractions, or with whole numbers up to 2^53      | DOUBLE
//   whole numbers, some of more than 64 bits         | STRING, of their digits
//   all arrays and objects                           | JSON
//   anything else: several of these                  | JSON, every value as its JSON text
//   none                                             | by its heading; a field's is STRING
//
// An array or an object is its JSON text and no group of nested columns: the fields of events vary
// from one to the next, and a group's fields would be those of all of them, each with one type.
// Readers take such a column for JSON (DuckDB) or for text, and parse it where it is asked for.
//
// The types are needed before the first row is written. Rows are held until they take half of
// RenderOptions::memory; an answer that has ended by then has its types from all of its rows. For
// the others `kinds` is called, once: it finds out by another pass over the same records. Types
// that widen as rows come were not chosen: a column that has been written cannot be changed, least
// of all in a pipe.

namespace gamevents::report {

/// The type of a column whose values are of `kinds`, by the table above.
parquet::Type ParquetType(CellKinds kinds, const Heading& heading, bool is_day);

/// Requires: TraitsOf(options.format).typed. `write` must outlive the renderer. Add's errors:
/// kinds'; write's; kCorrupt for a value that is not of `kinds`. Finish's: kNotFound for a table
/// without columns, which no reader takes.
std::unique_ptr<Renderer> MakeParquetRows(const RenderOptions& options,
                                          std::vector<Heading> headings, const Write& write,
                                          FindKinds kinds);

}  // namespace gamevents::report
