// Goal: a cursor started again gives the same rows as one started for the first time, without
// reading the records each time.
// Method: pairs of conditions in a row on one cursor, beside a fresh cursor for each; the scans.

#include "core/report/sql/event_cursor.h"

#include "tests/unit/report/sql/events.h"

#include <fmt/format.h>

namespace gamevents::report::sql {
namespace {

std::vector<int64_t> RowsOf(EventCursor& cursor, std::vector<Condition> conditions,
                            const std::vector<size_t>& columns) {
  std::vector<int64_t> rows;
  REQUIRE(cursor.Start(std::move(conditions), columns));
  while (!cursor.AtEnd()) {
    rows.push_back(cursor.RowId());
    REQUIRE(cursor.Next());
  }
  return rows;
}

TEST_CASE("each start gives its own rows, whatever was kept before") {
  std::vector<Message> messages;
  for (int i = 0; i < 60; ++i) {
    messages.push_back({fmt::format(R"({{"n":{},"t":"{}"}})", i % 7, i % 3 == 0 ? "a" : "b")});
  }
  TestEvents test(messages, {"n", "t"});
  const size_t n = test.Column("n");
  const size_t t = test.Column("t");
  const auto equal = [](size_t column, Operand operand) {
    return Condition{column, Operator::kEqual, {std::move(operand)}};
  };
  const std::vector<std::vector<Condition>> starts{
      {equal(t, "a"), equal(n, int64_t{1})},
      {equal(t, "a"), equal(n, int64_t{2})},
      {equal(t, "a"), equal(n, int64_t{2})},
      {equal(t, "a"), {n, Operator::kLess, {int64_t{3}}}},
      {equal(t, "b"), equal(n, int64_t{2})},
      {equal(t, "b"), {n, Operator::kIn, {int64_t{2}, int64_t{5}}}},
      {},
      {equal(t, "c")},
      {{n, Operator::kIsNull, {}}},
  };
  EventCursor again(test.events);
  int64_t scans = 0;
  for (const auto& conditions : starts) {
    EventCursor fresh(test.events);
    const auto expected = RowsOf(fresh, conditions, {n, t});
    const int64_t before = test.events.counts.scans;
    CHECK(RowsOf(again, conditions, {n, t}) == expected);
    scans += test.events.counts.scans - before;
  }
  // The first, the one that keeps, and one more when its only lasting condition changed.
  CHECK(scans == 3);
}

TEST_CASE("a later start may use other columns") {
  TestEvents test({{R"({"n":1,"t":"a"})"}, {R"({"n":2,"t":"b"})"}}, {"n", "t"});
  const size_t n = test.Column("n");
  const size_t t = test.Column("t");
  EventCursor cursor(test.events);
  for (int turn = 0; turn < 3; ++turn) {
    CHECK(RowsOf(cursor, {{n, Operator::kEqual, {int64_t{2}}}}, {n}).size() == 1);
    CHECK(RowsOf(cursor, {{t, Operator::kEqual, {std::string("b")}}}, {t}).size() == 1);
  }
  CHECK(test.events.counts.scans == 2);
}

TEST_CASE("an interrupted source leaves what was read until then") {
  int opened = 0;
  const OpenSource open = [&]() -> Result<std::unique_ptr<RecordSource>> {
    auto source = std::make_unique<MemorySource>(std::vector<Message>(6, {"{}"}));
    if (++opened == 2) source->fails_at = 4;
    source->fault = Fault::kClosed;
    return std::unique_ptr<RecordSource>(std::move(source));
  };
  const std::function<void(const ScanTotals&)> progress;
  Events events{.columns = ColumnsOf({}).columns, .open = open, .progress = progress};
  EventCursor cursor(events);
  CHECK(RowsOf(cursor, {}, {}).size() == 6);
  CHECK(RowsOf(cursor, {}, {}).size() == 4);
  CHECK(events.totals.partial);
}

}  // namespace
}  // namespace gamevents::report::sql
