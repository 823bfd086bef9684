// Goal: what a page shows is of its range, its condition and its clock, each event counted once.
// Method: a topic in memory with events of two hours, in a scan of the counts' own.
#include "core/dashboard/counts.h"

#include "tests/support/fixed_clock.h"
#include "tests/unit/catch.h"
#include "tests/unit/report/memory_source.h"

namespace gamevents::dashboard {
namespace {

using report::Message;

constexpr int64_t kMinuteMs = 60'000;
constexpr size_t kMemory = size_t{64} << 20;

int64_t Ago(int64_t minutes) { return kTestNow - minutes * kMinuteMs; }

Message Bought(const std::string& user, const std::string& item, int64_t price, int64_t minutes) {
  return {R"({"event_type":"purchase_)" + item + R"(","purchase_user":")" + user + R"(","kind":")" +
              item + R"(","price":)" + std::to_string(price) +
              R"(,"event_time":"2026-11-23T09:55:00Z"})",
          user, 0, Ago(minutes)};
}

const std::vector<Message> kMessages{
    Bought("ann", "bow", 90, 90),
    Bought("bob", "sword", 120, 80),
    {R"({"event_type":"add_to_cart","user":"ann","item":"katana","kind":"sword","price":150})",
     "ann", 0, Ago(70)},
    {R"({"event_type":"checkout","user":"ann"})", "ann", 0, Ago(30)},
    {"42", std::nullopt, 0, Ago(20)},
    Bought("eve", "bow", 90, 2),
};

Figures Counted(Query query, size_t memory = kMemory) {
  const FixedClock clock;
  auto scope = ScopeOf(std::move(query), clock.Now(), "UTC");
  REQUIRE(scope);
  Counts counts(std::move(*scope), memory, clock);
  REQUIRE(report::ScanWith(counts, kMessages, {.to_the_end = true}));
  CHECK(counts.records() == static_cast<int64_t>(kMessages.size()));
  return counts.Finish();
}

}  // namespace

TEST_CASE("without a query everything is counted") {
  const Figures all = Counted({});
  CHECK(all.range.messages == 6);
  CHECK(all.range.events == 5);
  CHECK(all.range.users == 3);
  CHECK(all.range.revenue == 90 + 120 + 150 + 90);
  CHECK(all.not_objects.count() == 1);
  CHECK(all.pulse.active == 1);
  CHECK(all.pulse.today == 450);
  CHECK_FALSE(all.before);
}

TEST_CASE("a range is counted, and the one before it") {
  const Figures hour = Counted({.since = "1h", .compare = "previous"});
  CHECK(hour.range.messages == 3);
  CHECK(hour.range.events == 2);
  CHECK(hour.range.users == 2);
  CHECK(hour.range.revenue == 150 + 90);  // of a cart that was filled before
  CHECK(hour.pulse.today == 450);
  REQUIRE(hour.before);
  CHECK(hour.before->events == 3);
  CHECK(hour.before->users == 2);
  CHECK(hour.before->revenue == 90 + 120);
  REQUIRE(hour.course_before);
  CHECK(hour.course_before->table->rows.size() == 3);
  // The course begins and ends with the range.
  const auto& course = hour.parts.by_minute.table->rows;
  CHECK(course.front()[0] == report::Cell(report::Time(TimestampMs(Ago(60)))));
  CHECK(course.front()[1] == report::Cell(int64_t{0}));
  CHECK(course.back()[0] == report::Cell(report::Time(TimestampMs(Ago(1)))));
  const Figures ended = Counted({.since = "85m", .until = "75m"});
  CHECK(ended.range.events == 1);
}

TEST_CASE("a condition is of events, and of what they sell") {
  const Figures swords = Counted({.where = "kind = sword"});
  CHECK(swords.range.events == 2);  // a purchase, and what was put in a cart
  CHECK(swords.range.revenue == 120 + 150);
  const Figures carts = Counted({.where = "event_type = checkout"});
  CHECK(carts.range.events == 1);
  CHECK(carts.range.revenue == 150);
  CHECK(Counted({.where = "price > 100 and _user = bob"}).range.revenue == 120);
}

TEST_CASE("events count by their own times where that is asked for") {
  CHECK(Counted({.since = "10m"}).range.events == 1);
  const Figures own = Counted({.since = "10m", .time = "event"});
  CHECK(own.range.events == 3);
  CHECK(own.parts.by_minute.table->rows.front()[0] ==
        report::Cell(report::Time(TimestampMs(Ago(10)))));
}

TEST_CASE("what does not fit the memory is said to be so") {
  const Figures tight = Counted({}, 800);
  CHECK_FALSE(tight.range.users);
}

}  // namespace gamevents::dashboard
