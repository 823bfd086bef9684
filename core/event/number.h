#pragma once

#include "core/event/value.h"

#include <compare>
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>
#include <variant>

namespace gamevents::event {

/// The number that `text` is by JSON's grammar (RFC 8259 section 6): without fraction and exponent
/// an int64_t when it fits, else its digits, a view of `text`, when they are no more than
/// kDigitsMax; every other number is the nearest double, an infinity beyond a double's range.
/// Nothing when `text` is not wholly such a number.
std::optional<Value> ParseJsonNumber(std::string_view text);

/// The double that is nearest to it; an infinity beyond a double's range.
double NearestDouble(Digits number);

/// The whole number that `number` is exactly, as digits; nothing when it has a fraction, when an
/// int64_t holds it, and for infinities.
std::optional<OwnedDigits> DigitsOf(double number);

/// How two numbers stand to each other, exactly: none is rounded to a double on the way. Unordered
/// when one is not a number.
std::partial_ordering CompareNumbers(int64_t a, double b);
std::partial_ordering CompareNumbers(Digits a, Digits b);
std::partial_ordering CompareNumbers(Digits a, int64_t b);
std::partial_ordering CompareNumbers(Digits a, double b);
inline std::partial_ordering CompareNumbers(int64_t a, int64_t b) { return a <=> b; }
inline std::partial_ordering CompareNumbers(double a, double b) { return a <=> b; }
inline std::partial_ordering CompareNumbers(double a, int64_t b) {
  return 0 <=> CompareNumbers(b, a);
}
inline std::partial_ordering CompareNumbers(int64_t a, Digits b) {
  return 0 <=> CompareNumbers(b, a);
}
inline std::partial_ordering CompareNumbers(double a, Digits b) {
  return 0 <=> CompareNumbers(b, a);
}

/// What CompareNumbers takes, Digits and those that own theirs included.
template <class T>
inline constexpr bool kIsNumber = std::is_same_v<T, int64_t> || std::is_same_v<T, double> ||
                                  std::is_same_v<T, Digits> || std::is_same_v<T, OwnedDigits>;

/// The double that is nearest to the number in `value`, a Value or another variant with numbers
/// among its types; nothing when it holds something else.
template <class Variant>
std::optional<double> DoubleOf(const Variant& value) {
  return std::visit(
      []<class T>(const T& held) -> std::optional<double> {
        if constexpr (std::is_same_v<T, Digits> || std::is_same_v<T, OwnedDigits>) {
          return NearestDouble(held);
        } else if constexpr (kIsNumber<T>) {
          return static_cast<double>(held);
        } else {
          return std::nullopt;
        }
      },
      value);
}

}  // namespace gamevents::event
