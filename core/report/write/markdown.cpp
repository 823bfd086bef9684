#include "core/report/write/markdown.h"

#include "core/base/markdown.h"
#include "core/base/terminal.h"
#include "core/report/table/spark_text.h"

namespace gamevents::report {
namespace {

bool IsNumberType(Type type) { return type == Type::kInteger || type == Type::kLong; }

}  // namespace

std::string MarkdownText(std::string_view text) {
  // First what is shown for a control character, so that its backslash is shown too.
  return EscapeMarkdown(EscapeControls(EscapeMeta(text)));
}

void AppendMarkdownHeader(std::string& out, std::span<const Heading> headings) {
  out += "|";
  for (const Heading& heading : headings)
    out.append(" ").append(MarkdownText(heading.name)) += " |";
  out += "\n|";
  for (const Heading& heading : headings) out += IsNumberType(heading.type) ? " ---: |" : " --- |";
  out += "\n";
}

void AppendMarkdownRow(std::string& out, const Row& row) {
  out += "|";
  for (const Cell& cell : row) {
    const bool null = std::holds_alternative<std::monostate>(cell);
    out.append(" ").append(null ? "" : MarkdownText(ExactText(cell))) += " |";
  }
  out += "\n";
}

}  // namespace gamevents::report
