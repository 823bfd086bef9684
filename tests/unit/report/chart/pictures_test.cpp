// Goal: an answer gets the picture that suits it or was asked for, with all of its values in it.
// Method: tables of each kind; sums before and after.

#include "core/report/chart/pictures.h"

#include "tests/support/fixed_clock.h"
#include "tests/unit/catch.h"

#include <chrono>
#include <cmath>
#include <numeric>
#include <string>

namespace gamevents::report {
namespace {

using namespace std::string_literals;

constexpr int64_t kPicturesMinute = 60'000;
constexpr int64_t kPicturesDay = 24 * 60 * kPicturesMinute;
constexpr TimestampMs kPicturesLater{kTestNow + 1'000 * kPicturesDay};

Table NamedCounts(size_t rows) {
  Table table{{{"who", Type::kAny}, {"count", Type::kLong}}, {}, false};
  for (size_t i = 0; i < rows; ++i) {
    table.rows.push_back({"a" + std::to_string(i), static_cast<int64_t>(100 - i)});
  }
  return table;
}

Table MinuteCounts(const std::vector<int64_t>& minutes) {
  Table table{{{"minute", Type::kTimestamp}, {"count", Type::kLong}}, {}, false};
  for (const int64_t minute : minutes) {
    table.rows.push_back({Time(TimestampMs(kTestNow + minute * kPicturesMinute)), int64_t{2}});
  }
  return table;
}

ChartOptions CountOptions(ChartKind kind = ChartKind::kAuto, size_t keys = 1) {
  return {.kind = kind, .keys = keys, .adds_up = true};
}

/// The only picture. Requires: there is one.
Picture PictureFor(const Table& table, const ChartOptions& options) {
  auto pictures = PicturesOf(table, options, "", kPicturesLater);
  REQUIRE(pictures);
  REQUIRE(pictures->size() == 1);
  return pictures->front();
}

std::string RefusalOf(const Table& table, const ChartOptions& options) {
  const auto pictures = PicturesOf(table, options, "", kPicturesLater);
  return pictures ? "" : pictures.error().context;
}

double SumOfAll(const Picture& picture) {
  double sum = 0;
  for (const Series& series : picture.series) {
    for (const auto& value : series.values) sum += value.value_or(0);
  }
  return sum;
}

TEST_CASE("the chart follows from the columns") {
  CHECK(PictureFor(NamedCounts(3), CountOptions()).kind == ChartKind::kBars);
  CHECK(PictureFor(NamedCounts(0), CountOptions()).kind == ChartKind::kBars);
  CHECK(PictureFor(MinuteCounts({0, 1}), CountOptions()).kind == ChartKind::kLine);
  CHECK(PictureFor(MinuteCounts({}), CountOptions()).kind == ChartKind::kLine);
  Table funnel = NamedCounts(3);
  funnel.headings[0].name = "step";
  CHECK(PictureFor(funnel, CountOptions()).kind == ChartKind::kFunnel);
  Table pairs{{{"a", Type::kAny}, {"b", Type::kAny}, {"count", Type::kLong}},
              {{"x"s, "y"s, int64_t{1}}},
              false};
  CHECK(PictureFor(pairs, CountOptions(ChartKind::kAuto, 2)).kind == ChartKind::kStacked);
  CHECK(PictureFor(pairs, {.kind = ChartKind::kAuto}).kind == ChartKind::kHeatmap);
  const Table numbers{{{"price", Type::kAny}, {"n", Type::kLong}},
                      {{int64_t{10}, int64_t{1}}, {int64_t{20}, int64_t{4}}},
                      false};
  CHECK(PictureFor(numbers, {.kind = ChartKind::kAuto}).kind == ChartKind::kHistogram);
}

TEST_CASE("without numbers there is nothing to draw, nor where nobody asks") {
  const Table names{{{"a", Type::kAny}}, {{"x"s}}, false};
  CHECK(PicturesOf(names, {.kind = ChartKind::kAuto}, "", kPicturesLater).value().empty());
  CHECK(RefusalOf(names, {.kind = ChartKind::kBars}) ==
        "chart bars does not suit this answer: it has no column of numbers beside a name, a time "
        "or a number");
  CHECK(PicturesOf(NamedCounts(3), {}, "", kPicturesLater).value().empty());
}

TEST_CASE("what does not suit is refused with what would") {
  CHECK(RefusalOf(NamedCounts(2), CountOptions(ChartKind::kStacked)) ==
        "chart stacked does not suit this answer: it needs two things to group by. These do: bars");
  CHECK(RefusalOf(NamedCounts(2), CountOptions(ChartKind::kLine)) ==
        "chart line does not suit this answer: it needs times or numbers in the first column. "
        "These do: bars");
  CHECK(RefusalOf(MinuteCounts({0}), CountOptions(ChartKind::kHistogram)) ==
        "chart histogram does not suit this answer: it needs numbers in the first column. These "
        "do: line, bars");
  // The same is known of times before there is a row.
  CHECK_FALSE(RefusalOf(MinuteCounts({}), CountOptions(ChartKind::kHistogram)).empty());
  CHECK(RefusalOf(NamedCounts(0), CountOptions(ChartKind::kLine)).empty());
  Table pairs{
      {{"a", Type::kAny}, {"b", Type::kAny}, {"avg(n)", Type::kAny}}, {{"x"s, "y"s, 1.5}}, false};
  CHECK(RefusalOf(pairs, {.kind = ChartKind::kStacked, .keys = 2}) ==
        "chart stacked does not suit this answer: only counts and sums add up. These do: bars, "
        "heatmap");
}

TEST_CASE("what has no bar of its own is added up, where values do") {
  CHECK(PictureFor(NamedCounts(kBarsMax), CountOptions()).labels.size() == kBarsMax);
  const Picture picture = PictureFor(NamedCounts(30), CountOptions());
  REQUIRE(picture.labels.size() == kBarsMax);
  CHECK(picture.has_rest);
  CHECK(picture.labels.back() == "(19 other)");
  CHECK(SumOfAll(picture) == 30 * 100 - 29 * 30 / 2);
  CHECK(PictureFor(NamedCounts(2'000), CountOptions()).labels.back() == "(1,989 other)");
  const Picture averages = PictureFor(NamedCounts(30), {.kind = ChartKind::kBars, .keys = 1});
  CHECK(averages.labels.size() == kBarsMax);
  CHECK_FALSE(averages.has_rest);
  CHECK(averages.note == "Only the first 12 of 30 are drawn.");
}

TEST_CASE("nulls and what is not finite are bars too") {
  const Table table{{{"a", Type::kAny}, {"sum", Type::kAny}},
                    {{std::monostate{}, NAN}, {true, std::monostate{}}, {"x"s, 2.5}},
                    false};
  const Picture picture = PictureFor(table, CountOptions());
  CHECK(picture.labels == std::vector<std::string>{"null", "true", "x"});
  CHECK(picture.series[0].values == std::vector<std::optional<double>>{0.0, 0.0, 2.5});
}

TEST_CASE("minutes without events are zero") {
  ChartOptions options = CountOptions();
  options.step = StepsOf(std::chrono::minutes(1));
  const Picture picture = PictureFor(MinuteCounts({0, 3}), options);
  CHECK(picture.series[0].values == std::vector<std::optional<double>>{2.0, 0.0, 0.0, 2.0});
  CHECK(picture.step == static_cast<double>(kPicturesMinute));
}

TEST_CASE("a long course is added up to fewer points, and loses none") {
  std::vector<int64_t> minutes(5'000);
  std::iota(minutes.begin(), minutes.end(), 0);
  minutes.push_back(9'000'000);  // some years later
  const Picture picture = PictureFor(MinuteCounts(minutes), CountOptions());
  CHECK(picture.Positions() <= kPointsMax + 1);
  CHECK(SumOfAll(picture) == 2 * 5'001);
}

TEST_CASE("averages are not added up") {
  Table table = MinuteCounts({0, 5});
  table.headings[1].name = "avg(n)";
  CHECK(PictureFor(table, {.kind = ChartKind::kAuto, .keys = 1}).Positions() == 2);
}

TEST_CASE("months are steps of their own lengths") {
  const TimeStep months = ParseTimeStep("1mo", {}).value();
  Table table = MinuteCounts({});
  for (const char* month : {"2026-01-01", "2026-02-01", "2026-05-01"}) {
    table.rows.push_back({Time(ParseTimestamp(month).value()), int64_t{1}});
  }
  ChartOptions options = CountOptions();
  options.step = months;
  const Picture picture = PictureFor(table, options);
  CHECK(picture.series[0].values == std::vector<std::optional<double>>{1.0, 1.0, 0.0, 0.0, 1.0});
}

TEST_CASE("groups of steps of time are several lines, and the parts of sales are stacked") {
  Table table{{{"bucket", Type::kTimestamp},
               {"kind", Type::kAny},
               {"item", Type::kAny},
               {"count", Type::kLong},
               {"sum(revenue)", Type::kAny}},
              {},
              false};
  for (int64_t day = 0; day < 3; ++day) {
    for (int64_t i = 0; i < 9; ++i) {
      table.rows.push_back({Time(TimestampMs(kTestNow + day * kPicturesDay)),
                            "kind" + std::to_string(i % 8), "item" + std::to_string(i), int64_t{1},
                            100 * (i + 1)});
    }
  }
  ChartOptions options{
      .kind = ChartKind::kAuto, .keys = 3, .value = 4, .adds_up = true, .step = Days()};
  const Picture lines = PictureFor(table, options);
  CHECK(lines.kind == ChartKind::kLine);
  CHECK(lines.series.front().name == "kind0 · item8");
  options.by_parts = true;
  const Picture parts = PictureFor(table, options);
  CHECK(parts.kind == ChartKind::kStacked);
  REQUIRE(parts.series.size() == kSeriesMax);
  CHECK(parts.series.front().name == "kind0");  // its two items together
  CHECK(parts.series.front().values[0] == 1'000.0);
  CHECK(parts.series.back().name == "3 other");
  CHECK(parts.series.back().is_rest);
  CHECK(SumOfAll(parts) == 3 * 4'500);
}

TEST_CASE("averages that are too many are left out, and said") {
  Table table{{{"bucket", Type::kTimestamp}, {"a", Type::kAny}, {"avg(n)", Type::kAny}}, {}, false};
  for (int64_t i = 0; i < 9; ++i) {
    table.rows.push_back({Time(TimestampMs(kTestNow)), std::to_string(i), static_cast<double>(i)});
  }
  const Picture picture = PictureFor(table, {.kind = ChartKind::kAuto, .keys = 2});
  CHECK(picture.series.size() == kSeriesMax);
  CHECK(picture.note == "Only the 6 largest of 9 are drawn.");
}

TEST_CASE("a statement's times are texts, its columns of one scale are lines") {
  const Table table{
      {{"day", Type::kAny}, {"n", Type::kAny}, {"users", Type::kAny}, {"share", Type::kAny}},
      {{"2026-11-23"s, int64_t{10}, int64_t{5}, 0.25},
       {"2026-11-24"s, int64_t{30}, int64_t{6}, 0.5}},
      false};
  const Picture picture = PictureFor(table, {.kind = ChartKind::kAuto});
  CHECK(picture.kind == ChartKind::kLine);
  REQUIRE(picture.series.size() == 2);
  CHECK(picture.series[0].name == "n");
  CHECK(picture.series[1].name == "users");
  CHECK(picture.note == "share is on another scale and is not drawn.");
  CHECK(picture.name == "n by day");
}

TEST_CASE("many numbers become steps, odd ones stay as they are") {
  Table table{{{"price", Type::kAny}, {"n", Type::kAny}}, {}, false};
  for (int64_t i = 0; i < 500; ++i) table.rows.push_back({i, int64_t{2}});
  const Picture picture = PictureFor(table, {.kind = ChartKind::kHistogram});
  CHECK(picture.Positions() <= kColumnsMax);
  CHECK(picture.step == 20);
  CHECK(SumOfAll(picture) == 1'000);
  const Table odd{{{"price", Type::kAny}, {"n", Type::kAny}},
                  {{1.99, int64_t{3}}, {0.5, int64_t{2}}, {9.99, int64_t{1}}},
                  false};
  const Picture few = PictureFor(odd, {.kind = ChartKind::kAuto});
  CHECK(few.at == std::vector<double>{0.5, 1.99, 9.99});
  CHECK(few.series[0].values == std::vector<std::optional<double>>{2.0, 3.0, 1.0});
}

TEST_CASE("even numbers with gaps have zeros there") {
  const Table table{{{"level", Type::kAny}, {"n", Type::kAny}},
                    {{0.1, int64_t{3}}, {0.2, int64_t{2}}, {0.4, int64_t{1}}},
                    false};
  const Picture picture = PictureFor(table, {.kind = ChartKind::kAuto});
  CHECK(picture.series[0].values == std::vector<std::optional<double>>{3.0, 2.0, 0.0, 1.0});
}

TEST_CASE("a heat map has its columns in order, and names what is left out") {
  Table table{{{"weekday", Type::kAny}, {"hour", Type::kAny}, {"n", Type::kAny}}, {}, false};
  for (int64_t i = 0; i < 24; ++i) {
    table.rows.push_back({"monday"s, std::to_string((i * 7) % 24), i});
  }
  const Picture picture = PictureFor(table, {.kind = ChartKind::kHeatmap});
  REQUIRE(picture.series.size() == 24);
  CHECK(picture.series[2].name == "2");
  CHECK(picture.labels == std::vector<std::string>{"monday"});
  CHECK(picture.rows_name == "weekday");
  const Picture days =
      PictureFor(MinuteCounts({0}), {.kind = ChartKind::kBars, .keys = 1, .adds_up = true});
  CHECK(days.labels.front() == "2026-11-23 10:00:00");
}

TEST_CASE("the last step is not over while now is in it") {
  ChartOptions options = CountOptions();
  options.step = StepsOf(std::chrono::minutes(1));
  const Table table = MinuteCounts({0, 1, 2});
  const auto open_at = [&](int64_t now) {
    const TimestampMs at{now};
    const bool is_open = PicturesOf(table, options, "", at).value().front().is_open;
    CHECK(UnfinishedStep(table, options, at).empty() != is_open);
    return is_open;
  };
  const int64_t last = kTestNow + 2 * kPicturesMinute;
  CHECK_FALSE(open_at(last - 1));
  CHECK(open_at(last));
  CHECK(open_at(last + kPicturesMinute - 1));
  CHECK_FALSE(open_at(last + kPicturesMinute));
  CHECK(UnfinishedStep(table, options, TimestampMs(last)) == "2026-11-23 10:02");
  CHECK(UnfinishedStep(table, options, TimestampMs(-1)).empty());
}

TEST_CASE("a picture of the first rows says so") {
  Table table = NamedCounts(3);
  table.more = true;
  CHECK(PictureFor(table, CountOptions()).note == "Drawn of the first 3 rows of the answer.");
}

}  // namespace
}  // namespace gamevents::report
