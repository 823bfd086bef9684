#include "core/report/cell.h"

#include "core/base/text.h"
#include "core/event/number.h"
#include "core/report/spark_text.h"

#include <compare>
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
  std::string operator()(TimestampMs time) const { return FormatTimestampLikeSpark(time); }
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
  if (const auto* time = std::get_if<TimestampMs>(&cell)) return FormatTimestamp(*time);
  return CellText(cell);
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

}  // namespace gamevents::report
