#include "core/report/sql/output.h"

#include "core/base/units.h"
#include "core/report/sql/columns.h"
#include "core/report/table/utf8.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cstdint>
#include <string>
#include <utility>
#include <variant>

namespace gamevents::report::sql {
namespace {

Cell CellOf(sqlite3_stmt* statement, int column) {
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
      return sqlite3_column_int64(statement, column);
    case SQLITE_FLOAT:
      return sqlite3_column_double(statement, column);
    case SQLITE_TEXT: {
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
      const auto size = static_cast<size_t>(sqlite3_column_bytes(statement, column));
      if (text == nullptr) return std::string();
      return ReplaceMalformed({text, size});  // a CAST makes a text of any bytes
    }
    case SQLITE_BLOB: {
      const void* bytes = sqlite3_column_blob(statement, column);
      const auto size = static_cast<size_t>(sqlite3_column_bytes(statement, column));
      if (bytes == nullptr) return Bytes{};
      return Bytes{std::string(static_cast<const char*>(bytes), size)};
    }
    default:
      return std::monostate{};
  }
}

}  // namespace

std::vector<Heading> HeadingsOf(sqlite3_stmt* statement) {
  std::vector<std::string> names;
  for (int i = 0; i < sqlite3_column_count(statement); ++i) {
    const char* name = sqlite3_column_name(statement, i);
    names.emplace_back(name == nullptr ? "" : name);
  }
  std::vector<Heading> headings;
  // JSON's readers would keep only the last of those with one name.
  for (std::string& name : DistinctNames(std::move(names))) {
    headings.push_back({std::move(name), Type::kAny});
  }
  return headings;
}

Row RowOf(sqlite3_stmt* statement, size_t columns) {
  Row row;
  row.reserve(columns);
  for (size_t i = 0; i < columns; ++i) row.push_back(CellOf(statement, static_cast<int>(i)));
  return row;
}

Output::Output(const Question& question, std::vector<Heading> headings, const Write& write,
               FindKinds kinds)
    : question_(question), write_(write), limit_(RowLimit(question)), budget_(question.memory) {
  table_.headings = std::move(headings);
  if (!TraitsOf(question.rendering.format).holds_rows) {
    renderer_ = MakeRenderer(RenderingOf(question), table_.headings, write, std::move(kinds));
  }
}

Result<bool> Output::Add(Row row) {
  if (count_ == limit_) return false;
  count_ += 1;
  if (renderer_) {
    if (auto added = renderer_->Add(std::move(row)); !added) return std::move(added).error();
    return true;
  }
  if (!budget_.Add(static_cast<int64_t>(RowBytes(row)))) return TooMuch();
  table_.rows.push_back(std::move(row));
  return true;
}

Status Output::Finish(bool more) {
  if (renderer_) return renderer_->Finish(more);
  table_.more = more;
  return WriteTable(question_, std::move(table_), write_);
}

Error Output::TooMuch() const {
  const auto streams = [](const FormatTraits& traits) { return !traits.holds_rows; };
  return {Fault::kFull, fmt::format("the rows take more than {}: ask for fewer, or take the format "
                                    "{}, which are written as they come",
                                    FormatSize(budget_.bytes_max()), NamesOfFormats(streams))};
}

}  // namespace gamevents::report::sql
