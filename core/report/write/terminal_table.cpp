#include "core/report/write/terminal_table.h"

#include "core/base/terminal.h"
#include "core/report/table/spark_text.h"
#include "core/report/table/terminal_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <string_view>
#include <variant>
#include <vector>

namespace gamevents::report {
namespace {

constexpr std::string_view kLeftOut = "\u2026";

/// A column's texts, the heading first, and how they are drawn.
struct TextColumn {
  std::vector<std::string> cells;
  size_t width = 1;
  bool right = false;
};

std::string ForTerminal(std::string_view text) { return EscapeControls(EscapeMeta(text)); }

/// Whether a column is one of numbers, by its type or by all of its cells that have a value.
bool HoldsNumbers(const Table& table, size_t column) {
  const Type type = table.headings[column].type;
  if (type == Type::kLong || type == Type::kInteger) return true;
  bool numbers = false;
  for (const Row& row : table.rows) {
    if (std::holds_alternative<std::monostate>(row[column])) continue;
    if (!IsNumber(row[column])) return false;
    numbers = true;
  }
  return numbers;
}

std::vector<TextColumn> ColumnsOf(const Table& table) {
  std::vector<TextColumn> columns;
  for (size_t i = 0; i < table.headings.size(); ++i) {
    TextColumn& column = columns.emplace_back();
    column.right = HoldsNumbers(table, i);
    column.cells.push_back(ForTerminal(table.headings[i].name));
    for (const Row& row : table.rows) column.cells.push_back(ForTerminal(CellText(row[i])));
    for (const std::string& cell : column.cells) {
      column.width = std::max(column.width, TerminalWidth(cell));
    }
  }
  return columns;
}

/// The width of a line of these columns, none wider than `widest`.
size_t LineWidth(const std::vector<TextColumn>& columns, size_t widest) {
  return std::accumulate(columns.begin(), columns.end(), size_t{1},
                         [widest](size_t sum, const TextColumn& column) {
                           return sum + std::min(column.width, widest) + 1;
                         });
}

/// Makes the widest columns narrower, all of them to one width, as far as it takes to fit.
void Narrow(std::vector<TextColumn>& columns, size_t width) {
  size_t fits = 1;
  size_t too_wide = width + 1;
  while (too_wide - fits > 1) {
    const size_t middle = fits + (too_wide - fits) / 2;
    (LineWidth(columns, middle) <= width ? fits : too_wide) = middle;
  }
  for (TextColumn& column : columns) column.width = std::min(column.width, fits);
}

/// Leaves columns in the middle out, until the others fit when narrowed; gives how many.
size_t LeaveOut(std::vector<TextColumn>& columns, size_t width) {
  if (LineWidth(columns, kColumnWidthNarrow) <= width) return 0;
  TextColumn gap{std::vector<std::string>(columns.front().cells.size(), std::string(kLeftOut))};
  std::vector<TextColumn> left;
  std::vector<TextColumn> right;
  size_t used = LineWidth({gap}, 1);
  for (size_t i = 0; i < columns.size(); ++i) {
    const bool from_left = i % 2 == 0;
    TextColumn& next =
        from_left ? columns[left.size()] : columns[columns.size() - 1 - right.size()];
    used += std::min(next.width, kColumnWidthNarrow) + 1;
    if (used > width && !left.empty()) break;
    (from_left ? left : right).push_back(std::move(next));
  }
  const size_t left_out = columns.size() - left.size() - right.size();
  columns = std::move(left);
  columns.push_back(std::move(gap));
  columns.insert(columns.end(), std::make_move_iterator(right.rbegin()),
                 std::make_move_iterator(right.rend()));
  return left_out;
}

void AppendRuleOf(std::string& out, const std::vector<TextColumn>& columns) {
  for (const TextColumn& column : columns) out.append(1, '+').append(column.width, '-');
  out += "+\n";
}

void AppendLineOf(std::string& out, const std::vector<TextColumn>& columns, size_t line) {
  for (const TextColumn& column : columns) {
    const std::string text = CutToWidth(column.cells[line], column.width);
    const size_t padding = column.width - std::min(column.width, TerminalWidth(text));
    out.push_back('|');
    if (column.right) out.append(padding, ' ');
    out += text;
    if (!column.right) out.append(padding, ' ');
  }
  out += "|\n";
}

std::string_view RowsOrRow(size_t rows) { return rows == 1 ? "row" : "rows"; }

/// What is said of rows that are not shown, and of a table without columns.
std::string RowsNote(const Table& table) {
  const size_t rows = table.rows.size();
  if (table.headings.empty()) {
    return rows == 0 ? "no rows\n" : fmt::format("{} {} without a field\n", rows, RowsOrRow(rows));
  }
  return table.more ? fmt::format("only showing top {} {}\n", rows, RowsOrRow(rows)) : "";
}

}  // namespace

std::string FittedTable(const Table& table, size_t width, const std::string& see_all) {
  if (table.headings.empty()) return RowsNote(table);
  std::vector<TextColumn> columns = ColumnsOf(table);
  const size_t left_out = LeaveOut(columns, width);
  Narrow(columns, width);
  std::string out;
  AppendRuleOf(out, columns);
  for (size_t line = 0; line <= table.rows.size(); ++line) {
    AppendLineOf(out, columns, line);
    if (line == 0) AppendRuleOf(out, columns);
  }
  AppendRuleOf(out, columns);
  if (left_out > 0) {
    out += fmt::format("{} of {} columns are not shown: {}\n", left_out, table.headings.size(),
                       see_all);
  }
  return out + RowsNote(table) + "\n";
}

std::string VerticalTable(const Table& table, bool escape_controls) {
  const auto printable = [escape_controls](std::string_view text) {
    std::string escaped = EscapeMeta(text);
    return escape_controls ? EscapeControls(escaped) : escaped;
  };
  std::vector<std::string> names;
  size_t width = 0;
  for (const Heading& heading : table.headings) {
    names.push_back(printable(heading.name));
    width = std::max(width, TerminalWidth(names.back()));
  }
  std::string out;
  for (size_t row = 0; row < table.rows.size() && !names.empty(); ++row) {
    const std::string title = fmt::format("-[ {} ]", row + 1);
    out += title + std::string(width + 1 > title.size() ? width + 1 - title.size() : 1, '-') + "\n";
    for (size_t i = 0; i < names.size(); ++i) {
      out += names[i] + std::string(width - TerminalWidth(names[i]), ' ');
      out += " | " + printable(CellText(table.rows[row][i])) + "\n";
    }
  }
  if (table.rows.empty() && !names.empty()) out += "no rows\n";
  return out + RowsNote(table) + "\n";
}

}  // namespace gamevents::report
