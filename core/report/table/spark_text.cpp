#include "core/report/table/spark_text.h"

#include "core/report/table/utf8.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace gamevents::report {
namespace {

/// Characters that Spark counts as two columns wide (all below U+10000).
constexpr std::array<std::pair<char32_t, char32_t>, 7> kFullWidth{{{0x1100, 0x115F},
                                                                   {0x2E80, 0xA4CF},
                                                                   {0xAC00, 0xD7A3},
                                                                   {0xF900, 0xFAFF},
                                                                   {0xFE30, 0xFE6F},
                                                                   {0xFF00, 0xFF60},
                                                                   {0xFFE0, 0xFFE6}}};

bool IsFullWidth(char32_t value) {
  return std::ranges::any_of(
      kFullWidth, [&](const auto& range) { return value >= range.first && value <= range.second; });
}

size_t Utf16Units(char32_t value) { return value > 0xFFFF ? 2 : 1; }

char MetaLetter(char c) {
  switch (c) {
    case '\n':
      return 'n';
    case '\r':
      return 'r';
    case '\t':
      return 't';
    case '\f':
      return 'f';
    case '\b':
      return 'b';
    case '\v':
      return 'v';
    case '\a':
      return 'a';
    default:
      return 0;
  }
}

/// The first `units` code units; a pair that the cut would halve leaves '?'.
std::string Head(std::string_view text, size_t units) {
  std::string out;
  while (!text.empty() && units > 0) {
    const CodePoint point = FirstCodePoint(text);
    const size_t needs = Utf16Units(point.value);
    if (needs > units) {
      out.push_back('?');
      break;
    }
    out.append(text.substr(0, point.bytes));
    text.remove_prefix(point.bytes);
    units -= needs;
  }
  return out;
}

bool IsLongerThan(std::string_view text, size_t units) {
  if (text.size() <= units) return false;  // a byte is never more than one unit
  size_t count = 0;
  while (!text.empty() && count <= units) {
    const CodePoint point = FirstCodePoint(text);
    count += Utf16Units(point.value);
    text.remove_prefix(point.bytes);
  }
  return count > units;
}

/// "15" with exponent 3 (1.5e3) as Java writes it below 10^7 and from 10^-3: "1500.0".
std::string PlainDecimal(std::string digits, int exponent) {
  if (exponent < 0) {
    return "0." + std::string(static_cast<size_t>(-exponent) - 1, '0') + digits;
  }
  const auto whole = static_cast<size_t>(exponent) + 1;
  if (digits.size() <= whole) {
    digits.append(whole - digits.size(), '0');
    return digits + ".0";
  }
  return digits.insert(whole, 1, '.');
}

}  // namespace

std::string EscapeMeta(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (const char letter = MetaLetter(c); letter != 0) {
      out.push_back('\\');
      out.push_back(letter);
    } else {
      out.push_back(c);
    }
  }
  return out;
}

std::string Truncate(std::string_view text, size_t units) {
  if (units == 0 || !IsLongerThan(text, units)) return std::string(text);
  if (units < 4) return Head(text, units);
  return Head(text, units - 3) + "...";
}

size_t DisplayWidth(std::string_view text) {
  size_t width = 0;
  while (!text.empty()) {
    const CodePoint point = FirstCodePoint(text);
    width += Utf16Units(point.value) + (IsFullWidth(point.value) ? 1 : 0);
    text.remove_prefix(point.bytes);
  }
  return width;
}

std::string JavaDouble(double number) {
  if (std::isnan(number)) return "NaN";
  if (std::isinf(number)) return number > 0 ? "Infinity" : "-Infinity";
  const std::string sign = std::signbit(number) ? "-" : "";
  if (number == 0) return sign + "0.0";
  // The shortest digits that read back the same: "d.dddde±xx".
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), std::fabs(number),
                                 std::chars_format::scientific)
                       .ptr;
  const std::string_view shortest(buffer.data(), static_cast<size_t>(end - buffer.data()));
  const size_t e = shortest.find('e');
  const bool negative = shortest[e + 1] == '-';
  int exponent = 0;
  std::from_chars(shortest.data() + e + 2, end, exponent);
  if (negative) exponent = -exponent;
  std::string digits(shortest.substr(0, 1));
  if (e > 2) digits += shortest.substr(2, e - 2);
  if (exponent >= -3 && exponent < 7) return sign + PlainDecimal(digits, exponent);
  if (digits.size() == 1) digits += '0';
  return sign + digits.insert(1, 1, '.') + "E" + std::to_string(exponent);
}

}  // namespace gamevents::report
