#include "core/base/markdown.h"

#include <cctype>

namespace gamevents {
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

}  // namespace

std::string EscapeMarkdown(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (IsMarkup(text, i)) out.push_back('\\');
    out.push_back(text[i]);
  }
  return out;
}

}  // namespace gamevents
