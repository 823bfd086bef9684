#include "core/report/write/python_repr.h"

#include "core/report/table/utf8.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

namespace gamevents::report {
namespace {

/// What str.isprintable() refuses among what is assigned: controls, formats, separators
/// but the space, private use. Ascending, without the last two of each plane.
constexpr std::array<std::pair<char32_t, char32_t>, 29> kNotPrintable{{
    {0x0, 0x1F},          {0x7F, 0xA0},       {0xAD, 0xAD},       {0x600, 0x605},
    {0x61C, 0x61C},       {0x6DD, 0x6DD},     {0x70F, 0x70F},     {0x890, 0x891},
    {0x8E2, 0x8E2},       {0x1680, 0x1680},   {0x180E, 0x180E},   {0x2000, 0x200F},
    {0x2028, 0x202F},     {0x205F, 0x2064},   {0x2066, 0x206F},   {0x3000, 0x3000},
    {0xE000, 0xF8FF},     {0xFDD0, 0xFDEF},   {0xFEFF, 0xFEFF},   {0xFFF9, 0xFFFB},
    {0x110BD, 0x110BD},   {0x110CD, 0x110CD}, {0x13430, 0x13438}, {0x1BCA0, 0x1BCA3},
    {0x1D173, 0x1D17A},   {0xE0001, 0xE0001}, {0xE0020, 0xE007F}, {0xF0000, 0xFFFFD},
    {0x100000, 0x10FFFD},
}};

bool IsPrintable(char32_t value) {
  if ((value & 0xFFFE) == 0xFFFE) return false;  // a plane's last two are never characters
  return std::ranges::none_of(kNotPrintable, [&](const auto& range) {
    return value >= range.first && value <= range.second;
  });
}

void AppendEscaped(std::string& out, char32_t value) {
  const auto number = static_cast<unsigned>(value);
  if (value == '\n') {
    out += "\\n";
  } else if (value == '\r') {
    out += "\\r";
  } else if (value == '\t') {
    out += "\\t";
  } else if (value < 0x100) {
    out += fmt::format("\\x{:02x}", number);
  } else if (value < 0x10000) {
    out += fmt::format("\\u{:04x}", number);
  } else {
    out += fmt::format("\\U{:08x}", number);
  }
}

/// As Python's repr(): the shortest digits that read back the same, always seen to be a float.
std::string FloatRepr(double number) {
  std::string text = fmt::format("{}", number);
  if (text.find_first_of(".en") == std::string::npos) text += ".0";  // "inf" and "nan" have an n
  return text;
}

/// Seconds and microseconds only where there are some.
std::string DatetimeRepr(TimestampMs time) {
  const std::chrono::sys_time<std::chrono::milliseconds> at{std::chrono::milliseconds(time.value)};
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{at - day};
  std::string out =
      fmt::format("datetime.datetime({}, {}, {}, {}, {}", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  clock.hours().count(), clock.minutes().count());
  const auto micros = clock.subseconds().count() * 1'000;
  if (clock.seconds().count() != 0 || micros != 0) {
    out += fmt::format(", {}", clock.seconds().count());
  }
  if (micros != 0) out += fmt::format(", {}", micros);
  return out + ")";
}

struct CellRepr {
  std::string operator()(std::monostate) const { return "None"; }
  std::string operator()(bool truth) const { return truth ? "True" : "False"; }
  std::string operator()(int64_t number) const { return std::to_string(number); }
  std::string operator()(const event::OwnedDigits& number) const { return number.text; }
  std::string operator()(double number) const { return FloatRepr(number); }
  std::string operator()(const Time& time) const { return DatetimeRepr(time.OnClock()); }
  template <class T>
  std::string operator()(const T& other) const {
    return PythonRepr(CellText(Cell(other)));
  }
};

}  // namespace

std::string PythonRepr(std::string_view text) {
  const bool single = text.find('\'') != std::string_view::npos;
  const bool has_double = text.find('"') != std::string_view::npos;
  const char quote = single && !has_double ? '"' : '\'';
  std::string out(1, quote);
  while (!text.empty()) {
    const CodePoint point = FirstCodePoint(text);
    if (point.value == static_cast<char32_t>(quote) || point.value == '\\') {
      out.push_back('\\');
      out.push_back(static_cast<char>(point.value));
    } else if (IsPrintable(point.value)) {
      AppendUtf8(out, point.value);
    } else {
      AppendEscaped(out, point.value);
    }
    text.remove_prefix(point.bytes);
  }
  out.push_back(quote);
  return out;
}

std::string RowRepr(std::span<const Heading> headings, std::span<const Cell> row) {
  std::string out = "Row(";
  for (size_t i = 0; i < row.size(); ++i) {
    if (i > 0) out += ", ";
    out += headings[i].name + "=" + std::visit(CellRepr{}, row[i]);
  }
  return out + ")";
}

std::string RowsRepr(std::span<const Heading> headings, std::span<const Row> rows) {
  std::string out = "[";
  for (size_t i = 0; i < rows.size(); ++i) {
    if (i > 0) out += ", ";
    out += RowRepr(headings, rows[i]);
  }
  return out + "]";
}

}  // namespace gamevents::report
