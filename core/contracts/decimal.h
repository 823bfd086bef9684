#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gamevents::contracts {

/// A JSON number as it is written, without rounding: ±digits × 10^exponent. The digits have no zero
/// at either end, so two numbers are equal exactly when their parts are; zero has no digits and no
/// sign.
struct Decimal {
  bool negative = false;
  std::string digits;
  int64_t exponent = 0;  ///< an exponent beyond ±10^15 is taken as that

  bool IsWhole() const { return digits.empty() || exponent >= 0; }
  bool operator==(const Decimal&) const = default;
};

/// Reads a number. Requires: `number` is one by JSON's grammar (RFC 8259 section 6).
Decimal ReadDecimal(std::string_view number);

/// Whether the number is whole, which 1.0 and 1e3 are, too. Requires: as ReadDecimal.
bool IsWholeNumber(std::string_view number);

/// What `multipleOf` divides by: digits × 10^exponent.
class Divisor {
 public:
  /// Nothing for a number that is not above zero, or has more than 18 digits.
  static std::optional<Divisor> Of(const Decimal& number);

  /// Whether `number` is a whole multiple, exactly.
  bool Divides(const Decimal& number) const;

 private:
  Divisor(uint64_t digits, int64_t exponent) : digits_(digits), exponent_(exponent) {}

  uint64_t digits_;
  int64_t exponent_;
};

}  // namespace gamevents::contracts
