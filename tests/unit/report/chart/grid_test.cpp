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

TEST_CASE("the rest of the series is their sum") {
  Picture picture{.series = {{"a", {1.0, 1.0}}, {"b", {5.0, 5.0}}, {"c", {2.0, std::nullopt}}}};
  BoundSeries(picture, true, 2);
  REQUIRE(picture.series.size() == 2);
  CHECK(picture.series[0].name == "b");
  CHECK(picture.series[1].name == "2 other");
  CHECK(picture.series[1].values == Values{3.0, 1.0});
}

TEST_CASE("steps are filled on their clock, values that do not add up stay") {
  constexpr double kHour = 3'600'000;
  Picture picture{.at = {0, 3 * kHour}, .is_time = true, .series = {{"n", {1.0, 2.0}}}};
  const Picture averages = picture;
  ChartOptions options{.adds_up = true, .step = StepsOf(std::chrono::hours(1))};
  FillSteps(picture, options, 10);
  CHECK(picture.series[0].values == Values{1.0, 0.0, 0.0, 2.0});
  picture = averages;
  FillSteps(picture, options, 2);
  CHECK(picture.step == 2 * kHour);
  CHECK(picture.series[0].values == Values{1.0, 2.0});
  CHECK(picture.note == "Added up by 2 hours.");
  picture = averages;
  options.adds_up = false;
  FillSteps(picture, options, 1);
  CHECK(picture.series[0].values == Values{2.0});
  CHECK(picture.note == "Only the last 1 of 2 are drawn.");
}

TEST_CASE("numbers become as many steps as there is room for") {
  Picture picture{.at = {0, 1, 10}, .series = {{"n", {1.0, 2.0, 3.0}}}};
  FillNumbers(picture, 4);
  CHECK(picture.at == std::vector<double>{0, 5, 10});
  CHECK(picture.series[0].values == Values{3.0, 0.0, 3.0});
}

}  // namespace
}  // namespace gamevents::report
