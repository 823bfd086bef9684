// Goal: no line of a table is wider than its terminal, what is cut and left out is said, and the
// vertical form shows everything. Method: tables in memory at every width; exact texts.

#include "core/report/write/terminal_table.h"

#include "core/report/table/terminal_text.h"
#include "tests/unit/catch.h"

#include <cstdint>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gamevents::report {
namespace {

using namespace std::string_literals;

const std::string kSeeAll = "SEE";

/// As many columns, named c0, c1, …, with one row of numbers.
Table Wide(size_t columns) {
  Table table;
  Row row;
  for (size_t i = 0; i < columns; ++i) {
    table.headings.push_back({"c" + std::to_string(i), Type::kAny});
    row.emplace_back(static_cast<int64_t>(i));
  }
  table.rows.push_back(std::move(row));
  return table;
}

/// The lines of the frame: those that begin as one does.
std::vector<std::string> FrameOf(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with('|') || line.starts_with('+')) lines.push_back(line);
  }
  return lines;
}

TEST_CASE("a table that has room is shown whole, texts left and numbers right") {
  const Table table{{{"who", Type::kAny}, {"count", Type::kLong}},
                    {{"a"s, int64_t{2}}, {std::monostate{}, int64_t{100'000}}},
                    false};
  CHECK(FittedTable(table, 80, kSeeAll) ==
        "+----+------+\n|who | count|\n+----+------+\n|a   |     2|\n|NULL|100000|\n"
        "+----+------+\n\n");
}

TEST_CASE("the widest cells are cut, wide characters at their width") {
  const Table table{
      {{"name", Type::kAny}, {"n", Type::kAny}},
      {{"\u5263\u5263\u5263\u5263\u5263\u5263\u5263\u5263"s, int64_t{1}}, {"abc"s, int64_t{2}}},
      false};
  CHECK(FittedTable(table, 17, kSeeAll) ==
        "+-------------+-+\n|name         |n|\n+-------------+-+\n"
        "|\u5263\u5263\u5263\u5263\u5263\u5263\u2026|1|\n|abc          |2|\n+-------------+-+\n\n");
}

TEST_CASE("twenty columns in forty: those in the middle are left out") {
  CHECK(FittedTable(Wide(20), 40, kSeeAll) ==
        "+--+--+--+--+--+-+---+---+---+---+---+\n"
        "|c0|c1|c2|c3|c4|\u2026|c15|c16|c17|c18|c19|\n"
        "+--+--+--+--+--+-+---+---+---+---+---+\n"
        "| 0| 1| 2| 3| 4|\u2026| 15| 16| 17| 18| 19|\n"
        "+--+--+--+--+--+-+---+---+---+---+---+\n"
        "10 of 20 columns are not shown: SEE\n\n");
}

TEST_CASE("no line of a frame is wider than the terminal, whatever its width") {
  Table table = Wide(20);
  table.headings[3].name = "a name that is longer than others";
  table.rows[0][7] = "\U0001F600 and a text beside it, which is long"s;
  for (size_t width = 36; width < 200; ++width) {
    INFO(width);
    for (const std::string& line : FrameOf(FittedTable(table, width, kSeeAll))) {
      CHECK(TerminalWidth(line) <= width);
    }
  }
  // Where there is no room for one column, one is shown all the same.
  CHECK(FrameOf(FittedTable(table, 1, kSeeAll)).size() == 5);
}

TEST_CASE("what a terminal would obey is shown, and a line stays one") {
  const Table table{{{"a\nb", Type::kAny}}, {{"\x1B[2Jx\n"s}}, false};
  const std::string text = FittedTable(table, 80, kSeeAll);
  CHECK(text.find('\x1B') == std::string::npos);
  CHECK(FrameOf(text).size() == 5);
}

TEST_CASE("rows beyond the limit, and none") {
  Table table = Wide(1);
  table.more = true;
  CHECK(FittedTable(table, 80, kSeeAll).ends_with("+--+\nonly showing top 1 row\n\n"));
  CHECK(FittedTable({{}, {}, false}, 80, kSeeAll) == "no rows\n");
  CHECK(FittedTable({{}, {{}, {}}, false}, 80, kSeeAll) == "2 rows without a field\n");
}

TEST_CASE("the vertical form has a line for each cell and cuts none") {
  const std::string longer(300, 'x');
  const Table table{{{"who", Type::kAny}, {"\u5263", Type::kLong}},
                    {{longer, int64_t{2}}, {std::monostate{}, int64_t{1}}},
                    true};
  CHECK(VerticalTable(table, true) == "-[ 1 ]-\nwho | " + longer +
                                          "\n\u5263  | 2\n-[ 2 ]-\nwho | NULL\n\u5263  | 1\n"
                                          "only showing top 2 rows\n\n");
  CHECK(VerticalTable({{{"a", Type::kAny}}, {}, false}, true) == "no rows\n\n");
  CHECK(VerticalTable({{{"a", Type::kAny}}, {{"\x1B"s}}, false}, true).find('\x1B') ==
        std::string::npos);
}

}  // namespace
}  // namespace gamevents::report
