// Goal: each kind of cell is told from the others. Method: one cell of each, and tables of several.

#include "core/report/table/cell_kinds.h"

#include "tests/unit/catch.h"

#include <string>
#include <utility>
#include <vector>

namespace gamevents::report {
namespace {

using namespace std::string_literals;

CellKinds KindsOfCell(const Cell& cell) {
  CellKinds kinds;
  kinds.Take(cell);
  return kinds;
}

TEST_CASE("every cell is of one kind") {
  const std::vector<std::pair<Cell, int>> cases{
      {true, CellKinds::kBoolean},
      {int64_t{1} << 53, CellKinds::kWhole},
      {-(int64_t{1} << 53), CellKinds::kWhole},
      {(int64_t{1} << 53) + 1, CellKinds::kLongWhole},
      {event::OwnedDigits{"12345678901234567890"}, CellKinds::kDigits},
      {1.5, CellKinds::kDouble},
      {""s, CellKinds::kText},
      {Bytes{"x"}, CellKinds::kBytes},
      {Time(TimestampMs(0)), CellKinds::kTime},
      {Json{"{}"}, CellKinds::kJson}};
  for (const auto& [cell, kind] : cases) {
    CHECK(KindsOfCell(cell).Only(kind));
    CHECK_FALSE(KindsOfCell(cell).Only(~kind));
    CHECK_FALSE(KindsOfCell(cell).none());
  }
  CHECK(KindsOfCell(std::monostate{}).none());
  CHECK(KindsOfCell(Time(TimestampMs(-1))).none());
}

TEST_CASE("a table's columns have the kinds of all of their cells") {
  const Table table{{{"a"}, {"b"}}, {{int64_t{1}, {}}, {"x"s, {}}}, false};
  const auto kinds = KindsOf(table);
  CHECK(kinds.at(0).Only(CellKinds::kWhole | CellKinds::kText));
  CHECK_FALSE(kinds.at(0).Only(CellKinds::kText));
  CHECK(kinds.at(1).none());
  CellKinds merged = KindsOfCell(true);
  merged.Merge(kinds.at(0));
  CHECK(merged.Only(CellKinds::kBoolean | CellKinds::kWhole | CellKinds::kText));
}

}  // namespace
}  // namespace gamevents::report
