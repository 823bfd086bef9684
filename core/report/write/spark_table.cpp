#include "core/report/write/spark_table.h"

#include "core/base/terminal.h"
#include "core/report/table/spark_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

namespace gamevents::report {
namespace {

constexpr size_t kColumnWidthMin = 3;

std::string_view RowsWord(size_t rows) { return rows == 1 ? "row" : "rows"; }

/// Texts ready to be aligned, with their widths.
struct Grid {
  std::vector<std::vector<std::string>> lines;  ///< the headings first
  std::vector<size_t> widths;
};

std::string Printable(std::string text, const ShowOptions& options) {
  text = EscapeMeta(text);
  return options.escape_controls ? EscapeControls(text) : text;
}

Grid MakeGrid(const Table& table, const ShowOptions& options) {
  Grid grid;
  grid.widths.assign(table.headings.size(), kColumnWidthMin);
  std::vector<std::string>& names = grid.lines.emplace_back();
  // Spark escapes its headings but never truncates them.
  for (const Heading& heading : table.headings) names.push_back(Printable(heading.name, options));
  for (const Row& row : table.rows) {
    std::vector<std::string>& line = grid.lines.emplace_back();
    for (const Cell& cell : row) {
      line.push_back(Truncate(Printable(CellText(cell), options), options.truncate));
    }
  }
  for (const std::vector<std::string>& line : grid.lines) {
    for (size_t i = 0; i < line.size(); ++i) {
      grid.widths[i] = std::max(grid.widths[i], DisplayWidth(line[i]));
    }
  }
  return grid;
}

void AppendRule(std::string& out, const std::vector<size_t>& widths) {
  for (const size_t width : widths) out.append(1, '+').append(width, '-');
  out += "+\n";
}

void AppendLine(std::string& out, const std::vector<std::string>& line,
                const std::vector<size_t>& widths, bool left_aligned) {
  for (size_t i = 0; i < line.size(); ++i) {
    const size_t padding = widths[i] - DisplayWidth(line[i]);
    out.push_back('|');
    if (!left_aligned) out.append(padding, ' ');
    out += line[i];
    if (left_aligned) out.append(padding, ' ');
  }
  out += "|\n";
}

/// What there is to say of a table that would have no cell: `--select '*'` of nothing.
std::string WithoutColumns(size_t rows) {
  return rows == 0 ? "no rows\n" : fmt::format("{} {} without a field\n", rows, RowsWord(rows));
}

}  // namespace

std::string Show(const Table& table, const ShowOptions& options) {
  if (table.headings.empty()) return WithoutColumns(table.rows.size());
  const Grid grid = MakeGrid(table, options);
  std::string out;
  AppendRule(out, grid.widths);
  for (size_t i = 0; i < grid.lines.size(); ++i) {
    AppendLine(out, grid.lines[i], grid.widths, options.truncate == 0);
    if (i == 0) AppendRule(out, grid.widths);
  }
  AppendRule(out, grid.widths);
  const size_t rows = table.rows.size();
  out += table.more ? fmt::format("only showing top {} {}", rows, RowsWord(rows)) : "";
  return out + "\n";
}

std::string SchemaTree(std::span<const Heading> headings) {
  std::string out = "root\n";
  for (const Heading& heading : headings) {
    out += fmt::format(" |-- {}: {} (nullable = true)\n", heading.name, TypeName(heading.type));
  }
  return out + "\n";
}

}  // namespace gamevents::report
