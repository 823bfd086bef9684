// Goal: a table's columns and cells are read for what they are. Method: small tables.

#include "core/report/chart/grid.h"

#include "tests/support/fixed_clock.h"
#include "tests/unit/catch.h"

#include <chrono>
#include <cmath>
#include <string>

namespace gamevents::report {
namespace {

using namespace std::string_literals;
using Values = std::vector<std::optional<double>>;

TEST_CASE("columns are keys up to the first of numbers, or as many as are known") {
  const Table table{{{"a", Type::kAny}, {"b", Type::kAny}, {"n", Type::kAny}, {"m", Type::kAny}},
                    {{"x"s, "y"s, int64_t{1}, 2.5}},
                    false};
  const auto roles = RolesOf(table, {});
  REQUIRE(roles);
  CHECK(roles->axis == AxisKind::kNames);
  CHECK(roles->keys == 2);
  CHECK(roles->values == std::vector<size_t>{2, 3});
  CHECK(RolesOf(table, {.keys = 3})->values == std::vector<size_t>{3});
  CHECK(RolesOf(table, {.keys = 2, .value = 3})->values == std::vector<size_t>{3, 2});
  CHECK_FALSE(RolesOf({{{"n", Type::kLong}}, {{int64_t{1}}}, false}, {}));
}

TEST_CASE("cells are times and numbers where they are") {
  CHECK(ClockOf(Time(TimestampMs(kTestNow), std::chrono::hours(1))) == kTestNow + 3'600'000);
  CHECK(ClockOf("1970-01-02"s) == 86'400'000);
  CHECK_FALSE(ClockOf("10"s));
  CHECK_FALSE(ClockOf(Time(TimestampMs(-1))));
  CHECK(NumberOf(int64_t{3}) == 3.0);
  CHECK_FALSE(NumberOf(NAN));
  CHECK_FALSE(NumberOf(1e300));
  CHECK_FALSE(NumberOf("3"s));
  CHECK(LabelOf(std::monostate{}) == "null");
}

TEST_CASE("values come by position and series") {
  const Table table{{{"level", Type::kAny}, {"os", Type::kAny}, {"n", Type::kAny}},
                    {{int64_t{2}, "ios"s, int64_t{5}},
                     {int64_t{1}, "web"s, int64_t{7}},
                     {int64_t{2}, "ios"s, int64_t{1}}},
                    false};
  for (const bool adds_up : {true, false}) {
    const ChartOptions options{.keys = 2, .adds_up = adds_up};
    Picture picture;
    FillFrom(table, *RolesOf(table, options), options, picture);
    CHECK(picture.at == std::vector<double>{1, 2});
    REQUIRE(picture.series.size() == 2);
    CHECK(picture.series[0].values == Values{std::nullopt, adds_up ? 6.0 : 5.0});
    CHECK(picture.series[1].values == Values{7.0, std::nullopt});
  }
}

}  // namespace
}  // namespace gamevents::report
