#pragma once

#include "core/event/value.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::report::sql {

/// Where a column's values are from.
enum class Origin : uint8_t { kField, kPartition, kOffset, kTimestamp, kKey, kEvent };

/// A column of the table `events`.
struct Column {
  std::string name;  ///< no two are equal for SQLite, to which `a` and `A` are one
  Origin origin = Origin::kField;
  event::FieldPath field{};  ///< of kField
  bool hidden = false;       ///< not among those of `SELECT *`
};

/// The columns of a table, and what its reader should know of them.
struct Columns {
  std::vector<Column> columns;
  std::vector<std::string> notes;  ///< a sentence each
};

/// A column for each of `fields`, in their order, under the field's name. Of the names that SQLite
/// cannot tell apart all but the first in the alphabet get a number, which is noted. Then, hidden,
/// what each record has of its own: `_partition`, `_offset`, `_timestamp`, `_key` and `_json`, the
/// whole event; under the same names without the underscore, too, where no field has that name.
Columns ColumnsOf(const std::vector<std::string>& fields);

/// The column that SQLite takes `name` for; null: none.
const Column* FindColumn(std::span<const Column> columns, std::string_view name);

/// The statement that declares `columns` to SQLite.
std::string Declaration(std::span<const Column> columns);

/// The name as a statement writes it: bare where it may be, else in double quotes.
std::string QuotedName(std::string_view name);

/// `names` with a number after those that were there before, as far as ASCII's case: a, A_2, a_3.
std::vector<std::string> DistinctNames(std::vector<std::string> names);

/// The names of the columns that are not hidden, and then `_partition` to `_json`, with commas
/// between, at most kNamesShown of the former.
std::string NamesOf(std::span<const Column> columns);
inline constexpr size_t kNamesShown = 40;

}  // namespace gamevents::report::sql
