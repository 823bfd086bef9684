// Goal: a scan gives each event's values as SQLite has them, reads no more than it must, and starts
// again from the beginning.
// Method: topics in memory; the values, and the counts of what was parsed and read.

#include "core/report/sql/event_scan.h"

#include "tests/unit/report/sql/events.h"

namespace gamevents::report::sql {
namespace {

using Texts = std::vector<std::string>;

struct Show {
  std::string operator()(std::monostate) const { return "NULL"; }
  std::string operator()(int64_t number) const { return std::to_string(number); }
  std::string operator()(double number) const { return std::to_string(number); }
  std::string operator()(std::string_view text) const { return "'" + std::string(text) + "'"; }
  std::string operator()(BlobView blob) const { return "x'" + std::string(blob.bytes) + "'"; }
};

Texts ReadAll(EventScan& scan, size_t column, std::vector<Condition> conditions = {}) {
  Texts values;
  REQUIRE(scan.Start(std::move(conditions), {}));
  while (!scan.AtEnd()) {
    values.push_back(std::visit(Show{}, scan.Read(column)));
    REQUIRE(scan.Next());
  }
  return values;
}

TEST_CASE("each kind of value is one that SQLite has") {
  TestEvents test({{R"({"v":true})"},
                   {R"({"v":false})"},
                   {R"({"v":null})"},
                   {R"({"w":1})"},
                   {R"({"v":-7})"},
                   {R"({"v":0.5})"},
                   {R"({"v":18446744073709551615})"},
                   {R"({"v":""})"},
                   {R"({"v":[1, {"a":2}]})"},
                   {R"({"v":1,"v":2})"}},
                  {"v"});
  EventScan scan(test.events);
  CHECK(ReadAll(scan, test.Column("v")) == Texts{"1", "0", "NULL", "NULL", "-7", "0.500000",
                                                 "18446744073709551616.000000", "''",
                                                 "'[1, {\"a\":2}]'", "2"});
}

TEST_CASE("a record's own values") {
  TestEvents test({{"{}", "k"}, {R"({ "a":1})", "\xFF", 1, 0}, {"{}", std::nullopt, 1, -1}}, {});
  EventScan scan(test.events);
  CHECK(ReadAll(scan, test.Column("_partition")) == Texts{"0", "1", "1"});
  CHECK(ReadAll(scan, test.Column("offset")) == Texts{"0", "0", "1"});
  CHECK(ReadAll(scan, test.Column("_timestamp")) ==
        Texts{"'2026-11-23T10:00:00.000Z'", "'1970-01-01T00:00:00.000Z'", "NULL"});
  CHECK(ReadAll(scan, test.Column("key")) == Texts{"'k'", "x'\xFF'", "NULL"});
  CHECK(ReadAll(scan, test.Column("_json")) == Texts{"'{}'", "'{ \"a\":1}'", "'{}'"});
}

TEST_CASE("what is no event is passed by, and so is what the filter leaves out") {
  TestEvents test({{"42"}, {"{"}, {std::nullopt}, {R"({"v":1})"}, {"[1]"}, {R"({"v":2})"}}, {"v"});
  EventScan scan(test.events);
  CHECK(ReadAll(scan, test.Column("v")) == Texts{"1", "2"});
  CHECK(test.events.totals.records == 6);
  CHECK(test.events.totals.events == 2);
  const auto where = event::Filter::Parse("v > 1").value();
  test.events.where = &where;
  CHECK(ReadAll(scan, test.Column("v")) == Texts{"2"});
}

TEST_CASE("a condition on the record spares the parsing, one on a field the row") {
  std::vector<Message> messages;
  for (int i = 0; i < 100; ++i) messages.push_back({"{\"v\":" + std::to_string(i) + "}"});
  TestEvents test(messages, {"v"});
  EventScan scan(test.events);
  const size_t v = test.Column("v");
  CHECK(ReadAll(scan, v, {{test.Column("_offset"), Operator::kGreaterOrEqual, {int64_t{97}}}}) ==
        Texts{"97", "98", "99"});
  CHECK(test.events.counts.parsed == 3);

  test.events.counts = {};
  CHECK(ReadAll(scan, v, {{v, Operator::kLess, {int64_t{2}}}}) == Texts{"0", "1"});
  CHECK(test.events.counts.parsed == 100);
}

TEST_CASE("rows have one number in every scan, and no two the same") {
  TestEvents test({{"{}"}, {"{}", std::nullopt, 1}, {"{}"}, {"{}", std::nullopt, 1}}, {});
  EventScan scan(test.events);
  std::set<int64_t> ids;
  for (int turn = 0; turn < 2; ++turn) {
    REQUIRE(scan.Start({}, {}));
    while (!scan.AtEnd()) {
      ids.insert(scan.RowId());
      REQUIRE(scan.Next());
    }
  }
  CHECK(ids.size() == 4);
}

TEST_CASE("an interrupted source ends the scan, a failed one fails it") {
  for (const Fault fault : {Fault::kClosed, Fault::kUnavailable}) {
    const OpenSource open = [fault]() -> Result<std::unique_ptr<RecordSource>> {
      auto source = std::make_unique<MemorySource>(std::vector<Message>(6, {"{}"}));
      source->fails_at = 4;
      source->fault = fault;
      return std::unique_ptr<RecordSource>(std::move(source));
    };
    const std::function<void(const ScanTotals&)> progress;
    Events events{.columns = ColumnsOf({}).columns, .open = open, .progress = progress};
    EventScan scan(events);
    REQUIRE(scan.Start({}, {}));
    int rows = 0;
    Status next = Done{};
    for (; next && !scan.AtEnd(); ++rows) next = scan.Next();
    CHECK(rows == 4);
    CHECK(next.ok() == (fault == Fault::kClosed));
    CHECK(events.totals.partial == (fault == Fault::kClosed));
  }
}

}  // namespace
}  // namespace gamevents::report::sql
