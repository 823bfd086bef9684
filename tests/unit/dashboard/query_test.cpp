// Goal: an address says what a page shows, has one form, and what is wrong with it is named.
// Method: queries at a fixed moment, their scopes and addresses; conditions added to them.
#include "core/dashboard/query.h"

#include "tests/unit/catch.h"

namespace gamevents::dashboard {
namespace {

constexpr int64_t kHourMs = 3'600'000;
constexpr TimestampMs kAskedAt{1'795'428'000'000};  // 2026-11-23T10:00:00Z

Scope Read(Query query) {
  auto scope = ScopeOf(std::move(query), kAskedAt, "UTC");
  REQUIRE(scope);
  return std::move(*scope);
}

std::string Wrong(Query query) {
  const auto scope = ScopeOf(std::move(query), kAskedAt, "UTC");
  REQUIRE_FALSE(scope);
  CHECK(scope.error().fault == Fault::kBadInput);
  return scope.error().context;
}

}  // namespace

TEST_CASE("a query of nothing is all of the topic") {
  const Scope scope = Read({});
  CHECK_FALSE(scope.begin);
  CHECK_FALSE(scope.end);
  CHECK_FALSE(scope.where);
  CHECK(AddressOf(scope.query) == "dashboard");
  CHECK(RecordsFor(scope).from.kind == kafka::Position::Kind::kBeginning);
  // Words for what it is anyway are not in its address.
  CHECK(Read({.tz = "UTC", .time = "record", .compare = "none"}).query == Query{});
}

TEST_CASE("a query has a range, a condition and clocks") {
  const Scope scope = Read({.since = "2h",
                            .until = "1h",
                            .where = "kind = \"sword\"",
                            .tz = "Europe/Berlin",
                            .time = "event",
                            .compare = "previous"});
  CHECK(scope.begin->value == kAskedAt.value - 2 * kHourMs);
  CHECK(scope.end->value == kAskedAt.value - kHourMs);
  CHECK(scope.Length() == std::chrono::hours(1));
  CHECK(scope.where);
  CHECK(scope.event_time);
  CHECK(scope.compare);
  CHECK(AddressOf(scope.query) ==
        "dashboard?since=2h&until=1h&where=kind%20%3D%20%22sword%22&tz=Europe%2FBerlin&time=event"
        "&compare=previous");
}

TEST_CASE("what is read reaches back to yesterday, and over the period before") {
  const auto from = [](Query query) { return RecordsFor(Read(std::move(query))).from.number; };
  const int64_t yesterday = 1'795'305'600'000;  // 2026-11-22T00:00:00Z
  CHECK(from({.since = "15m"}) == yesterday);
  CHECK(from({.since = "24h", .compare = "previous"}) == kAskedAt.value - 48 * kHourMs);
  CHECK(from({.since = "15m", .time = "event"}) == yesterday - 24 * kHourMs);
}

TEST_CASE("what cannot be read is named, with what there is") {
  CHECK(Wrong({.since = "soon"}).starts_with("since: 'soon' is not a moment: write 2h"));
  CHECK(Wrong({.until = "-"}).starts_with("until: "));
  CHECK(Wrong({.where = "kind = "}).starts_with("where: "));
  CHECK(Wrong({.tz = "Europe/Berlim"}).find("did you mean Europe/Berlin?") != std::string::npos);
  CHECK(Wrong({.time = "evnt"}) == "time: 'evnt' is not one of record, event; did you mean event?");
  CHECK(Wrong({.since = "1h", .compare = "previos"})
            .ends_with("not one of none, previous; did you mean previous?"));
  CHECK(Wrong({.compare = "previous"}).starts_with("compare: there is no period before"));
  CHECK(Wrong({.since = "1h", .until = "2h"}) ==
        "until: the range ends (2h) before it begins (1h)");
  CHECK(Wrong({.since = "2030-01-01"}).starts_with("since: the range ends (now) before"));
}

TEST_CASE("a condition is added once, and only where there is room") {
  const Query none;
  const auto one = WithCondition(none, "a = 1");
  REQUIRE(one);
  CHECK(one->where == "a = 1");
  CHECK(WithCondition(*one, "a = 1")->where == "a = 1");
  CHECK(WithCondition(*one, "b = 2")->where == "a = 1 and b = 2");
  CHECK(WithCondition({.where = "a = 1 or b = 2"}, "c = 3")->where == "(a = 1 or b = 2) and c = 3");
  CHECK_FALSE(WithCondition(*one, "b = "));
  CHECK_FALSE(WithCondition(*one, "b = '" + std::string(8'000, 'x') + "'"));
}

}  // namespace gamevents::dashboard
