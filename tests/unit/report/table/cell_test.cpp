// Goal: cells read and sort as in Spark, and their memory is counted.
// Method: one cell of each type; the orders that sorting depends on.

#include "core/report/table/cell.h"

#include "tests/unit/catch.h"

#include <limits>

namespace gamevents::report {
namespace {

std::string Key(const event::Value& value) {
  std::string key;
  AppendKey(key, value);
  return key;
}

using namespace std::string_literals;

TEST_CASE("each type has the text of Spark's cast") {
  CHECK(CellText(std::monostate{}) == "NULL");
  CHECK(CellText(false) == "false");
  CHECK(CellText(int64_t{-42}) == "-42");
  CHECK(CellText(1e20) == "1.0E20");
  CHECK(CellText("as it is\n"s) == "as it is\n");
  CHECK(CellText(Bytes{"\x00\xFF\x7F"s}) == "[00 FF 7F]");
  CHECK(CellText(Bytes{""}) == "[]");
  CHECK(CellText(TimestampMs{1'795'428'001'100}) == "2026-11-23 10:00:01.1");
  CHECK(CellText(TimestampMs{-1}) == "1969-12-31 23:59:59.999");
  CHECK(CellText(Json{"[1]"}) == "[1]");
}

TEST_CASE("nulls come first, texts by their bytes") {
  CHECK(CellLess(std::monostate{}, "a"s));
  CHECK_FALSE(CellLess("a"s, std::monostate{}));
  CHECK(CellLess("Z"s, "a"s));
  CHECK(CellLess("z"s, "\u00e9"s));
  CHECK(CellLess("\uffff"s, "\U00010000"s));
  CHECK(CellLess(int64_t{9}, int64_t{10}));
  CHECK_FALSE(CellLess("a"s, "a"s));
}

TEST_CASE("numbers are ordered by value, whatever their type") {
  CHECK(CellLess(int64_t{1}, 1.5));
  CHECK(CellLess(1.5, int64_t{2}));
  CHECK_FALSE(CellLess(int64_t{2}, 1.5));
  CHECK_FALSE(CellLess(int64_t{5}, 5.0));
  CHECK_FALSE(CellLess(5.0, int64_t{5}));
  CHECK(CellLess(9007199254740992.0, int64_t{9'007'199'254'740'993}));
  CHECK(CellLess(2.0, "1"s));
  const event::OwnedDigits beyond{"12345678901234567890"};
  CHECK(CellLess(beyond, event::OwnedDigits{"12345678901234567891"}));
  CHECK(CellLess(event::OwnedDigits{"9999999999999999999"}, beyond));
  CHECK(CellLess(std::numeric_limits<int64_t>::max(), beyond));
  CHECK(CellLess(12345678901234567168.0, beyond));
  CHECK(CellLess(beyond, "1"s));
  CHECK(CellLess(true, beyond));
  CHECK(CellText(beyond) == "12345678901234567890");
}

TEST_CASE("types have Spark's names") {
  CHECK(TypeName(Type::kBinary) == "binary");
  CHECK(TypeName(Type::kLong) == "long");
  CHECK(TypeName(Type::kAny) == "string");
}

TEST_CASE("a row's memory grows with its texts") {
  const size_t empty = RowBytes({""s, Bytes{}, Json{}});
  CHECK(empty >= 3 * sizeof(Cell));
  CHECK(RowBytes({std::string(1'000, 'x'), Bytes{"12345"}, Json{"{}"}}) == empty + 1'007);
}

TEST_CASE("keys are equal where values are") {
  CHECK(Key(event::Missing{}) == Key(event::Null{}));
  CHECK(Key(int64_t{5}) == Key(5.0));
  CHECK(Key(0.0) == Key(-0.0));
  CHECK(Key(int64_t{5}) != Key(std::string_view("5")));
  CHECK(Key(5.5) != Key(int64_t{5}));
  CHECK(Key(true) != Key(false));
  CHECK(Key(std::string_view("[1]")) != Key(event::RawJson{"[1]"}));
  CHECK(Key(9223372036854775808.0) != Key(std::numeric_limits<int64_t>::max()));
  CHECK(Key(9223372036854775808.0) == Key(event::Digits{"9223372036854775808"}));
  CHECK(Key(event::Digits{"9223372036854775809"}) != Key(event::Digits{"9223372036854775808"}));
  CHECK(Key(event::Digits{"9223372036854775809"}) != Key(std::string_view("9223372036854775809")));
}

TEST_CASE("only a column of numbers becomes one of doubles") {
  Table table{{{"a", Type::kAny}, {"b", Type::kAny}},
              {{int64_t{1}, int64_t{1}}, {2.5, 2.5}, {std::monostate{}, std::string("x")}},
              false};
  UnifyNumbers(table, 0);
  UnifyNumbers(table, 1);
  CHECK(table.rows[0] == Row{1.0, int64_t{1}});
}

}  // namespace
}  // namespace gamevents::report
