#include "core/report/sql/condition.h"

#include "core/event/number.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <optional>
#include <system_error>

namespace gamevents::report::sql {
namespace {

/// How a value stands to another of the same kind; unordered when they differ, but which is less
/// depends on an affinity; nothing where the kinds differ, or all depends on it.
struct Ordering {
  using Answer = std::optional<std::partial_ordering>;

  Answer operator()(int64_t a, int64_t b) const { return a <=> b; }
  Answer operator()(int64_t a, double b) const { return event::CompareNumbers(a, b); }
  Answer operator()(double a, int64_t b) const { return 0 <=> event::CompareNumbers(b, a); }
  Answer operator()(double a, double b) const { return a <=> b; }
  Answer operator()(std::string_view a, const std::string& b) const {
    if (a == b) return std::partial_ordering::equivalent;
    const bool number = NumberIn(a).has_value();
    if (number && NumberIn(b)) return std::nullopt;
    // As a number one would be less than any text, whatever its bytes: they differ, that is sure.
    if (number || NumberIn(b)) return std::partial_ordering::unordered;
    return a <=> b;
  }
  template <class A, class B>
  Answer operator()(const A&, const B&) const {
    return std::nullopt;
  }
};

bool IsNull(const ValueView& value) { return std::holds_alternative<std::monostate>(value); }

bool MayCompare(const ValueView& held, Operator op, const Operand& operand) {
  if (std::holds_alternative<std::monostate>(operand)) return false;
  const auto order = std::visit(Ordering{}, held, operand);
  if (order == std::partial_ordering::unordered)
    return op != Operator::kEqual && op != Operator::kIn;
  return !order || Means(op, *order);
}

}  // namespace

bool Means(Operator op, std::partial_ordering order) {
  switch (op) {
    case Operator::kEqual:
    case Operator::kIn:
      return std::is_eq(order);
    case Operator::kLess:
      return std::is_lt(order);
    case Operator::kLessOrEqual:
      return std::is_lteq(order);
    case Operator::kGreater:
      return std::is_gt(order);
    case Operator::kGreaterOrEqual:
      return std::is_gteq(order);
    case Operator::kIsNull:
    case Operator::kIsNotNull:
      return true;
  }
  return true;
}

std::optional<double> NumberIn(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\n\v\f\r";
  const size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return std::nullopt;
  text = text.substr(begin, text.find_last_not_of(kBlanks) + 1 - begin);
  if (text.find_first_not_of("0123456789+-.eE") != std::string_view::npos) return std::nullopt;
  if (text.front() == '+') text.remove_prefix(1);
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (end != text.data() + text.size() || error == std::errc::invalid_argument) return std::nullopt;
  if (error == std::errc{}) return number;
  return event::NearestDouble(event::Digits{text});  // an infinity or zero, on either side
}

bool MayHold(const ValueView& held, Operator op, std::span<const Operand> operands) {
  if (op == Operator::kIsNull) return IsNull(held);
  if (IsNull(held)) return false;
  if (op == Operator::kIsNotNull) return true;
  return std::ranges::any_of(operands,
                             [&](const Operand& operand) { return MayCompare(held, op, operand); });
}

}  // namespace gamevents::report::sql
