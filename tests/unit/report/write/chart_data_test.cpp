// Goal: a table gets the chart that suits it, with all of its counts in it.
// Method: tables of each kind; sums before and after.

#include "core/report/write/chart_data.h"

#include "tests/support/fixed_clock.h"
#include "tests/unit/catch.h"

#include <cmath>
#include <numeric>

namespace gamevents::report {
namespace {

using namespace std::string_literals;

constexpr int64_t kChartDataMinute = 60'000;

Table ChartDataCounts(size_t rows) {
  Table table{{{"who", Type::kAny}, {"count", Type::kLong}}, {}, false};
  for (size_t i = 0; i < rows; ++i) {
    table.rows.push_back({std::to_string(i), static_cast<int64_t>(100 - i)});
  }
  return table;
}

Table Minutes(const std::vector<int64_t>& minutes) {
  Table table{{{"minute", Type::kTimestamp}, {"count", Type::kLong}}, {}, false};
  for (const int64_t minute : minutes) {
    table.rows.push_back({TimestampMs(kTestNow + minute * kChartDataMinute), int64_t{2}});
  }
  return table;
}

TEST_CASE("the chart follows from the columns") {
  CHECK(ChartFor(ChartDataCounts(3)) == ChartKind::kBar);
  CHECK(ChartFor(ChartDataCounts(0)) == ChartKind::kBar);
  CHECK(ChartFor(Minutes({0, 1})) == ChartKind::kLine);
  Table funnel = ChartDataCounts(3);
  funnel.headings[0].name = "step";
  CHECK(ChartFor(funnel) == ChartKind::kFunnel);
  Table pairs{{{"a", Type::kAny}, {"b", Type::kAny}, {"count", Type::kLong}},
              {{"x"s, "y"s, int64_t{1}}},
              false};
  CHECK_FALSE(ChartFor(pairs));
  CHECK(ChartOf(pairs).empty());
  CHECK_FALSE(ChartFor({{{"a", Type::kAny}}, {{"x"s}}, false}));
}

TEST_CASE("what has no bar of its own is added up, of counts only") {
  CHECK(BarsOf(ChartDataCounts(kBarsMax)).size() == kBarsMax);
  Table table = ChartDataCounts(30);
  const std::vector<Bar> bars = BarsOf(table);
  REQUIRE(bars.size() == kBarsMax);
  CHECK(bars.back().rest);
  CHECK(bars.back().label == "(19 other)");
  double sum = 0;
  for (const Bar& bar : bars) sum += bar.value;
  CHECK(sum == 30 * 100 - 29 * 30 / 2);
  table.headings[1].name = "avg(n)";
  CHECK(BarsOf(table).size() == kBarsMax);
  CHECK_FALSE(BarsOf(table).back().rest);
}

TEST_CASE("nulls and what is not finite are bars too") {
  const Table table{{{"a", Type::kAny}, {"sum", Type::kAny}},
                    {{std::monostate{}, NAN}, {true, std::monostate{}}, {"x"s, 2.5}},
                    false};
  const std::vector<Bar> bars = BarsOf(table);
  CHECK(bars[0].label == "null");
  CHECK(bars[0].value == 0);
  CHECK(bars[1].label == "true");
  CHECK(bars[2].value == 2.5);
}

TEST_CASE("minutes without events are zero") {
  const Course course = CourseOf(Minutes({0, 3}), kChartDataMinute);
  REQUIRE(course.points.size() == 4);
  CHECK(course.step_ms == kChartDataMinute);
  CHECK(course.points[1].value == 0);
  CHECK(course.points[3].value == 2);
}

TEST_CASE("a long course is added up to fewer points, and loses none") {
  std::vector<int64_t> minutes(5'000);
  std::iota(minutes.begin(), minutes.end(), 0);
  minutes.push_back(9'000'000);  // some years later
  const Course course = CourseOf(Minutes(minutes), kChartDataMinute);
  CHECK(course.points.size() <= kPointsMax + 1);
  double sum = 0;
  for (const Point& point : course.points) sum += point.value;
  CHECK(sum == 2 * 5'001);
}

TEST_CASE("averages are not added up") {
  Table table = Minutes({0, 5});
  table.headings[1].name = "avg(n)";
  const Course course = CourseOf(table, kChartDataMinute);
  CHECK(course.points.size() == 2);
  CHECK(course.step_ms == 0);
}

}  // namespace
}  // namespace gamevents::report
