#include "core/contracts/decimal.h"

#include "core/base/number.h"

#include <algorithm>
#include <limits>

namespace gamevents::contracts {
namespace {

constexpr int64_t kExponentMax = 1'000'000'000'000'000;
constexpr size_t kDivisorDigitsMax = 18;

// The exponent behind the 'e', with or without a sign.
int64_t ReadExponent(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  const int64_t value = std::min(
      ParseWholeNumber<int64_t>(text).value_or(std::numeric_limits<int64_t>::max()), kExponentMax);
  return negative ? -value : value;
}

__extension__ using Wide = unsigned __int128;

uint64_t TimesModulo(uint64_t a, uint64_t b, uint64_t modulus) {
  return static_cast<uint64_t>(Wide{a} * b % modulus);
}

// 10^exponent, by squares.
uint64_t PowerOfTenModulo(uint64_t exponent, uint64_t modulus) {
  uint64_t result = 1 % modulus;
  uint64_t square = 10 % modulus;
  for (; exponent > 0; exponent >>= 1) {
    if ((exponent & 1U) != 0) result = TimesModulo(result, square, modulus);
    square = TimesModulo(square, square, modulus);
  }
  return result;
}

}  // namespace

Decimal ReadDecimal(std::string_view number) {
  Decimal decimal;
  decimal.negative = number.starts_with('-');
  if (decimal.negative) number.remove_prefix(1);
  const size_t end = std::min(number.find_first_of("eE"), number.size());
  if (end < number.size()) decimal.exponent = ReadExponent(number.substr(end + 1));
  const size_t point = std::min(number.find('.'), end);
  decimal.digits = number.substr(0, point);
  if (point < end) {
    decimal.digits.append(number.substr(point + 1, end - point - 1));
    decimal.exponent -= static_cast<int64_t>(end - point - 1);
  }
  const size_t last = decimal.digits.find_last_not_of('0');
  if (last == std::string::npos) return {};
  decimal.exponent += static_cast<int64_t>(decimal.digits.size() - last - 1);
  decimal.digits.resize(last + 1);
  decimal.digits.erase(0, decimal.digits.find_first_not_of('0'));
  return decimal;
}

bool IsWholeNumber(std::string_view number) {
  if (number.find_first_of(".eE") == std::string_view::npos) return true;
  return ReadDecimal(number).IsWhole();
}

std::optional<Divisor> Divisor::Of(const Decimal& number) {
  if (number.negative || number.digits.empty() || number.digits.size() > kDivisorDigitsMax) {
    return std::nullopt;
  }
  return Divisor(ParseWholeNumber<uint64_t>(number.digits).value_or(1), number.exponent);
}

bool Divisor::Divides(const Decimal& number) const {
  if (number.digits.empty()) return true;
  // Its digits do not end with a zero, so a larger power of ten does not divide it.
  if (number.exponent < exponent_) return false;
  uint64_t rest = 0;
  for (const char digit : number.digits) {
    rest = (TimesModulo(rest, 10, digits_) + static_cast<uint64_t>(digit - '0')) % digits_;
  }
  const auto tens = static_cast<uint64_t>(number.exponent - exponent_);
  return TimesModulo(rest, PowerOfTenModulo(tens, digits_), digits_) == 0;
}

}  // namespace gamevents::contracts
