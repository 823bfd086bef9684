#include "core/report/sql/columns.h"

#include "core/base/ascii.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <map>
#include <set>
#include <unordered_set>
#include <utility>

namespace gamevents::report::sql {
namespace {

/// The name as SQLite compares it: only ASCII has two cases.
std::string Folded(std::string_view name) {
  std::string folded(name);
  for (char& c : folded) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return folded;
}

/// Gives names that SQLite can tell apart.
class NamesTaken {
 public:
  bool Has(std::string_view name) const { return taken_.contains(Folded(name)); }

  std::string Take(const std::string& name) {
    std::string free = name;
    for (int number = 2; !taken_.insert(Folded(free)).second; ++number) {
      free = fmt::format("{}_{}", name, number);
    }
    return free;
  }

 private:
  std::unordered_set<std::string> taken_;
};

/// A statement ends at a NUL; U+2400 is its picture.
std::string WithoutNul(const std::string& name) {
  std::string shown;
  for (const char c : name) c == '\0' ? shown.append("\u2400") : shown.append(1, c);
  return shown;
}

bool MayStandBare(std::string_view name) {
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  const auto belongs = [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); };
  return !name.empty() && is_letter(name.front()) && std::ranges::all_of(name, belongs) &&
         sqlite3_keyword_check(name.data(), static_cast<int>(name.size())) == 0;
}

std::string Quoted(std::string_view name) {
  std::string quoted = "\"";
  for (const char c : name) quoted.append(c == '"' ? 2 : 1, c);
  return quoted + "\"";
}

}  // namespace

Columns ColumnsOf(const std::vector<std::string>& fields) {
  Columns made;
  NamesTaken taken;
  for (const NamedRecordColumn& own : kRecordColumns) taken.Take(std::string(own.name));
  // Ascending, so that a column's name does not depend on which event came first.
  std::map<std::string, std::string> names;
  for (const std::string& field : std::set<std::string>(fields.begin(), fields.end())) {
    const std::string& name = names[field] = taken.Take(WithoutNul(field));
    if (name == field) continue;
    made.notes.push_back(
        fmt::format("the field {} is the column {}: SQL takes its name for another's",
                    Quoted(field), QuotedName(name)));
  }
  for (const std::string& field : fields) {
    made.columns.push_back({names[field], {field}});
  }
  for (const NamedRecordColumn& own : kRecordColumns) {
    made.columns.push_back({std::string(own.name), {}, own.column, true});
    const std::string_view bare = own.name.substr(1);
    if (taken.Has(bare)) continue;
    made.columns.push_back({taken.Take(std::string(bare)), {}, own.column, true});
  }
  return made;
}

const Column* FindColumn(std::span<const Column> columns, std::string_view name) {
  const auto found = std::ranges::find_if(
      columns, [name](const Column& column) { return EqualsIgnoringCase(column.name, name); });
  return found == columns.end() ? nullptr : &*found;
}

std::string Declaration(std::span<const Column> columns) {
  std::string declaration = "CREATE TABLE events(";
  for (const Column& column : columns) {
    if (&column != &columns.front()) declaration += ", ";
    // Without a type, so that each value keeps its own.
    declaration += Quoted(column.name);
    // HIDDEN alone would be a type of its own to SQLite, and a NUMERIC one; BLOB is none.
    if (column.hidden) declaration += " BLOB HIDDEN";
  }
  return declaration + ")";
}

std::string QuotedName(std::string_view name) {
  return MayStandBare(name) ? std::string(name) : Quoted(name);
}

std::vector<std::string> DistinctNames(std::vector<std::string> names) {
  NamesTaken taken;
  for (std::string& name : names) name = taken.Take(name);
  return names;
}

std::string NamesOf(std::span<const Column> columns) {
  std::string names;
  size_t count = 0;
  for (const Column& column : columns) {
    if (column.hidden || ++count > kNamesShown) continue;
    names.append(QuotedName(column.name)).append(", ");
  }
  if (count > kNamesShown) names += fmt::format("{} more (see the schema), ", count - kNamesShown);
  for (const NamedRecordColumn& own : kRecordColumns) names.append(own.name).append(", ");
  names.resize(names.size() - 2);
  return names;
}

}  // namespace gamevents::report::sql
