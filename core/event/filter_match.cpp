#include "core/event/filter_match.h"

#include "core/event/number.h"

#include <algorithm>
#include <compare>
#include <optional>
#include <type_traits>

namespace gamevents::event {
namespace {

// How `value` stands to `literal`; unordered when they are not of one kind.
std::partial_ordering Order(const Value& value, const Literal& literal) {
  return std::visit(
      [](const auto& a, const auto& b) -> std::partial_ordering {
        using A = std::decay_t<decltype(a)>;
        using B = std::decay_t<decltype(b)>;
        if constexpr (std::is_same_v<A, Null> && std::is_same_v<B, Null>) {
          return std::partial_ordering::equivalent;
        } else if constexpr (std::is_same_v<A, bool> && std::is_same_v<B, bool>) {
          return a <=> b;
        } else if constexpr (kIsNumber<A> && kIsNumber<B>) {
          return CompareNumbers(a, b);
        } else if constexpr (std::is_same_v<A, std::string_view> &&
                             std::is_same_v<B, std::string>) {
          return a.compare(b) <=> 0;  // By bytes, which in UTF-8 is by code points.
        } else {
          return std::partial_ordering::unordered;
        }
      },
      value, literal);
}

bool Holds(std::partial_ordering order, Operator op) {
  switch (op) {
    case Operator::kEqual:
      return order == 0;
    case Operator::kNotEqual:
      return order < 0 || order > 0;  // Not "!= 0": unordered must be false here too.
    case Operator::kLess:
      return order < 0;
    case Operator::kLessEqual:
      return order <= 0;
    case Operator::kGreater:
      return order > 0;
    case Operator::kGreaterEqual:
      return order >= 0;
  }
  return false;
}

bool Test(const Comparison& condition, const FieldSource& source) {
  const Value value = source.Field(condition.field);
  if (condition.op == Operator::kNotEqual && std::holds_alternative<Null>(condition.value)) {
    return !std::holds_alternative<Missing>(value) && !std::holds_alternative<Null>(value);
  }
  return Holds(Order(value, condition.value), condition.op);
}

bool Test(const OneOf& condition, const FieldSource& source) {
  const Value value = source.Field(condition.field);
  if (const auto* text = std::get_if<std::string_view>(&value)) {
    return condition.texts.contains(*text);
  }
  return std::ranges::any_of(condition.others,
                             [&](const Literal& literal) { return Order(value, literal) == 0; });
}

bool Test(const RegexMatch& condition, const FieldSource& source) {
  const Value value = source.Field(condition.field);
  const auto* text = std::get_if<std::string_view>(&value);
  return text && condition.regex->Match({text->data(), text->size()}, 0, text->size(),
                                        re2::RE2::UNANCHORED, nullptr, 0);
}

bool Test(const Exists& condition, const FieldSource& source) {
  return !std::holds_alternative<Missing>(source.Field(condition.field));
}

bool Test(const Not& condition, const FieldSource& source) {
  return !Meets(*condition.inner, source);
}

bool Test(const All& condition, const FieldSource& source) {
  return std::ranges::all_of(condition.parts, [&](const Node& n) { return Meets(n, source); });
}

bool Test(const Any& condition, const FieldSource& source) {
  return std::ranges::any_of(condition.parts, [&](const Node& n) { return Meets(n, source); });
}

}  // namespace

bool Meets(const Node& node, const FieldSource& source) {
  return std::visit([&](const auto& condition) { return Test(condition, source); }, node.kind);
}

}  // namespace gamevents::event
