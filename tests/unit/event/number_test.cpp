// Goal: every JSON number is read exactly, or as the nearest double; nothing else is a number.
// Method: tables of known answers around each limit.
#include "core/event/number.h"

#include "tests/unit/catch.h"

#include <cmath>
#include <limits>

namespace gamevents::event {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

double Double(std::string_view text) { return std::get<double>(ParseJsonNumber(text).value()); }

// -1, 0 or 1; 2 when there is no order.
int Sign(int64_t a, double b) {
  const auto order = CompareNumbers(a, b);
  return order < 0 ? -1 : order > 0 ? 1 : order == 0 ? 0 : 2;
}

}  // namespace

TEST_CASE("a whole number that fits is an int64_t") {
  const std::pair<const char*, int64_t> rows[] = {{"0", 0},
                                                  {"-0", 0},
                                                  {"42", 42},
                                                  {"-7", -7},
                                                  {"9007199254740993", 9007199254740993},
                                                  {"9223372036854775807", INT64_MAX},
                                                  {"-9223372036854775808", INT64_MIN}};
  for (const auto& [text, expected] : rows) {
    INFO(text);
    CHECK(std::get<int64_t>(ParseJsonNumber(text).value()) == expected);
  }
}

TEST_CASE("every other number is the nearest double") {
  CHECK(Double("1.0") == 1.0);
  CHECK(Double("1e2") == 100.0);
  CHECK(Double("-2.5E-1") == -0.25);
  CHECK(Double("0.1") == 0.1);
  CHECK(std::signbit(Double("-0.0")));
  CHECK(Double("9223372036854775808") == 9223372036854775808.0);
  CHECK(Double("18446744073709551616") == 18446744073709551616.0);
  CHECK(Double("1" + std::string(300, '0')) == 1e300);
  CHECK(Double("1e400") == kInfinity);
  CHECK(Double("-1e400") == -kInfinity);
  CHECK(Double("1" + std::string(400, '0')) == kInfinity);
  CHECK(Double("1e-400") == 0.0);
  CHECK(Double("0." + std::string(400, '0') + "1") == 0.0);
  CHECK(Double("5e-324") == std::numeric_limits<double>::denorm_min());
  CHECK(Double("0e99999999999999999999") == 0.0);
}

TEST_CASE("what JSON's grammar does not have is no number") {
  for (const char* text :
       {"",     "-",  "+1", "01",  "-01", ".5",       "1.",  "1.e3", "1e",    "1e+",
        "0x10", "1 ", " 1", "nan", "inf", "Infinity", "--1", "1-",   "1_000", "1.2.3"}) {
    INFO(text);
    CHECK_FALSE(ParseJsonNumber(text));
  }
}

TEST_CASE("whole numbers and doubles compare exactly") {
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
  CHECK(Sign(kMax, 9223372036854775808.0) == -1);
  CHECK(Sign(kMin, -9223372036854775808.0) == 0);
  CHECK(Sign(kMin, -9223372036854777856.0) == 1);
  CHECK(Sign(9007199254740993, 9007199254740992.0) == 1);
  CHECK(Sign(9007199254740991, 9007199254740992.0) == -1);
  CHECK(Sign(2, 2.5) == -1);
  CHECK(Sign(-2, -2.5) == 1);
  CHECK(Sign(-3, -2.5) == -1);
  CHECK(Sign(0, -0.0) == 0);
  CHECK(Sign(0, 5e-324) == -1);
  CHECK(Sign(kMax, kInfinity) == -1);
  CHECK(Sign(kMin, -kInfinity) == 1);
  CHECK(Sign(0, std::numeric_limits<double>::quiet_NaN()) == 2);
}

}  // namespace gamevents::event
