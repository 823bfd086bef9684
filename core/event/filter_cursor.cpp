#include "core/event/filter_cursor.h"

#include "core/base/ascii.h"
#include "core/event/filter_pointer.h"
#include "core/event/number.h"

#include <algorithm>
#include <array>
#include <utility>

namespace gamevents::event {
namespace {

constexpr std::array<std::string_view, 8> kKeywords = {"and",    "or",   "not",   "in",
                                                       "exists", "true", "false", "null"};

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// A value may hold what addresses, paths and times are made of; a field may not, for its dots.
bool IsBareValueCharacter(char c) {
  return IsBareNameCharacter(c) || std::string_view(".:/@+").find(c) != std::string_view::npos;
}

Literal FromNumber(const Value& number) {
  if (const auto* integer = std::get_if<int64_t>(&number)) return *integer;
  if (const auto* digits = std::get_if<Digits>(&number)) {
    return OwnedDigits{std::string(digits->text)};
  }
  return std::get<double>(number);
}

}  // namespace

bool IsFilterKeyword(std::string_view word) {
  return std::ranges::any_of(kKeywords, [&](auto k) { return EqualsIgnoringCase(word, k); });
}

bool IsBareNameCharacter(char c) {
  const char lower = Lower(c);
  return (lower >= 'a' && lower <= 'z') || IsDigit(c) || c == '_' || c == '-' ||
         static_cast<uint8_t>(c) >= 0x80;
}

void FilterCursor::SkipSpace() { TakeWhile(IsSpace); }

template <class Predicate>
std::string_view FilterCursor::TakeWhile(Predicate belongs) {
  const size_t begin = position_;
  while (position_ < text_.size() && belongs(text_[position_])) ++position_;
  return text_.substr(begin, position_ - begin);
}

bool FilterCursor::AtEnd() { return Position() == text_.size(); }

size_t FilterCursor::Position() {
  SkipSpace();
  return position_;
}

Error FilterCursor::At(size_t position, std::string_view what) const {
  return PointAt(text_, position, what);
}

bool FilterCursor::TakeSymbol(char symbol) {
  SkipSpace();
  if (!Next(symbol)) return false;
  ++position_;
  return true;
}

bool FilterCursor::TakeKeyword(std::string_view keyword) {
  const size_t begin = Position();
  if (EqualsIgnoringCase(TakeWhile(IsBareNameCharacter), keyword)) return true;
  position_ = begin;
  return false;
}

std::optional<Operator> FilterCursor::TakeOperator() {
  // Longer ones first, so that <= is not taken for <.
  constexpr std::array<std::pair<std::string_view, Operator>, 6> kOperators = {{
      {"!=", Operator::kNotEqual},
      {"<=", Operator::kLessEqual},
      {">=", Operator::kGreaterEqual},
      {"=", Operator::kEqual},
      {"<", Operator::kLess},
      {">", Operator::kGreater},
  }};
  const std::string_view rest = text_.substr(Position());
  for (const auto& [symbol, op] : kOperators) {
    if (!rest.starts_with(symbol)) continue;
    position_ += symbol.size();
    return op;
  }
  return std::nullopt;
}

Result<FieldPath> FilterCursor::TakeField() {
  SkipSpace();
  FieldPath path;
  while (true) {
    auto name = TakeName();
    if (!name) return std::move(name).error();
    path.push_back(*std::move(name));
    if (!Next('.')) return path;
    ++position_;
  }
}

Result<std::string> FilterCursor::TakeName() {
  if (Next('"')) return TakeQuoted();
  const size_t begin = position_;
  const std::string_view word = TakeWhile(IsBareNameCharacter);
  if (word.empty() && Next('\'')) {
    return At(begin, "single quotes are for texts; write a field bare or in double quotes");
  }
  if (word.empty() && Next('`')) return At(begin, "write a field bare or in double quotes");
  if (word.empty()) return At(begin, "expected a field");
  if (IsFilterKeyword(word)) {
    return At(begin, "expected a field; one of this name must be in double quotes");
  }
  return std::string(word);
}

Result<std::string> FilterCursor::TakeQuoted() {
  const size_t begin = position_;
  const char quote = text_[position_++];
  std::string out;
  while (position_ < text_.size()) {
    char c = text_[position_++];
    if (c == quote) return out;
    if (c == '\\' && (Next(quote) || Next('\\'))) c = text_[position_++];
    out += c;
  }
  return At(begin, "this quote is never closed");
}

Result<Literal> FilterCursor::TakeLiteral() {
  const size_t begin = Position();
  if (Next('\'') || Next('"')) {
    auto text = TakeQuoted();
    if (!text) return std::move(text).error();
    return Literal{*std::move(text)};
  }
  const std::string_view word = TakeWhile(IsBareValueCharacter);
  if (word.empty()) return At(begin, "expected a value");
  if (auto number = ParseJsonNumber(word)) return FromNumber(*number);
  if (word.front() == '@') {
    if (!moments_) return At(begin, "write a time as a text: '2026-11-23T10:00'");
    auto moment = moments_(word.substr(1));
    if (!moment) return At(begin, moment.error().context);
    return Literal{*std::move(moment)};
  }
  if (IsDigit(word.front()) || std::string_view("+-.:/@").find(word.front()) != word.npos) {
    return At(begin, "neither a number nor a word; put a text in quotes");
  }
  if (EqualsIgnoringCase(word, "true")) return Literal{true};
  if (EqualsIgnoringCase(word, "false")) return Literal{false};
  if (EqualsIgnoringCase(word, "null")) return Literal{Null{}};
  if (IsFilterKeyword(word)) return At(begin, "expected a value; put this word in quotes");
  return Literal{std::string(word)};
}

}  // namespace gamevents::event
