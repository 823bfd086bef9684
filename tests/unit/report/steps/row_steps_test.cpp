// Goal: first rows come in Spark's order and every limit holds and says what to do.
// Method: records in memory, of several partitions where order matters.

#include "core/report/steps/row_steps.h"

#include "tests/unit/catch.h"
#include "tests/unit/report/memory_source.h"

#include <fmt/format.h>

namespace gamevents::report {
namespace {

using namespace std::string_literals;

Columns RowFields(const std::vector<std::string>& names) {
  Columns columns;
  for (const std::string& name : names) columns.push_back(FieldColumn({name}));
  return columns;
}

Message RowEvent(const std::string& type, int32_t partition = 0) {
  return {.value = fmt::format(R"({{"t":"{}"}})", type), .partition = partition};
}

TEST_CASE("rows come by partition whatever order they were read in") {
  const std::vector<Message> messages{RowEvent("c", 1), RowEvent("a", 0), RowEvent("d", 1),
                                      RowEvent("b", 0)};
  FirstRows rows(Of::kSelectedEvents, RowFields({"t"}), 3, {0, 1});
  REQUIRE(ScanWith(rows, messages));
  const Table table = rows.Finish();
  CHECK(table.rows == std::vector<Row>{{"a"s}, {"b"s}, {"c"s}});
  CHECK(table.more);
}

TEST_CASE("more says whether there were more rows than asked for") {
  for (const size_t limit : {0u, 1u, 2u, 3u}) {
    FirstRows rows(Of::kSelectedEvents, RowFields({"t"}), limit, {0});
    REQUIRE(ScanWith(rows, {RowEvent("a"), {"7"}, RowEvent("b")}));
    CHECK(rows.Finish().rows.size() == std::min<size_t>(limit, 2));
    CHECK(rows.Finish().more == (limit < 2));
  }
}

TEST_CASE("records count when records are asked for") {
  FirstRows rows(Of::kRecords, {ValueAsString()}, 5, {0});
  REQUIRE(ScanWith(rows, {RowEvent("a"), {"7"}, {std::nullopt}}));
  CHECK(rows.Finish().rows == std::vector<Row>{{R"({"t":"a"})"s}, {"7"s}, {std::monostate{}}});
}

TEST_CASE("reading stops once the first partition has enough") {
  std::vector<Message> messages;
  for (int i = 0; i < 100; ++i) messages.push_back(RowEvent("a"));
  FirstRows rows(Of::kSelectedEvents, RowFields({"t"}), 3, {0});
  const auto totals = ScanWith(rows, messages);
  REQUIRE(totals);
  CHECK(totals->records == 4);
}

TEST_CASE("rows beyond the memory limit are let go or refused") {
  const std::string big(16 << 20, 'x');
  std::vector<Message> messages;
  for (int i = 0; i < 9; ++i) messages.push_back(RowEvent(big, 1));
  for (int i = 0; i < 9; ++i) messages.push_back(RowEvent(big, 0));
  FirstRows enough(Of::kSelectedEvents, RowFields({"t"}), 8, {0, 1});
  REQUIRE(ScanWith(enough, messages));
  CHECK(enough.Finish().rows.size() == 8);
  CHECK(enough.Finish().more);

  FirstRows refused(Of::kSelectedEvents, RowFields({"t"}), 18, {0, 1});
  const auto totals = ScanWith(refused, messages);
  REQUIRE_FALSE(totals);
  CHECK(totals.error().fault == Fault::kFull);
  CHECK(totals.error().context.find("ask for fewer rows") != std::string::npos);
}

TEST_CASE("each row is handed on up to the limit") {
  std::vector<Row> got;
  EachRow rows(RowFields({"t"}), 2, [&](const Row& row) {
    got.push_back(row);
    return Status(Done{});
  });
  REQUIRE(ScanWith(rows, {RowEvent("a"), {"7"}, RowEvent("b"), RowEvent("c")}));
  CHECK(got == std::vector<Row>{{"a"s}, {"b"s}});
}

}  // namespace
}  // namespace gamevents::report
