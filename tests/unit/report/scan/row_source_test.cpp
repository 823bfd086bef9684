// Goal: rows in memory can be scanned like a topic's events, again and again. Method: more rows
// than one piece, counted with a filter.

#include "core/report/scan/row_source.h"

#include "tests/unit/catch.h"

namespace gamevents::report {
namespace {

TEST_CASE("every row is scanned, from the first one at each opening") {
  std::vector<std::string> rows;
  for (int i = 0; i < 2'500; ++i) rows.push_back("{\"n\":" + std::to_string(i) + "}");
  const OpenSource open = FromRows(rows);
  const auto where = event::Filter::Parse("n >= 2400");
  REQUIRE(where);
  for (int turn = 0; turn < 2; ++turn) {
    auto source = open();
    REQUIRE(source);
    CHECK((*source)->Partitions() == std::vector<int32_t>{0});
    ScanOptions options;
    options.where = &*where;
    options.to_the_end = true;
    const auto totals = Scan(**source, {}, options);
    REQUIRE(totals);
    CHECK(totals->records == 2'500);
    CHECK(totals->selected == 100);
  }
}

TEST_CASE("no rows are no partitions") {
  auto source = FromRows({})();
  REQUIRE(source);
  CHECK((*source)->Partitions().empty());
  CHECK((*source)->Next()->empty());
}

}  // namespace
}  // namespace gamevents::report
