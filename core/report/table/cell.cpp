#include "core/report/table/cell.h"

#include "core/base/text.h"
#include "core/event/number.h"
#include "core/report/table/spark_text.h"

#include <fmt/format.h>

#include <cmath>
#include <compare>
#include <cstring>
#include <type_traits>

namespace gamevents::report {
namespace {

std::string HexList(std::string_view bytes) {
  static constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out = "[";
  out.reserve(bytes.size() * 3 + 2);
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (i > 0) out.push_back(' ');
    const auto byte = static_cast<uint8_t>(bytes[i]);
    out.push_back(kDigits[byte >> 4]);
    out.push_back(kDigits[byte & 0xF]);
  }
  out.push_back(']');
  return out;
}

struct Text {
  std::string operator()(std::monostate) const { return "NULL"; }
  std::string operator()(bool truth) const { return truth ? "true" : "false"; }
  std::string operator()(int64_t number) const { return std::to_string(number); }
  std::string operator()(const event::OwnedDigits& number) const { return number.text; }
  std::string operator()(double number) const { return JavaDouble(number); }
  std::string operator()(const std::string& text) const { return text; }
  std::string operator()(const Bytes& bytes) const { return HexList(bytes.bytes); }
  std::string operator()(const Time& time) const {
    return FormatTimestampLikeSpark(time.OnClock());
  }
  std::string operator()(const Json& json) const { return json.text; }
};

struct HeapBytes {
  size_t operator()(const event::OwnedDigits& number) const { return number.text.size(); }
  size_t operator()(const std::string& text) const { return text.size(); }
  size_t operator()(const Bytes& bytes) const { return bytes.bytes.size(); }
  size_t operator()(const Json& json) const { return json.text.size(); }
  template <class T>
  size_t operator()(const T&) const {
    return 0;
  }
};

template <class T>
void AppendBytes(std::string& out, T value) {
  char bytes[sizeof value];
  std::memcpy(bytes, &value, sizeof value);
  out.append(bytes, sizeof value);
}

/// The integer that `number` is; nothing when it has a fraction or does not fit.
std::optional<int64_t> WholeOf(double number) {
  constexpr double kLimit = 9223372036854775808.0;  // 2^63
  if (!(number >= -kLimit && number < kLimit) || std::trunc(number) != number) return std::nullopt;
  return static_cast<int64_t>(number);
}

struct KeyAppender {
  std::string& out;
  void Text(char kind, std::string_view text) const {
    out.push_back(kind);
    AppendBytes(out, text.size());
    out += text;
  }
  void operator()(event::Missing) const { out.push_back('0'); }
  void operator()(event::Null) const { out.push_back('0'); }
  void operator()(bool truth) const { out.push_back(truth ? 't' : 'f'); }
  void operator()(int64_t number) const {
    out.push_back('i');
    AppendBytes(out, number);
  }
  void operator()(event::Digits number) const { Text('w', number.text); }
  void operator()(double number) const {
    if (const auto whole = WholeOf(number)) return (*this)(*whole);
    if (const auto digits = event::DigitsOf(number)) return (*this)(event::Digits(*digits));
    out.push_back('d');
    AppendBytes(out, number);
  }
  void operator()(std::string_view text) const { Text('s', text); }
  void operator()(event::RawJson json) const { Text('j', json.text); }
};

struct CellMaker {
  Cell operator()(event::Missing) const { return std::monostate{}; }
  Cell operator()(event::Null) const { return std::monostate{}; }
  Cell operator()(event::Digits number) const {
    return event::OwnedDigits{std::string(number.text)};
  }
  Cell operator()(std::string_view text) const { return std::string(text); }
  Cell operator()(event::RawJson json) const { return Json{std::string(json.text)}; }
  template <class T>
  Cell operator()(T scalar) const {
    return scalar;
  }
};

}  // namespace

std::string_view TypeName(Type type) {
  switch (type) {
    case Type::kBinary:
      return "binary";
    case Type::kInteger:
      return "integer";
    case Type::kLong:
      return "long";
    case Type::kTimestamp:
      return "timestamp";
    case Type::kString:
    case Type::kAny:
      return "string";
  }
  return "string";
}

std::string CellText(const Cell& cell) { return std::visit(Text{}, cell); }

std::string ExactText(const Cell& cell) {
  if (const auto* bytes = std::get_if<Bytes>(&cell)) return Base64Encode(bytes->bytes);
  if (const auto* time = std::get_if<Time>(&cell)) return FormatTime(*time);
  return CellText(cell);
}

Time TimeIn(const TimeZone& zone, TimestampMs time) { return {time, zone.OffsetAt(time)}; }

std::string DateText(const Time& time) { return FormatTimestamp(time.OnClock()).substr(0, 10); }

std::string FormatTime(const Time& time) {
  using std::chrono::minutes;
  // RFC 3339 has no seconds in an offset, which clocks had before there were time zones.
  const auto ahead = std::chrono::duration_cast<minutes>(time.ahead);
  if (time.ahead.count() == 0 || ahead != time.ahead) return FormatTimestamp(time.at);
  std::string text = FormatTimestamp(time.OnClock());
  text.pop_back();  // the 'Z'
  const int64_t distance = ahead.count() < 0 ? -ahead.count() : ahead.count();
  text += fmt::format("{}{:02}:{:02}", ahead.count() < 0 ? '-' : '+', distance / 60, distance % 60);
  return text;
}

bool IsNumber(const Cell& cell) { return IsWhole(cell) || std::holds_alternative<double>(cell); }

bool IsWhole(const Cell& cell) {
  return std::holds_alternative<int64_t>(cell) || std::holds_alternative<event::OwnedDigits>(cell);
}

std::optional<double> DoubleOf(const Cell& cell) { return event::DoubleOf(cell); }

bool CellLess(const Cell& a, const Cell& b) {
  if (!IsNumber(a) || !IsNumber(b)) return a < b;
  return std::visit(
      [](const auto& left, const auto& right) {
        using A = std::decay_t<decltype(left)>;
        using B = std::decay_t<decltype(right)>;
        if constexpr (event::kIsNumber<A> && event::kIsNumber<B>) {
          return std::is_lt(event::CompareNumbers(left, right));
        } else {
          return false;  // Both are numbers.
        }
      },
      a, b);
}

size_t RowBytes(const Row& row) {
  size_t bytes = sizeof(Row);
  for (const Cell& cell : row) bytes += sizeof(Cell) + std::visit(HeapBytes{}, cell);
  return bytes;
}

void AppendKey(std::string& out, const event::Value& value) { std::visit(KeyAppender{out}, value); }

Cell ToCell(const event::Value& value) { return std::visit(CellMaker{}, value); }

void UnifyNumbers(Table& table, size_t column) {
  bool fraction = false;
  for (const Row& row : table.rows) {
    const Cell& cell = row[column];
    fraction = fraction || std::holds_alternative<double>(cell);
    if (!IsNumber(cell) && !std::holds_alternative<std::monostate>(cell)) return;
  }
  if (!fraction) return;
  for (Row& row : table.rows) {
    if (IsWhole(row[column])) row[column] = *DoubleOf(row[column]);
  }
}

}  // namespace gamevents::report
