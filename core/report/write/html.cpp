#include "core/report/write/html.h"

#include "core/base/terminal.h"
#include "core/report/table/spark_text.h"
#include "core/report/table/utf8.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace gamevents::report {
namespace {

/// Bytes of a cell that stays on one line.
constexpr size_t kShortCell = 32;

/// Embeddings, overrides, isolates and marks: a name with one reads as another.
bool TurnsDirection(char32_t value) {
  return value == 0x061C || value == 0x200E || value == 0x200F ||
         (value >= 0x202A && value <= 0x202E) || (value >= 0x2066 && value <= 0x2069);
}

void AppendCharacter(std::string& out, char32_t value) {
  switch (value) {
    case U'&':
      out += "&amp;";
      return;
    case U'<':
      out += "&lt;";
      return;
    case U'>':
      out += "&gt;";
      return;
    case U'"':
      out += "&quot;";
      return;
    case U'\'':
      out += "&#39;";
      return;
    default:
      break;
  }
  if (TurnsDirection(value)) {
    out += fmt::format("\\u{:04X}", static_cast<uint32_t>(value));
  } else {
    AppendUtf8(out, value);
  }
}

/// Whether every cell of the column that is not null is a number, and one is there.
bool IsNumeric(const Table& table, size_t column) {
  bool numeric = false;
  for (const Row& row : table.rows) {
    const Cell& cell = row[column];
    if (std::holds_alternative<std::monostate>(cell)) continue;
    numeric = IsNumber(cell);
    if (!numeric) return false;
  }
  return numeric;
}

/// A time as Spark shows it, all else exactly.
std::string ShownText(const Cell& cell, bool day) {
  const auto* time = std::get_if<Time>(&cell);
  if (time == nullptr) return ExactText(cell);
  return day ? DateText(*time) : CellText(cell);
}

void AppendCell(std::string& out, const Cell& cell, bool numeric, bool day, size_t units) {
  if (std::holds_alternative<std::monostate>(cell)) {
    out += numeric ? "<td class=\"number null\">null</td>" : "<td class=\"null\">null</td>";
    return;
  }
  const std::string text = ShownText(cell, day);
  const bool wraps = text.size() > kShortCell;
  out += numeric ? "<td class=\"number\">" : wraps ? "<td class=\"long\">" : "<td>";
  out += HtmlText(Truncate(ReplaceMalformed(text), units)) + "</td>";
}

}  // namespace

std::string HtmlText(std::string_view text) {
  const std::string shown = EscapeControls(EscapeMeta(ReplaceMalformed(text)));
  std::string out;
  out.reserve(shown.size());
  for (std::string_view rest = shown; !rest.empty();) {
    const CodePoint next = FirstCodePoint(rest);
    AppendCharacter(out, next.value);
    rest.remove_prefix(next.bytes);
  }
  return out;
}

void AppendHtmlTable(std::string& out, std::string_view caption, const Table& table,
                     const HtmlTableLimits& limits) {
  const std::string name = HtmlText(caption);
  out += fmt::format(
      "<div class=\"scroll\" role=\"region\" aria-label=\"{0}\" tabindex=\"0\">\n<table>\n"
      "<caption>{0}</caption>\n<thead><tr>",
      name);
  std::vector<bool> numeric;
  for (size_t i = 0; i < table.headings.size(); ++i) {
    numeric.push_back(IsNumeric(table, i));
    out += numeric.back() ? "<th scope=\"col\" class=\"number\">" : "<th scope=\"col\">";
    out += HtmlText(table.headings[i].name) + "</th>";
  }
  out += "</tr></thead>\n<tbody>\n";
  const size_t start = out.size();
  size_t shown = 0;
  for (const Row& row : table.rows) {
    if (shown == limits.rows || out.size() - start > limits.bytes) break;
    out += "<tr>";
    for (size_t i = 0; i < row.size(); ++i) {
      AppendCell(out, row[i], numeric[i], limits.days && i == 0, limits.cell_units);
    }
    out += "</tr>\n";
    shown += 1;
  }
  out += "</tbody>\n</table>\n</div>\n";
  if (table.rows.empty()) out += "<p class=\"empty\">No rows.</p>\n";
  if (shown < table.rows.size() || table.more) {
    out += fmt::format("<p class=\"more\">Only showing top {} {}.</p>\n", shown,
                       shown == 1 ? "row" : "rows");
  }
}

}  // namespace gamevents::report
