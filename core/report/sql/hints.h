#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace gamevents::report::sql {

/// What to write in place of a command of another program's shell (SHOW TABLES, DESCRIBE, .tables,
/// \d); nullopt for statements.
std::optional<std::string> MetaCommandHint(std::string_view statement);

/// What to write for an operator or a function of another SQL, after SQLite's message about it,
/// "; write …"; empty where nothing is known. The mistake stands at `place` of the statement, or is
/// the word before it, which SQLite took for a name.
std::string SyntaxHint(std::string_view message, std::string_view statement, size_t place);

/// What to write for a column that is a path into another, "; write cart ->> 'total'": a name of
/// `columns`, perhaps behind a table's, and what follows it; nullopt where it is none.
std::optional<std::string> NestedFieldHint(std::string_view path,
                                           std::span<const std::string_view> columns);

}  // namespace gamevents::report::sql
