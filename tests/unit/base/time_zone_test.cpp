// Goal: clocks of time zones are right on the days on which they are changed. Method: known
// switches of 2026, one forward and one back, and a zone that is put forward at midnight.
#include "core/base/time_zone.h"

#include "tests/unit/catch.h"

#include <string>
#include <string_view>
#include <utility>

namespace gamevents {
namespace {

TimestampMs At(std::string_view text) { return ParseTimestamp(text).value(); }

/// What a clock shows, as TimeZone::TimeOf takes it.
int64_t ClockAt(std::string_view text) { return At(text).value; }

}  // namespace

TEST_CASE("a clock is as far from UTC as its zone says at that time") {
  const TimeZone berlin = TimeZone::Find("Europe/Berlin").value();
  CHECK(berlin.OffsetAt(At("2026-01-15T12:00Z")) == std::chrono::hours(1));
  CHECK(berlin.OffsetAt(At("2026-03-29T00:59:59Z")) == std::chrono::hours(1));
  CHECK(berlin.OffsetAt(At("2026-03-29T01:00Z")) == std::chrono::hours(2));
  CHECK(TimeZone::Find("Asia/Kathmandu").value().OffsetAt(At("2026-01-01")) ==
        std::chrono::minutes(345));
  CHECK(TimeZone().OffsetAt(At("2026-01-01")) == std::chrono::hours(0));
  CHECK(berlin.OffsetAt(TimestampMs(INT64_MAX)) == std::chrono::hours(0));
  CHECK(berlin.OffsetAt(TimestampMs(INT64_MIN)) == std::chrono::hours(0));
}

TEST_CASE("what a clock shows twice is the first time, and what it skips its switch") {
  const TimeZone berlin = TimeZone::Find("Europe/Berlin").value();
  CHECK(berlin.TimeOf(ClockAt("2026-07-01T12:00:00.250")) == At("2026-07-01T10:00:00.250Z"));
  CHECK(berlin.TimeOf(ClockAt("2026-10-25T02:30")) == At("2026-10-25T00:30Z"));
  CHECK(berlin.TimeOf(ClockAt("2026-03-29T02:30")) == At("2026-03-29T01:00Z"));
  // In Santiago the clocks go forward at midnight: that day begins at one.
  const TimeZone santiago = TimeZone::Find("America/Santiago").value();
  CHECK(santiago.TimeOf(ClockAt("2026-09-06T00:00")) == At("2026-09-06T04:00Z"));
}

TEST_CASE("an unknown zone is refused with the nearest name") {
  const auto slip = TimeZone::Find("Europe/Berln");
  REQUIRE_FALSE(slip.ok());
  CHECK(slip.error().fault == Fault::kNotFound);
  CHECK(slip.error().context.find("did you mean Europe/Berlin?") != std::string::npos);
  for (const auto& [said, meant] : {std::pair{"tokyo", "Asia/Tokyo"},
                                    {"berlin", "Europe/Berlin"},
                                    {"europe/london", "Europe/London"},
                                    {"new_york", "America/New_York"}}) {
    const auto zone = TimeZone::Find(said);
    REQUIRE_FALSE(zone.ok());
    CHECK(zone.error().context.find(std::string("did you mean ") + meant + "?") !=
          std::string::npos);
  }
  CHECK_FALSE(TimeZone::Find("").ok());
  CHECK_FALSE(TimeZone::Find("../../etc/passwd").ok());
}

TEST_CASE("a text is of the zone unless it says otherwise") {
  const TimeZone tokyo = TimeZone::Find("Asia/Tokyo").value();
  CHECK(ParseTimestampIn(tokyo, "2026-11-23T10:00").value() == At("2026-11-23T01:00Z"));
  CHECK(ParseTimestampIn(tokyo, "2026-11-23").value() == At("2026-11-22T15:00Z"));
  CHECK(ParseTimestampIn(tokyo, "2026-11-23T10:00Z").value() == At("2026-11-23T10:00Z"));
  CHECK(ParseTimestampIn(tokyo, "2026-11-23T10:00+02:00").value() == At("2026-11-23T08:00Z"));
  CHECK_FALSE(ParseTimestampIn(tokyo, "soon").ok());
}

}  // namespace gamevents
