#include "core/report/write/json.h"

#include "core/base/text.h"

#include <fmt/format.h>

#include <cmath>

namespace gamevents::report {
namespace {

/// Appends JSON text with DEL and C1 escaped: they can only stand inside its strings.
void AppendEscaped(std::string& out, std::string_view json) {
  for (size_t i = 0; i < json.size(); ++i) {
    const auto byte = static_cast<unsigned char>(json[i]);
    const auto next = static_cast<unsigned char>(i + 1 < json.size() ? json[i + 1] : 0);
    if (byte == 0x7F) {
      out += "\\u007f";
    } else if (byte == 0xC2 && next >= 0x80 && next < 0xA0) {  // U+0080 to U+009F in UTF-8
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(next));
      ++i;
    } else {
      out.push_back(json[i]);
    }
  }
}

/// A number that reads back as the same and stays a fraction: "1.0", "1e+20".
std::string JsonDouble(double number) {
  if (!std::isfinite(number)) return "null";  // JSON has no such number
  std::string text = fmt::format("{}", number);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

struct Appender {
  std::string& out;
  void operator()(std::monostate) const { out += "null"; }
  void operator()(bool truth) const { out += truth ? "true" : "false"; }
  void operator()(int64_t number) const { out += std::to_string(number); }
  void operator()(const event::OwnedDigits& number) const { out += number.text; }
  void operator()(double number) const { out += JsonDouble(number); }
  void operator()(const std::string& text) const { AppendJsonText(out, text); }
  void operator()(const Bytes& bytes) const { AppendJsonText(out, Base64Encode(bytes.bytes)); }
  void operator()(const Json& json) const { AppendEscaped(out, json.text); }
  void operator()(const Time& time) const {
    if (time.at.value == -1) {
      out += "null";
    } else {
      AppendJsonText(out, FormatTime(time));
    }
  }
};

}  // namespace

void AppendJsonText(std::string& out, std::string_view text) {
  std::string quoted;
  AppendJsonString(quoted, text);
  AppendEscaped(out, quoted);
}

void AppendJsonCell(std::string& out, const Cell& cell) { std::visit(Appender{out}, cell); }

void AppendJsonRow(std::string& out, std::span<const Heading> headings, const Row& row) {
  out.push_back('{');
  for (size_t i = 0; i < row.size(); ++i) {
    if (i > 0) out.push_back(',');
    AppendJsonText(out, headings[i].name);
    out.push_back(':');
    AppendJsonCell(out, row[i]);
  }
  out.push_back('}');
}

void AppendJsonTable(std::string& out, const Table& table) {
  out.push_back('[');
  for (size_t i = 0; i < table.rows.size(); ++i) {
    out += i == 0 ? "\n" : ",\n";
    AppendJsonRow(out, table.headings, table.rows[i]);
  }
  out += table.rows.empty() ? "]" : "\n]";
}

}  // namespace gamevents::report
