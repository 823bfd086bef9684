#pragma once

#include "core/event/value.h"
#include "core/report/scan/record_event.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::report::sql {

/// A column of the table `events`.
struct Column {
  std::string name;                   ///< no two are equal for SQLite, to which `a` and `A` are one
  event::FieldPath field{};           ///< where it is the event's
  std::optional<RecordColumn> own{};  ///< where it is the record's
  bool hidden = false;                ///< not among those of `SELECT *`

  /// Whether it can be read before the event is.
  bool IsOfRecord() const { return own && !IsOfEvent(*own); }
};

/// The columns of a table, and what its reader should know of them.
struct Columns {
  std::vector<Column> columns;
  std::vector<std::string> notes;  ///< a sentence each
};

/// A column for each of `fields`, in their order, under the field's name. Of the names that SQLite
/// cannot tell apart all but the first in the alphabet get a number, which is noted. Then, hidden,
/// what each record has of its own: kRecordColumns; under the same names without the underscore,
/// too, where no field has that name.
Columns ColumnsOf(const std::vector<std::string>& fields);

/// The column that SQLite takes `name` for; null: none.
const Column* FindColumn(std::span<const Column> columns, std::string_view name);

/// The statement that declares `columns` to SQLite.
std::string Declaration(std::span<const Column> columns);

/// The name as a statement writes it: bare where it may be, else in double quotes.
std::string QuotedName(std::string_view name);

/// `names` with a number after those that were there before, as far as ASCII's case: a, A_2, a_3.
std::vector<std::string> DistinctNames(std::vector<std::string> names);

/// The names of the columns that are not hidden, and then kRecordColumns, with commas
/// between, at most kNamesShown of the former.
std::string NamesOf(std::span<const Column> columns);
inline constexpr size_t kNamesShown = 40;

}  // namespace gamevents::report::sql
