// Goal: rows that meet a condition on the answer's columns are found, whatever their cells are.
// Method: one row with a cell of every type, and a condition for each; headings that are no names.
#include "core/report/ask/row_watch.h"

#include "tests/unit/catch.h"

namespace gamevents::report {
namespace {

RowWatch WatchFor(const std::string& condition) {
  auto filter = event::Filter::Parse(condition);
  REQUIRE(filter.ok());
  return RowWatch(std::move(*filter));
}

const std::vector<Heading> kHeadings{{"n"},    {"ok"},         {"digits"}, {"share"},
                                     {"kind"}, {"bytes"},      {"time"},   {"list"},
                                     {"none"}, {"sum(price)"}, {"a.b"}};

Row EveryCell() {
  return {int64_t{42},
          true,
          event::OwnedDigits{"99999999999999999999"},
          0.5,
          std::string("sword"),
          Bytes{"ab"},
          Time(TimestampMs(0)),
          Json{"[1]"},
          std::monostate{},
          7.25,
          int64_t{1}};
}

}  // namespace

TEST_CASE("a condition sees each cell as what it is") {
  for (const char* met :
       {"n = 42", "n < 100", "ok = true", "digits > 9000000000000000000", "share <= 0.5",
        "kind = sword", "kind ~ '^sw'", "bytes = 'YWI='", "time < '1971'",
        "time = '1970-01-01T00:00:00.000Z'", "none = null", "not exists(none) or n = 42",
        "\"sum(price)\" > 7", "a.b = 1", "\"a.b\" = 1"}) {
    INFO(met);
    RowWatch watch = WatchFor(met);
    REQUIRE(watch.Begin(kHeadings).ok());
    watch.See(EveryCell());
    CHECK(watch.met() == 1);
  }
  for (const char* other : {"n > 42", "kind = shield", "none = 0", "time > '1971'", "ok = false"}) {
    INFO(other);
    RowWatch watch = WatchFor(other);
    REQUIRE(watch.Begin(kHeadings).ok());
    watch.See(EveryCell());
    CHECK(watch.met() == 0);
    CHECK(watch.first().empty());
  }
}

TEST_CASE("a comparison that no row can meet is named") {
  const auto never = [](const char* condition) {
    RowWatch watch = WatchFor(condition);
    REQUIRE(watch.Begin(kHeadings).ok());
    watch.See(EveryCell());
    return watch.NeverAlike();
  };
  CHECK(never("n > x") == "n is never a text, as \"x\" is");
  CHECK(never("n < 3 or not (share = '0.5' and n = 1)") == "share is never a text, as \"0.5\" is");
  CHECK(never("kind > 5") == "kind is never a number: a text stands in quotes");
  for (const char* sound : {"n > 100", "kind = shield", "none = 3", "none = x", "list = x",
                            "time < '1971'", "digits = 1", "ok = true", "n = null"}) {
    INFO(sound);
    CHECK(never(sound).empty());
  }
  RowWatch mixed = WatchFor("n > x");
  REQUIRE(mixed.Begin(std::vector<Heading>{{"n"}}).ok());
  mixed.See({int64_t{1}});
  mixed.See({std::string("a")});
  CHECK(mixed.NeverAlike().empty());
}

TEST_CASE("the first row that meets it is kept, and all are counted") {
  RowWatch watch = WatchFor("count < 10");
  REQUIRE(watch.Begin(std::vector<Heading>{{"kind"}, {"count"}}).ok());
  for (const int64_t count : {50, 5, 7, 12}) watch.See({std::string("hat"), count});
  CHECK(watch.met() == 2);
  CHECK(watch.first() == "kind hat, count 5");
}

TEST_CASE("a column that the answer has not is refused with the nearest") {
  RowWatch watch = WatchFor("coutn < 10");
  const Status begun = watch.Begin(std::vector<Heading>{{"kind"}, {"count"}, {"sum(price)"}});
  REQUIRE_FALSE(begun.ok());
  CHECK(begun.error().fault == Fault::kBadInput);
  CHECK(begun.error().context ==
        "the answer has no column coutn; did you mean count?; it has kind, count, \"sum(price)\"");
}

}  // namespace gamevents::report
