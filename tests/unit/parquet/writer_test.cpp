// Goal: every row comes back as it was added, whatever the types, the nulls and the sizes, and a
// row group is bounded. Method: random tables, written in groups of random size and read by the
// tests' own reader; cases for what decides between dictionary and plain values.

#include "core/parquet/writer.h"

#include "tests/unit/catch.h"
#include "tests/unit/parquet/file_reader.h"

#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <vector>

namespace gamevents::parquet {
namespace {

using test::OwnedRow;
using test::OwnedValue;

struct ViewOf {
  Value operator()(const std::string& text) const { return std::string_view(text); }
  template <class T>
  Value operator()(const T& value) const {
    return value;
  }
};

std::string Written(std::vector<Column> columns, const std::vector<OwnedRow>& rows,
                    Writer::Options options = {}) {
  std::string file;
  Writer writer(std::move(columns), std::move(options), [&](std::string_view bytes) {
    file += bytes;
    return Status(Done{});
  });
  for (const OwnedRow& row : rows) {
    std::vector<Value> values;
    for (const OwnedValue& value : row) values.push_back(std::visit(ViewOf{}, value));
    REQUIRE(writer.Add(values));
  }
  REQUIRE(writer.Finish());
  return file;
}

OwnedValue RandomValue(Type type, std::mt19937_64& random) {
  const bool repeats = random() % 2 == 0;
  const uint64_t bits = repeats ? random() % 7 : random();
  switch (type) {
    case Type::kBoolean:
      return bits % 2 == 0;
    case Type::kInt64:
    case Type::kTimestampMillis:
      return static_cast<int64_t>(bits);
    case Type::kDate:
      return int64_t{static_cast<int32_t>(bits)};
    case Type::kDouble:
      return repeats ? static_cast<double>(bits) / 4
                     : std::ldexp(1.0, static_cast<int>(bits % 600));
    case Type::kBytes:
    case Type::kString:
    case Type::kJson:
      break;
  }
  return std::string(bits % 90, static_cast<char>(random() % 256));
}

constexpr Type kTypes[] = {Type::kBoolean, Type::kInt64, Type::kDouble,          Type::kBytes,
                           Type::kString,  Type::kJson,  Type::kTimestampMillis, Type::kDate};

TEST_CASE("random tables come back row by row") {
  constexpr int kTurns = 60;
  int turns = 0;
  for (; turns < kTurns; ++turns) {
    std::mt19937_64 random(static_cast<uint64_t>(turns));
    std::vector<Column> columns;
    for (size_t i = 0; i <= random() % 9; ++i) {
      columns.push_back({"c" + std::to_string(i), kTypes[random() % std::size(kTypes)]});
    }
    std::vector<OwnedRow> rows(random() % 3'000);
    const uint64_t null_share = random() % 4;  // of 4
    for (OwnedRow& row : rows) {
      for (const Column& column : columns) {
        row.push_back(random() % 4 < null_share ? OwnedValue() : RandomValue(column.type, random));
      }
    }
    const size_t group_rows = 1 + random() % 4'000;
    const test::File file = test::ReadFile(Written(columns, rows, {.group_rows_max = group_rows}));
    INFO("turn " << turns);
    REQUIRE(file.rows == rows);
    REQUIRE(file.groups.size() == (rows.size() + group_rows - 1) / group_rows);
    for (size_t i = 0; i < columns.size(); ++i) {
      REQUIRE(file.columns[i].name == columns[i].name);
      REQUIRE(file.columns[i].type == columns[i].type);
    }
  }
  CHECK(turns == kTurns);
}

TEST_CASE("a file without rows has its columns and its notes") {
  const test::File file =
      test::ReadFile(Written({{"a", Type::kDate}}, {}, {.notes = {{"topic", "events"}}}));
  CHECK(file.rows.empty());
  CHECK(file.groups.empty());
  CHECK(file.columns.at(0).type == Type::kDate);
  CHECK(file.notes.at("topic") == "events");
  CHECK(file.created_by.starts_with("gamevents version "));
}

TEST_CASE("doubles come back bit by bit") {
  const double infinity = std::numeric_limits<double>::infinity();
  std::vector<OwnedRow> rows{{-0.0},      {0.0},    {infinity},
                             {-infinity}, {5e-324}, {std::numeric_limits<double>::quiet_NaN()}};
  const test::File file = test::ReadFile(Written({{"x", Type::kDouble}}, rows));
  CHECK(std::signbit(std::get<double>(file.rows.at(0).at(0))));
  CHECK_FALSE(std::signbit(std::get<double>(file.rows.at(1).at(0))));
  CHECK(std::isnan(std::get<double>(file.rows.at(5).at(0))));
  rows.pop_back();
  CHECK(std::equal(rows.begin(), rows.end(), file.rows.begin()));
}

TEST_CASE("values that repeat are in a dictionary, and others are not") {
  std::vector<OwnedRow> rows;
  for (int64_t i = 0; i < 60'000; ++i) {
    rows.push_back({"a long text that repeats " + std::to_string(i % 5),
                    "a text of its own " + std::to_string(i), i % 2 == 0});
  }
  const test::File file = test::ReadFile(
      Written({{"few", Type::kString}, {"own", Type::kString}, {"even", Type::kBoolean}}, rows));
  CHECK(file.rows == rows);
  const std::vector<test::ColumnFacts>& facts = file.groups.at(0);
  CHECK(facts.at(0).has_dictionary);
  CHECK_FALSE(facts.at(1).has_dictionary);  // it grew beyond Dictionary::kBytesMax
  CHECK_FALSE(facts.at(2).has_dictionary);
  CHECK(facts.at(0).data_pages == 3);  // kPageRowsMax
  CHECK(facts.at(0).min == "a long text that repeats 0");
  CHECK(facts.at(0).max == "a long text that repeats 4");
}

TEST_CASE("a small table of different values has no dictionary") {
  const test::File file =
      test::ReadFile(Written({{"n", Type::kInt64}}, {{int64_t{1}}, {int64_t{2}}}));
  CHECK_FALSE(file.groups.at(0).at(0).has_dictionary);
}

TEST_CASE("a column of nulls has no bounds, and counts them") {
  const test::File file =
      test::ReadFile(Written({{"a", Type::kInt64}}, {{OwnedValue()}, {OwnedValue()}}));
  CHECK(file.groups.at(0).at(0).nulls == 2);
  CHECK_FALSE(file.groups.at(0).at(0).min);
}

TEST_CASE("long texts end a page and a group") {
  std::vector<OwnedRow> rows;
  for (int i = 0; i < 200; ++i) rows.push_back({std::string(100'000, 'a') + std::to_string(i)});
  const test::File file =
      test::ReadFile(Written({{"t", Type::kString}}, rows, {.group_bytes_max = 5'000'000}));
  CHECK(file.rows == rows);
  CHECK(file.groups.size() == 4);  // looked at every 64 rows
  CHECK(file.groups.at(0).at(0).data_pages > 5);
}

TEST_CASE("a text's type can be chosen at the end") {
  std::string bytes;
  Writer writer({{"t", Type::kBytes}}, {}, [&](std::string_view piece) {
    bytes += piece;
    return Status(Done{});
  });
  const std::vector<Value> row{std::string_view("{}")};
  REQUIRE(writer.Add(row));
  writer.SetTextType(0, Type::kJson);
  REQUIRE(writer.Finish());
  CHECK(test::ReadFile(bytes).columns.at(0).type == Type::kJson);
}

TEST_CASE("an output that fails ends the file") {
  Writer writer({{"t", Type::kString}}, {.group_rows_max = 1},
                [](std::string_view) { return Status(Error{Fault::kFull, "disk full"}); });
  const std::string text(1'000'000, '\0');
  std::mt19937 random(1);
  std::string noise = text;
  for (char& c : noise) c = static_cast<char>(random());
  const std::vector<Value> row{std::string_view(noise)};
  CHECK(writer.Add(row).error().fault == Fault::kFull);
  CHECK(writer.Finish().error().context == "disk full");
}

}  // namespace
}  // namespace gamevents::parquet
