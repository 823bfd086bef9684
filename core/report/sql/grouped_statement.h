#pragma once

#include "core/report/sql/condition.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::report::sql {

/// A field that a statement about groups names, and what it is needed for.
struct GroupedField {
  std::string name;
  bool is_key = false;    ///< in GROUP BY
  bool counted = false;   ///< count(field)
  bool summed = false;    ///< sum(field)
  bool averaged = false;  ///< avg(field)
  bool compared = false;  ///< min(field), max(field)

  /// Whether its sum or its extremes are asked for, which are certain for some values only.
  bool HasParts() const { return summed || averaged || compared; }
};

/// A condition of its WHERE: a field beside values that are written out, whole numbers and texts.
struct GroupedTest {
  size_t field = 0;  ///< among GroupedStatement::fields
  Operator op = Operator::kEqual;
  bool negated = false;  ///< of kEqual: `<>`
  std::vector<Operand> operands{};
};

/// A statement that a scan can answer but for a few groups: the events that meet all of `tests`,
/// grouped by the fields that are keys.
struct GroupedStatement {
  std::vector<GroupedField> fields;
  std::vector<GroupedTest> tests;
  std::vector<std::string> aliases;  ///< names of results; none may be a column's
  /// The same of the table kGroupsTable, which has a row for each group, or several for one, with
  /// the columns that GroupColumn names.
  std::string over_groups;
};

inline constexpr char kGroupsTable[] = "#groups";
inline constexpr char kGroupCount[] = "#n";  ///< the column with the number of a group's events

/// What a column of kGroupsTable has of a field.
enum class GroupPart : char { kKey = 'k', kCount = 'c', kSum = 's', kLeast = 'l', kMost = 'h' };

/// The column's name, which no statement can have written bare: "#s3".
std::string GroupColumn(GroupPart part, size_t field);

/// Reads the one form of statement that is known here, to the last token:
///
///     SELECT what, … FROM events [WHERE test AND …] [GROUP BY field, …] [HAVING …] [ORDER BY …]
///     [LIMIT …]
///
/// where everything but a test is made of keys, count, sum, avg, min and max of a field, names
/// given with AS, whole numbers, texts, comparisons, AND, OR and NOT. Nothing for any other
/// statement. What SQLite refuses may be read here: it must have prepared the statement, too.
std::optional<GroupedStatement> ReadGrouped(std::string_view statement);

}  // namespace gamevents::report::sql
