// Goal: numbers are taken as they are written, to the last digit. Method: known numbers in several
// ways to write them; multiples that a double would get wrong.
#include "core/contracts/decimal.h"

#include "tests/unit/catch.h"

#include <string>

namespace gamevents::contracts {
namespace {

bool Divides(std::string_view divisor, std::string_view number) {
  const auto by = Divisor::Of(ReadDecimal(divisor));
  REQUIRE(by.has_value());
  return by->Divides(ReadDecimal(number));
}

}  // namespace

TEST_CASE("a number is the same however it is written") {
  const Decimal hundred{false, "1", 2};
  for (const char* text : {"100", "100.0", "1e2", "1E+2", "0.1e3", "1000e-1", "100.000e0"}) {
    CAPTURE(text);
    CHECK(ReadDecimal(text) == hundred);
  }
  CHECK(ReadDecimal("-100") == Decimal{true, "1", 2});
  for (const char* text : {"0", "-0", "0.000", "0e17", "-0.0e-5"}) {
    CAPTURE(text);
    CHECK(ReadDecimal(text) == Decimal{});
  }
  CHECK(ReadDecimal("12345678901234567890.5") == Decimal{false, "123456789012345678905", -1});
  CHECK(ReadDecimal("1e99999999999999999999").exponent == 1'000'000'000'000'000);
  CHECK(ReadDecimal("1e-99999999999999999999").exponent == -1'000'000'000'000'000);
}

TEST_CASE("a number is whole when its fraction is nothing") {
  for (const char* text : {"0", "-7", "1.0", "1.50e1", "1e300", "-0.0"}) CHECK(IsWholeNumber(text));
  for (const char* text : {"0.5", "1e-1", "-1.05e1"}) CHECK_FALSE(IsWholeNumber(text));
}

TEST_CASE("multiples are told exactly") {
  CHECK(Divides("0.01", "4.02"));  // 4.02 / 0.01 is 401.99999999999994 in doubles
  CHECK(Divides("0.0001", "0.0075"));
  CHECK_FALSE(Divides("0.0001", "0.00751"));
  CHECK(Divides("3", "9000000000000000000000000000003"));
  CHECK_FALSE(Divides("3", "9000000000000000000000000000004"));
  CHECK(Divides("7", "-14"));
  CHECK(Divides("7", "0"));
  CHECK(Divides("0.5", "1e308"));
  CHECK(Divides("100", "1e999999999999999999"));
  CHECK_FALSE(Divides("100", "10"));
  CHECK_FALSE(Divides("3", "1e999999999999999999"));
  for (const char* text : {"0", "-1", "1234567890123456789"}) {
    CHECK_FALSE(Divisor::Of(ReadDecimal(text)).has_value());
  }
}

}  // namespace gamevents::contracts
