// Goal: a picture is brought to its limits without losing what can be added up.
// Method: small pictures; their values before and after.

#include "core/report/chart/fit.h"

#include "tests/unit/catch.h"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace gamevents::report {
namespace {

using FitValues = std::vector<std::optional<double>>;

TEST_CASE("the rest of the series is their sum") {
  Picture picture{.series = {{"a", {1.0, 1.0}}, {"b", {5.0, 5.0}}, {"c", {2.0, std::nullopt}}}};
  BoundSeries(picture, true, 2);
  REQUIRE(picture.series.size() == 2);
  CHECK(picture.series[0].name == "b");
  CHECK(picture.series[1].name == "2 other");
  CHECK(picture.series[1].values == FitValues{3.0, 1.0});
}

TEST_CASE("steps are filled on their clock, values that do not add up stay") {
  constexpr double kHour = 3'600'000;
  Picture picture{.at = {0, 3 * kHour}, .is_time = true, .series = {{"n", {1.0, 2.0}}}};
  const Picture averages = picture;
  ChartOptions options{.adds_up = true, .step = StepsOf(std::chrono::hours(1))};
  FillSteps(picture, options, 10);
  CHECK(picture.series[0].values == FitValues{1.0, 0.0, 0.0, 2.0});
  picture = averages;
  FillSteps(picture, options, 2);
  CHECK(picture.step == 2 * kHour);
  CHECK(picture.series[0].values == FitValues{1.0, 2.0});
  CHECK(picture.note == "Added up by 2 hours.");
  picture = averages;
  options.adds_up = false;
  FillSteps(picture, options, 1);
  CHECK(picture.series[0].values == FitValues{2.0});
  CHECK(picture.note == "Only the last 1 of 2 are drawn.");
}

TEST_CASE("numbers become as many steps as there is room for") {
  Picture picture{.at = {0, 1, 10}, .series = {{"n", {1.0, 2.0, 3.0}}}};
  FillNumbers(picture, 4);
  CHECK(picture.at == std::vector<double>{0, 5, 10});
  CHECK(picture.series[0].values == FitValues{3.0, 0.0, 3.0});
}

TEST_CASE("rows beyond the limit are left out, and said") {
  Picture picture{
      .labels = {"a", "b", "c"}, .series = {{"n", {1.0, 2.0, 3.0}}}, .sizes = {7, 8, 9}};
  LabelRows(picture, 2);
  CHECK(picture.labels.size() == 2);
  CHECK(picture.sizes.size() == 2);
  CHECK(picture.series[0].values == FitValues{1.0, 2.0});
  CHECK(picture.note == "Only the first 2 of 3 are drawn.");
  Picture along{.at = {5, 7}, .series = {{"n", {1.0, 2.0}}}};
  LabelRows(along, 2);
  CHECK(along.labels == std::vector<std::string>{"5", "7"});
  CHECK_FALSE(along.HasAxis());
}

}  // namespace
}  // namespace gamevents::report
