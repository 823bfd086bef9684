// Goal: every JSON number is read exactly, or as the nearest double; nothing else is a number.
// Method: tables of known answers around each limit.
#include "core/event/number.h"

#include "tests/unit/catch.h"

#include <cmath>
#include <limits>
#include <string>
#include <type_traits>
#include <vector>

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

TEST_CASE("a whole number that does not fit is its digits") {
  for (const std::string& text :
       {std::string("9223372036854775808"), std::string("-9223372036854775809"),
        std::string("18446744073709551616"), "1" + std::string(400, '0'),
        std::string(kDigitsMax, '7')}) {
    INFO(text);
    const Value number = ParseJsonNumber(text).value();
    REQUIRE(std::holds_alternative<Digits>(number));
    CHECK(std::get<Digits>(number).text == text);
  }
  CHECK(NearestDouble(Digits{"18446744073709551617"}) == 18446744073709551616.0);
  CHECK(NearestDouble(Digits{"-9223372036854775809"}) == -9223372036854775808.0);
  const std::string huge(400, '9');
  CHECK(NearestDouble(Digits{huge}) == kInfinity);
}

TEST_CASE("a double beyond a long is a whole number of known digits") {
  CHECK(DigitsOf(9223372036854775808.0).value().text == "9223372036854775808");
  CHECK(DigitsOf(-9223372036854777856.0).value().text == "-9223372036854777856");
  CHECK(DigitsOf(1e22).value().text == "10000000000000000000000");
  CHECK(DigitsOf(1e23).value().text == "99999999999999991611392");
  CHECK(DigitsOf(std::numeric_limits<double>::max()).value().text.size() == 309);
  for (const double other : {0.5, 5.0, -9223372036854775808.0, 9223372036854774784.0, kInfinity,
                             -kInfinity, std::numeric_limits<double>::quiet_NaN()}) {
    INFO(other);
    CHECK_FALSE(DigitsOf(other));
  }
}

TEST_CASE("every other number is the nearest double") {
  CHECK(Double("1.0") == 1.0);
  CHECK(Double("1e2") == 100.0);
  CHECK(Double("-2.5E-1") == -0.25);
  CHECK(Double("0.1") == 0.1);
  CHECK(std::signbit(Double("-0.0")));
  CHECK(Double("9223372036854775808.0") == 9223372036854775808.0);
  CHECK(Double("1e400") == kInfinity);
  CHECK(Double("-1e400") == -kInfinity);
  CHECK(Double(std::string(kDigitsMax + 1, '1')) == kInfinity);
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

TEST_CASE("numbers of digits stand in one order with longs and doubles") {
  // Ascending; each with itself and those of its neighbours that equal it.
  const std::vector<Value> ascending = {-kInfinity,
                                        Digits{"-100000000000000000000"},
                                        -1e19,
                                        Digits{"-9223372036854775809"},
                                        std::numeric_limits<int64_t>::min(),
                                        int64_t{0},
                                        0.5,
                                        std::numeric_limits<int64_t>::max(),
                                        9223372036854775808.0,
                                        Digits{"9223372036854775809"},
                                        Digits{"12345678901234567890"},
                                        Digits{"12345678901234567891"},
                                        12345678901234567168.0 + 2048,
                                        Digits{"100000000000000000000"},
                                        1e21,
                                        kInfinity};
  const auto compare = [](const Value& left, const Value& right) {
    return std::visit(
        [](const auto& a, const auto& b) {
          constexpr bool kNumbers =
              kIsNumber<std::decay_t<decltype(a)>> && kIsNumber<std::decay_t<decltype(b)>>;
          if constexpr (kNumbers) return CompareNumbers(a, b);
          return std::partial_ordering::unordered;
        },
        left, right);
  };
  for (size_t i = 0; i < ascending.size(); ++i) {
    for (size_t j = 0; j < ascending.size(); ++j) {
      INFO(i << " and " << j);
      CHECK((compare(ascending[i], ascending[j]) == (i <=> j)));
    }
  }
  CHECK((CompareNumbers(Digits{"9223372036854775808"}, 9223372036854775808.0) == 0));
  CHECK((CompareNumbers(1e22, Digits{"10000000000000000000000"}) == 0));
  CHECK((CompareNumbers(Digits{"9223372036854775808"}, std::numeric_limits<double>::quiet_NaN()) ==
         std::partial_ordering::unordered));
}

}  // namespace gamevents::event
