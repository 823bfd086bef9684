#include "core/report/write/tsv.h"

#include "core/base/text.h"

#include <fmt/format.h>

#include <string_view>

namespace gamevents::report {
namespace {

/// What COPY writes for a character that would break a line; '\0' for none.
char Letter(char c) {
  switch (c) {
    case '\b':
      return 'b';
    case '\f':
      return 'f';
    case '\n':
      return 'n';
    case '\r':
      return 'r';
    case '\t':
      return 't';
    case '\v':
      return 'v';
    case '\\':
      return '\\';
    default:
      return '\0';
  }
}

void AppendField(std::string& out, std::string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const auto next = static_cast<unsigned char>(i + 1 < text.size() ? text[i + 1] : 0);
    if (const char letter = Letter(text[i]); letter != '\0') {
      out.push_back('\\');
      out.push_back(letter);
    } else if (byte < 0x20 || byte == 0x7F) {
      out += fmt::format("\\x{:02X}", byte);
    } else if (byte == 0xC2 && next >= 0x80 && next < 0xA0) {  // U+0080 to U+009F in UTF-8
      out += fmt::format("\\x{:02X}\\x{:02X}", byte, next);
      ++i;
    } else {
      out.push_back(text[i]);
    }
  }
}

}  // namespace

void AppendPlainHeader(std::string& out, std::span<const Heading> headings) {
  for (size_t i = 0; i < headings.size(); ++i) {
    if (i > 0) out.push_back('\t');
    AppendField(out, headings[i].name);
  }
  out.push_back('\n');
}

void AppendPlainRow(std::string& out, const Row& row) {
  for (size_t i = 0; i < row.size(); ++i) {
    if (i > 0) out.push_back('\t');
    if (std::holds_alternative<std::monostate>(row[i])) {
      out += "\\N";
    } else {
      AppendField(out, ExactText(row[i]));
    }
  }
  out.push_back('\n');
}

}  // namespace gamevents::report
