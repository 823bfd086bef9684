#include "core/report/write/csv.h"

#include <string_view>

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

}  // namespace gamevents::report
