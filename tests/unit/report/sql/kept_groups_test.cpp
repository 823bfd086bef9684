// Goal: groups of kept columns are those of the events, or there are none where the order of rows
// could matter. Method: events of few values; event_groups_property_test.cpp draws many more.

#include "core/report/sql/kept_groups.h"

#include "tests/unit/catch.h"
#include "tests/unit/report/memory_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace gamevents::report::sql {
namespace {

std::optional<std::vector<Row>> RowsOf(const std::string& statement,
                                       const std::vector<std::string>& values) {
  std::vector<Message> messages;
  for (const std::string& value : values) {
    messages.push_back({fmt::format(R"({{"k":"x","v":{}}})", value)});
  }
  ColumnStore store([&](const ColumnStore::Ranges&) { return Topic(messages); }, 64 << 20);
  REQUIRE(store.Update({{0, 0, 10}}, {"k", "v"}, nullptr));
  const auto asked = ReadGrouped(statement);
  REQUIRE(asked);
  auto table = GroupKept(*asked, store);
  if (!table) return std::nullopt;
  std::ranges::sort(table->rows);
  return table->rows;
}

TEST_CASE("a row for each group, of the rows that meet the tests") {
  CHECK(RowsOf("SELECT k, count(*), min(v), max(v), sum(v) FROM events WHERE v > 1 GROUP BY k",
               {"3", "4", "1", "null", "7"}) ==
        std::vector<Row>{
            {std::string("x"), int64_t{3}, int64_t{3}, int64_t{14}, int64_t{3}, int64_t{7}}});
  CHECK(RowsOf("SELECT v, count(*) FROM events GROUP BY v", {"\"b\"", "2.5", "\"b\"", "null"}) ==
        std::vector<Row>{
            {std::monostate{}, int64_t{1}}, {2.5, int64_t{1}}, {std::string("b"), int64_t{2}}});
  CHECK(RowsOf("SELECT count(*) FROM events WHERE v > 9", {"3"}) == std::vector<Row>{{int64_t{0}}});
}

TEST_CASE("what the order of rows could change is left to SQLite") {
  for (const char* statement :
       {"SELECT sum(v) FROM events", "SELECT avg(v) FROM events", "SELECT min(v) FROM events"}) {
    INFO(statement);
    CHECK(RowsOf(statement, {"1", "2"}));
    CHECK_FALSE(RowsOf(statement, {"1", "2.5"}));
    CHECK_FALSE(RowsOf(statement, {"1", "\"a\""}));
  }
  CHECK_FALSE(RowsOf("SELECT sum(v) FROM events", {"9223372036854775807", "1"}));
  CHECK_FALSE(RowsOf("SELECT v FROM events GROUP BY v", {"5", "5.0"}));
  CHECK_FALSE(RowsOf("SELECT v FROM events GROUP BY v", {"12345678901234567890"}));
}

TEST_CASE("many rows are gathered by several threads") {
  std::vector<std::string> values;
  for (int i = 0; i < 500'000; ++i) values.push_back(std::to_string(i % 3));
  CHECK(
      RowsOf("SELECT v, count(*), sum(v) FROM events GROUP BY v", values) ==
      std::vector<Row>{{int64_t{0}, int64_t{166'667}, int64_t{166'667}, int64_t{0}, {}, {}},
                       {int64_t{1}, int64_t{166'667}, int64_t{166'667}, int64_t{166'667}, {}, {}},
                       {int64_t{2}, int64_t{166'666}, int64_t{166'666}, int64_t{333'332}, {}, {}}});
}

}  // namespace
}  // namespace gamevents::report::sql
