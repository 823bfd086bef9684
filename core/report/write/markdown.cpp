#include "core/report/write/markdown.h"

#include "core/base/terminal.h"
#include "core/report/table/spark_text.h"

#include <cctype>

namespace gamevents::report {
namespace {

/// What may begin or end markup, an entity, HTML or the next cell.
constexpr std::string_view kMarkup = "\\`*[]<>|&~$";

bool IsWordAt(std::string_view text, size_t at) {
  return at < text.size() && (std::isalnum(static_cast<unsigned char>(text[at])) != 0);
}

/// An underscore inside a word is none (GFM 6.2); event types would be full of backslashes.
bool IsMarkup(std::string_view text, size_t i) {
  if (text[i] == '_') return i == 0 || !IsWordAt(text, i - 1) || !IsWordAt(text, i + 1);
  return kMarkup.find(text[i]) != std::string_view::npos;
}

bool IsNumberType(Type type) { return type == Type::kInteger || type == Type::kLong; }

}  // namespace

std::string MarkdownText(std::string_view text) {
  // First what is shown for a control character, so that its backslash is shown too.
  const std::string shown = EscapeControls(EscapeMeta(text));
  std::string out;
  out.reserve(shown.size());
  for (size_t i = 0; i < shown.size(); ++i) {
    if (IsMarkup(shown, i)) out.push_back('\\');
    out.push_back(shown[i]);
  }
  return out;
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
