// Goal: the views that have pictures of their own get them, of the right columns.
// Method: small answers of each view.

#include "core/report/chart/view_pictures.h"

#include "tests/support/fixed_clock.h"
#include "tests/unit/catch.h"

#include <cstdint>
#include <string>

namespace gamevents::report {
namespace {

using namespace std::string_literals;

constexpr int64_t kViewDay = 86'400'000;

TEST_CASE("those who came back are a curve and a heat map") {
  const Table table{{{"first_day", Type::kTimestamp},
                     {"users", Type::kLong},
                     {"day_0", Type::kLong},
                     {"day_1", Type::kLong},
                     {"share_1", Type::kAny}},
                    {{Time(TimestampMs(kTestNow)), int64_t{10}, int64_t{10}, int64_t{4}, 0.4},
                     {Time(TimestampMs(kTestNow + kViewDay)), int64_t{30}, int64_t{30},
                      std::monostate{}, std::monostate{}}},
                    false};
  ChartOptions options{.kind = ChartKind::kAuto, .keys = 1, .adds_up = true};
  options.view = ViewKind::kRetention;
  const auto pictures = PicturesOfView(table, options);
  REQUIRE(pictures);
  REQUIRE(*pictures);
  REQUIRE((*pictures)->size() == 2);
  const Picture& curve = (*pictures)->at(0);
  CHECK(curve.at == std::vector<double>{0, 1});
  CHECK(curve.series.size() == 3);  // all, and the two days
  CHECK(curve.series[0].values == std::vector<std::optional<double>>{1.0, 0.4});
  const Picture& map = (*pictures)->at(1);
  CHECK(map.kind == ChartKind::kHeatmap);
  CHECK(map.sizes == std::vector<double>{10, 30});
  CHECK_FALSE(map.series[1].values[1]);
  options.kind = ChartKind::kHeatmap;
  CHECK(PicturesOfView(table, options).value()->size() == 1);
}

TEST_CASE("the first ones are bars of their counts, not of their ranks") {
  const Table table{{{"top", Type::kString},
                     {"rank", Type::kLong},
                     {"name", Type::kString},
                     {"count", Type::kLong}},
                    {{"users"s, int64_t{1}, "ann"s, int64_t{70}},
                     {"users"s, int64_t{2}, "bob"s, int64_t{30}},
                     {"items"s, int64_t{1}, "sword"s, int64_t{9}}},
                    false};
  ChartOptions options{.kind = ChartKind::kAuto, .keys = 1, .adds_up = true};
  options.view = ViewKind::kTop;
  const auto pictures = PicturesOfView(table, options);
  REQUIRE(pictures);
  REQUIRE(*pictures);
  REQUIRE((*pictures)->size() == 3);
  CHECK((*pictures)->at(0).name == "Users with the most events");
  CHECK((*pictures)->at(0).labels == std::vector<std::string>{"ann", "bob"});
  CHECK((*pictures)->at(0).series[0].values == std::vector<std::optional<double>>{70.0, 30.0});
  CHECK((*pictures)->at(1).labels == std::vector<std::string>{"sword"});
  CHECK((*pictures)->at(2).Positions() == 0);
  options.kind = ChartKind::kLine;
  CHECK(PicturesOfView(table, options).error().context ==
        "chart line does not suit this answer: it has three lists of names. These do: bars");
}

TEST_CASE("variants are bars of their shares, with how certain each is") {
  const Table table{{{"variant", Type::kString},
                     {"users", Type::kLong},
                     {"mixed", Type::kLong},
                     {"converted", Type::kLong}},
                    {{"control"s, int64_t{150}, int64_t{0}, int64_t{12}},
                     {"blue"s, int64_t{10}, int64_t{0}, int64_t{0}}},
                    false};
  ChartOptions options{.kind = ChartKind::kAuto, .keys = 1};
  options.view = ViewKind::kExperiment;
  const auto pictures = PicturesOfView(table, options).value();
  REQUIRE(pictures->size() == 1);
  const Picture& bars = pictures->front();
  CHECK(bars.is_shares);
  CHECK(bars.labels ==
        std::vector<std::string>{"control, 4.6 % to 13.5 %", "blue, 0.0 % to 27.8 %"});
  CHECK(bars.series[0].values == std::vector<std::optional<double>>{0.08, 0.0});
  options.kind = ChartKind::kStacked;
  CHECK(PicturesOfView(table, options).error().context ==
        "chart stacked does not suit this answer: it has the shares of a few variants. These do: "
        "bars");
}

TEST_CASE("an economy is lines of coins and items, and of what there is") {
  const auto at = [](int64_t day) { return Time(TimestampMs(kTestNow + day * kViewDay)); };
  const Table table{{{"day", Type::kTimestamp},
                     {"what", Type::kString},
                     {"item", Type::kString},
                     {"gained", Type::kLong},
                     {"lost", Type::kLong},
                     {"net", Type::kLong},
                     {"total", Type::kLong}},
                    {{at(0), "coins"s, "axe"s, int64_t{0}, int64_t{95}, int64_t{-95}, int64_t{-95}},
                     {at(0), "items"s, "axe"s, int64_t{1}, int64_t{0}, int64_t{1}, int64_t{1}},
                     {at(0), "items"s, "bow"s, int64_t{2}, int64_t{0}, int64_t{2}, int64_t{2}},
                     {at(2), "items"s, "bow"s, int64_t{0}, int64_t{1}, int64_t{-1}, int64_t{1}}},
                    false};
  ChartOptions options{.kind = ChartKind::kAuto, .keys = 1, .adds_up = true};
  options.view = ViewKind::kEconomy;
  options.step = Days();
  const auto pictures = PicturesOfView(table, options).value();
  REQUIRE(pictures->size() == 3);
  using Values = std::vector<std::optional<double>>;
  REQUIRE(pictures->at(0).series.size() == 1);
  CHECK(pictures->at(0).series[0].values == Values{95.0});
  CHECK(pictures->at(0).name == "Coins that users lost");
  CHECK(pictures->at(1).name == "Items that users gained and lost");
  REQUIRE(pictures->at(1).series.size() == 2);
  CHECK(pictures->at(1).series[0].values == Values{3.0, 0.0, 0.0});
  CHECK(pictures->at(1).series[1].values == Values{0.0, 0.0, 1.0});
  CHECK(pictures->at(2).series[0].values == Values{3.0, 3.0, 2.0});
  CHECK(PicturesOfView(Table{table.headings, {}, false}, options).value()->empty());
}

TEST_CASE("what has no pictures of its own has none here") {
  CHECK_FALSE(PicturesOfView({}, {.kind = ChartKind::kAuto}).value());
  CHECK_FALSE(PicturesOfView({}, {.kind = ChartKind::kAuto, .view = ViewKind::kFunnel}).value());
  CHECK_FALSE(PicturesOfView({}, {.kind = ChartKind::kBars, .view = ViewKind::kRetention}).value());
}

}  // namespace
}  // namespace gamevents::report
