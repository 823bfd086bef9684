#include "core/report/write/csv.h"

#include "core/base/text.h"

#include <string_view>
#include <utility>
#include <vector>

namespace gamevents::report {
namespace {

void AppendField(std::string& out, std::string_view text) {
  if (!text.empty() && text.find_first_of(",\"\r\n") == std::string_view::npos) {
    out += text;
    return;
  }
  out.push_back('"');
  for (const char c : text) {
    if (c == '"') out.push_back('"');
    out.push_back(c);
  }
  out.push_back('"');
}

/// The text with an apostrophe before what a spreadsheet would take for a formula.
std::string Guarded(std::string text) {
  constexpr std::string_view kFormulaBegins = "=+-@\t\r";
  if (!text.empty() && kFormulaBegins.find(text.front()) != std::string_view::npos) {
    text.insert(0, 1, '\'');
  }
  return text;
}

}  // namespace

void AppendCsvHeader(std::string& out, std::span<const Heading> headings) {
  for (size_t i = 0; i < headings.size(); ++i) {
    if (i > 0) out.push_back(',');
    AppendField(out, headings[i].name);
  }
  out += "\r\n";
}

void AppendCsvRow(std::string& out, const Row& row) {
  for (size_t i = 0; i < row.size(); ++i) {
    if (i > 0) out.push_back(',');
    if (!std::holds_alternative<std::monostate>(row[i])) AppendField(out, ExactText(row[i]));
  }
  out += "\r\n";
}

void AppendSafeCsvHeader(std::string& out, std::span<const Heading> headings) {
  out += kByteOrderMark;
  std::vector<Heading> guarded(headings.begin(), headings.end());
  for (Heading& heading : guarded) heading.name = Guarded(std::move(heading.name));
  AppendCsvHeader(out, guarded);
}

void AppendSafeCsvRow(std::string& out, const Row& row) {
  Row guarded = row;
  for (Cell& cell : guarded) {
    const bool is_text =
        std::holds_alternative<std::string>(cell) || std::holds_alternative<Bytes>(cell);
    if (is_text) cell = Guarded(ExactText(cell));
  }
  AppendCsvRow(out, guarded);
}

}  // namespace gamevents::report
