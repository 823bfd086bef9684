// Goal: a column gives back each row's value, of every type, and calls equal ones by one number.
// Method: values one by one, and many of them; rows of one column added to another.

#include "core/report/sql/kept_column.h"

#include "tests/unit/catch.h"

#include <limits>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace gamevents::report::sql {
namespace {

using namespace std::string_view_literals;

std::string Shown(const ValueView& value) {
  struct Show {
    std::string operator()(std::monostate) const { return "null"; }
    std::string operator()(int64_t number) const { return "i" + std::to_string(number); }
    std::string operator()(double number) const { return "d" + std::to_string(number); }
    std::string operator()(std::string_view text) const { return "t" + std::string(text); }
    std::string operator()(BlobView blob) const { return "b" + std::string(blob.bytes); }
  };
  return std::visit(Show{}, value);
}

TEST_CASE("values of every type come back, equal ones under one number") {
  const std::vector<ValueView> values = {std::monostate{},
                                         int64_t{0},
                                         0.0,
                                         ""sv,
                                         BlobView{""},
                                         "5"sv,
                                         int64_t{5},
                                         5.0,
                                         BlobView{"5"},
                                         "a\0b"sv,
                                         -0.0,
                                         "a"sv,
                                         std::numeric_limits<int64_t>::min()};
  KeptColumn column;
  for (int round = 0; round < 3; ++round) {
    for (const ValueView& value : values) column.Add(value);
  }
  CHECK(column.rows() == values.size() * 3);
  CHECK(column.distinct() == values.size());
  for (size_t row = 0; row < column.rows(); ++row) {
    INFO(row);
    CHECK(Shown(column.At(row)) == Shown(values[row % values.size()]));
    CHECK(column.codes()[row] == row % values.size());
  }
}

TEST_CASE("many values, and rows added to another column") {
  KeptColumn column;
  int64_t bytes = 0;
  for (int i = 0; i < 50'000; ++i) bytes += column.Add(std::string_view(std::to_string(i % 7'000)));
  CHECK(column.distinct() == 7'000);
  CHECK(bytes == column.bytes());
  CHECK(bytes > 50'000 * 4);
  CHECK(bytes < 1'000'000);

  KeptColumn other;
  other.Add("6999"sv);
  std::vector<uint32_t> codes;
  other.AddRows(column, 6'999, 3, codes);
  other.AddRows(column, 0, 1, codes);
  REQUIRE(other.rows() == 5);
  CHECK(Shown(other.At(1)) == "t6999");
  CHECK(Shown(other.At(2)) == "t0");
  CHECK(Shown(other.At(3)) == "t1");
  CHECK(other.codes()[4] == other.codes()[2]);
  CHECK(other.distinct() == 3);
}

}  // namespace
}  // namespace gamevents::report::sql
