// Goal: each column gets the type of its values, and no value is changed or lost by it. Method: the
// table of parquet_rows.h row by row, read by the tests' own reader; tables that are held as a
// whole, and tables that outgrow what may be held.

#include "core/report/write/parquet_rows.h"

#include "tests/unit/catch.h"
#include "tests/unit/parquet/file_reader.h"

#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace gamevents::report {
namespace {

using namespace std::string_literals;
using parquet::test::File;
using parquet::test::OwnedRow;
using parquet::test::OwnedValue;
using Kind = parquet::Type;

constexpr int64_t kNoon = 1'795'435'200'000;  // 2026-11-23T12:00:00Z

Result<std::string> Rendered(Table table, RenderOptions options = {}) {
  options.format = Format::kParquet;
  std::string bytes;
  const Write write = [&](std::string_view piece) {
    bytes += piece;
    return Status(Done{});
  };
  if (auto rendered = Render(std::move(table), options, write); !rendered) {
    return std::move(rendered).error();
  }
  return bytes;
}

/// The column that `cells` make.
std::pair<Kind, std::vector<OwnedValue>> ColumnOf(const std::vector<Cell>& cells,
                                                  Type heading = Type::kAny, bool days = false) {
  Table table{{{"c", heading}}, {}, false};
  for (const Cell& cell : cells) table.rows.push_back({cell});
  RenderOptions options;
  options.titles.days = days;
  const File file = parquet::test::ReadFile(Rendered(std::move(table), options).value());
  std::vector<OwnedValue> values;
  for (const OwnedRow& row : file.rows) values.push_back(row.at(0));
  return {file.columns.at(0).type, std::move(values)};
}

using Values = std::vector<OwnedValue>;

TEST_CASE("values of one kind have its type") {
  CHECK(ColumnOf({true, {}, false}) == std::pair(Kind::kBoolean, Values{true, {}, false}));
  CHECK(ColumnOf({int64_t{1}, INT64_MIN}) ==
        std::pair(Kind::kInt64, Values{int64_t{1}, int64_t{INT64_MIN}}));
  CHECK(ColumnOf({1.5, -0.25}) == std::pair(Kind::kDouble, Values{1.5, -0.25}));
  CHECK(ColumnOf({"a"s, ""s, {}}) == std::pair(Kind::kString, Values{"a"s, ""s, {}}));
  CHECK(ColumnOf({Bytes{"\xFF"}}) == std::pair(Kind::kBytes, Values{"\xFF"s}));
  CHECK(ColumnOf({Json{"[ 1 ]"}}) == std::pair(Kind::kJson, Values{"[ 1 ]"s}));
}

TEST_CASE("moments are in UTC whatever clock showed them, and no time is null") {
  const Time berlin(TimestampMs(kNoon), std::chrono::hours(1));
  CHECK(ColumnOf({berlin, Time(TimestampMs(-1))}) ==
        std::pair(Kind::kTimestampMillis, Values{kNoon, {}}));
}

TEST_CASE("days are dates of the clock that showed them") {
  const Time tokyo(TimestampMs(kNoon + 4 * 3'600'000), std::chrono::hours(9));
  CHECK(ColumnOf({tokyo, Time(TimestampMs(kNoon))}, Type::kTimestamp, true) ==
        std::pair(Kind::kDate, Values{int64_t{20'781}, int64_t{20'780}}));
  const Time before(TimestampMs(-86'400'001));
  CHECK(ColumnOf({before}, Type::kTimestamp, true).second == Values{int64_t{-2}});
}

TEST_CASE("numbers stay exact") {
  constexpr int64_t kExact = int64_t{1} << 53;
  CHECK(ColumnOf({kExact, 0.5}) ==
        std::pair(Kind::kDouble, Values{static_cast<double>(kExact), 0.5}));
  // No double is this number.
  CHECK(ColumnOf({kExact + 1, 0.5}) == std::pair(Kind::kJson, Values{"9007199254740993"s, "0.5"s}));
  CHECK(ColumnOf({int64_t{-5}, event::OwnedDigits{"12345678901234567890"}}) ==
        std::pair(Kind::kString, Values{"-5"s, "12345678901234567890"s}));
  CHECK(ColumnOf({1.0, event::OwnedDigits{"12345678901234567890"}}) ==
        std::pair(Kind::kJson, Values{"1.0"s, "12345678901234567890"s}));
}

TEST_CASE("values of several kinds are JSON, which tells them apart") {
  CHECK(ColumnOf({int64_t{1}, "1"s, true, {}, Json{R"({"a":"\u00e9"})"}, "a\"b"s}) ==
        std::pair(Kind::kJson,
                  Values{"1"s, "\"1\""s, "true"s, {}, R"({"a":"\u00e9"})"s, R"("a\"b")"s}));
  const double infinity = std::numeric_limits<double>::infinity();
  CHECK(ColumnOf({infinity, "x"s}).second == Values{"\"Infinity\""s, "\"x\""s});
  CHECK(ColumnOf({Time(TimestampMs(kNoon)), true}).second ==
        Values{"\"2026-11-23T12:00:00.000Z\""s, "true"s});
}

TEST_CASE("a column without values has its heading's type") {
  CHECK(ColumnOf({}, Type::kLong).first == Kind::kInt64);
  CHECK(ColumnOf({{}}, Type::kBinary).first == Kind::kBytes);
  CHECK(ColumnOf({}, Type::kTimestamp).first == Kind::kTimestampMillis);
  CHECK(ColumnOf({}, Type::kTimestamp, true).first == Kind::kDate);
  CHECK(ColumnOf({{}}, Type::kAny).first == Kind::kString);
}

TEST_CASE("columns of one name get numbers") {
  Table table{{{"a"}, {"a"}, {"a_2"}, {"a"}}, {{"1"s, "2"s, "3"s, "4"s}}, false};
  const File file = parquet::test::ReadFile(Rendered(std::move(table)).value());
  std::vector<std::string> names;
  for (const parquet::Column& column : file.columns) names.push_back(column.name);
  CHECK(names == std::vector<std::string>{"a", "a_3", "a_2", "a_4"});
}

TEST_CASE("a file says of which topic it is") {
  RenderOptions options;
  options.page = {.topic = "events", .asked = "gamevents report --sql 'SELECT 1'"};
  const File file = parquet::test::ReadFile(Rendered({{{"a"}}, {}, false}, options).value());
  CHECK(file.notes.at("gamevents.topic") == "events");
  CHECK(file.notes.at("gamevents.asked") == "gamevents report --sql 'SELECT 1'");
}

TEST_CASE("a table without columns is refused") {
  CHECK(Rendered({}).error().fault == Fault::kNotFound);
}

/// A renderer that holds little, and what it wrote.
struct Streaming {
  std::string bytes;
  Write write = [this](std::string_view piece) {
    bytes += piece;
    return Status(Done{});
  };
  int passes = 0;
  RenderOptions options{.format = Format::kParquet, .memory = 4'000};

  std::unique_ptr<Renderer> Make(Table all) {
    return MakeRenderer(options, {{"c"}}, write, [this, all = std::move(all)] {
      passes += 1;
      return Result<std::vector<CellKinds>>(KindsOf(all));
    });
  }
};

TEST_CASE("an answer that outgrows its memory has the types that another pass finds") {
  Table all{{{"c"}}, {}, false};
  for (int64_t i = 0; i < 1'000; ++i) all.rows.push_back({i});
  all.rows.push_back({"the last one is a text"s});
  Streaming streaming;
  const auto renderer = streaming.Make(all);
  for (const Row& row : all.rows) REQUIRE(renderer->Add(row));
  REQUIRE(renderer->Flush());
  REQUIRE(renderer->Finish(false));
  CHECK(streaming.passes == 1);
  const File file = parquet::test::ReadFile(streaming.bytes);
  CHECK(file.columns.at(0).type == Kind::kJson);
  CHECK(file.rows.size() == 1'001);
  CHECK(file.rows.at(7).at(0) == OwnedValue("7"s));
  CHECK(file.rows.at(1'000).at(0) == OwnedValue("\"the last one is a text\""s));
}

TEST_CASE("a value that the other pass did not see is an error, and no number is rounded") {
  for (const auto& [seen, later] :
       {std::pair<Cell, Cell>{int64_t{1}, "x"s}, {0.5, (int64_t{1} << 53) + 1}, {true, 1.5}}) {
    Streaming streaming;
    const auto renderer = streaming.Make({{{"c"}}, {{seen}}, false});
    Status added = Done{};
    for (int i = 0; i < 200 && added; ++i) added = renderer->Add({seen});
    REQUIRE(added);
    added = renderer->Add({later});
    REQUIRE_FALSE(added);
    CHECK(added.error().fault == Fault::kCorrupt);
    CHECK(added.error().context.starts_with("column c, row 201: " + ExactText(later)));
  }
}

TEST_CASE("an error of the other pass ends the answer") {
  Streaming streaming;
  const auto renderer = MakeRenderer(
      streaming.options, {{"c"}}, streaming.write,
      []() -> Result<std::vector<CellKinds>> { return Error{Fault::kClosed, "interrupted"}; });
  Status added = Done{};
  for (int i = 0; i < 200 && added; ++i) added = renderer->Add({int64_t{i}});
  REQUIRE_FALSE(added);
  CHECK(added.error().fault == Fault::kClosed);
  CHECK(streaming.bytes.empty());
}

}  // namespace
}  // namespace gamevents::report
