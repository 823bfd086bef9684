// Goal: kept rows give back what was kept, and an index misses no row that SQLite finds equal.
// Method: awkward values kept and asked for, each by all others; a limit that is passed.

#include "core/report/sql/kept_events.h"

#include "tests/unit/report/sql/events.h"

namespace gamevents::report::sql {
namespace {

void KeepAll(KeptEvents& kept, Events& events) {
  EventScan scan(events);
  REQUIRE(scan.Start({}, {}));
  while (!scan.AtEnd()) {
    REQUIRE(kept.Add(scan));
    REQUIRE(scan.Next());
  }
}

TEST_CASE("values come back as they were, of the columns kept") {
  TestEvents test({{R"({"a":"x","b":1.5,"c":9})", "\xFF"}, {R"({"a":null,"b":[1]})", "k"}},
                  {"a", "b", "c"});
  KeptEvents kept(test.events, {test.Column("b"), test.Column("_key"), test.Column("a")});
  KeepAll(kept, test.events);
  REQUIRE(kept.size() == 2);
  CHECK(std::get<std::string_view>(kept.Read(0, test.Column("a"))) == "x");
  CHECK(std::get<double>(kept.Read(0, test.Column("b"))) == 1.5);
  CHECK(std::get<BlobView>(kept.Read(0, test.Column("_key"))).bytes == "\xFF");
  CHECK(std::holds_alternative<std::monostate>(kept.Read(1, test.Column("a"))));
  CHECK(std::get<std::string_view>(kept.Read(1, test.Column("b"))) == "[1]");
  CHECK(kept.RowId(0) != kept.RowId(1));
}

TEST_CASE("an index finds whatever may be equal, in the rows' order") {
  const std::vector<std::string> values{
      "5", "5.0",  R"("5")", R"("5.0")", R"(" 5")", R"("a")",     "\"\"", "null",    "true",
      "1", "-0.0", "0",      R"("-0")",  "1e999",   R"("1e999")", "[5]",  R"("[5]")"};
  std::vector<Message> messages;
  for (const std::string& value : values) messages.push_back({"{\"v\":" + value + "}"});
  TestEvents test(messages, {"v"});
  const size_t v = test.Column("v");
  KeptEvents kept(test.events, {v});
  KeepAll(kept, test.events);
  int found = 0;
  for (size_t i = 0; i < kept.size(); ++i) {
    Operand operand;
    const ValueView held = kept.Read(i, v);
    if (const auto* whole = std::get_if<int64_t>(&held)) operand = *whole;
    if (const auto* real = std::get_if<double>(&held)) operand = *real;
    if (const auto* text = std::get_if<std::string_view>(&held)) operand = std::string(*text);
    if (std::holds_alternative<std::monostate>(operand)) continue;
    const auto places = kept.MayEqual(v, operand);
    REQUIRE(places);
    CHECK(std::ranges::is_sorted(*places, {}, &KeptEvents::Place::row));
    const auto own = std::ranges::find(*places, i, &KeptEvents::Place::row);
    CHECK(own != places->end());
    found += static_cast<int>(places->size());
  }
  // Five fives, three zeros, two ones, two infinities, a pair of brackets: each finds its like.
  CHECK(found == 5 * 5 + 3 * 3 + 2 * 2 + 2 * 2 + 2 * 2 + 1 + 1);
}

TEST_CASE("memory is counted, given back, and has a limit") {
  TestEvents test({{R"({"a":"0123456789012345678901234567890123456789"})"}, {"{}"}}, {"a"});
  {
    KeptEvents kept(test.events, {test.Column("a")});
    KeepAll(kept, test.events);
    CHECK(test.events.kept_bytes > 100);
  }
  CHECK(test.events.kept_bytes == 0);
  test.events.kept_max = 60;
  KeptEvents kept(test.events, {test.Column("a")});
  EventScan scan(test.events);
  REQUIRE(scan.Start({}, {}));
  const Status added = kept.Add(scan);
  REQUIRE_FALSE(added);
  CHECK(added.error().fault == Fault::kFull);
}

}  // namespace
}  // namespace gamevents::report::sql
