#pragma once

#include "core/report/sql/column_store.h"
#include "core/report/sql/grouped_statement.h"
#include "core/report/table/cell.h"

#include <cstddef>
#include <optional>

namespace gamevents::report::sql {

/// Groups that are gathered; for more, SQLite sorts the rows.
inline constexpr size_t kKeptGroupsMax = size_t{1} << 20;

/// The column that the field of a statement is, as a store keeps it.
Column KeptFieldOf(const GroupedField& field);

/// The rows of kGroupsTable from columns that are kept, on all cores: what EventGroups would gather
/// from the events. Nothing where that gives nothing, or there are too many groups.
/// Requires: the store keeps the statement's fields.
std::optional<report::Table> GroupKept(const GroupedStatement& asked, const ColumnStore& store);

}  // namespace gamevents::report::sql
