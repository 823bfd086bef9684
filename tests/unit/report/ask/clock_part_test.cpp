// Goal: a time's hour and weekday are what the clocks of a zone show. Method: known times, among
// them the two sides of a switch and of the calendar's end. tests/interop/test_sql_functions.py
// holds random times against DuckDB.
#include "core/report/ask/clock_part.h"

#include "tests/unit/catch.h"

#include <optional>
#include <string_view>

namespace gamevents::report {
namespace {

std::optional<int64_t> Shown(std::string_view part, std::string_view time,
                             std::string_view zone = "UTC") {
  return ValueOf(ClockPartNamed(part).value(), TimeZone::Find(zone).value(),
                 ParseTimestamp(time).value());
}

}  // namespace

TEST_CASE("the parts of a time") {
  constexpr std::string_view kSunday = "2026-03-01T09:08:07Z";
  CHECK(Shown("minute", kSunday) == 8);
  CHECK(Shown("HOUR", kSunday) == 9);
  CHECK(Shown("day", kSunday) == 1);
  CHECK(Shown("dow", kSunday) == 0);
  CHECK(Shown("isodow", kSunday) == 7);
  CHECK(Shown("month", kSunday) == 3);
  CHECK(Shown("year", kSunday) == 2026);
  CHECK(Shown("hour", "1969-12-31T23:30Z") == 23);
}

TEST_CASE("they are of the zone's clocks") {
  CHECK(Shown("hour", "2026-03-29T00:59Z", "Europe/Berlin") == 1);
  CHECK(Shown("hour", "2026-03-29T01:00Z", "Europe/Berlin") == 3);
  CHECK(Shown("day", "2026-11-30T15:00Z", "Asia/Tokyo") == 1);
  CHECK(Shown("minute", "2026-11-30T15:00Z", "Asia/Kathmandu") == 45);
}

TEST_CASE("what the calendar does not have is nothing") {
  const ClockPart year = ClockPartNamed("year").value();
  CHECK(ValueOf(year, {}, TimestampMs(INT64_MAX)) == std::nullopt);
  CHECK(ValueOf(year, {}, TimestampMs(INT64_MIN)) == std::nullopt);
  CHECK(Shown("year", "9999-12-30T23:59:59Z") == 9999);
}

TEST_CASE("a wrong name is told the nearest") {
  const auto wrong = ClockPartNamed("hours");
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().fault == Fault::kBadInput);
  CHECK(wrong.error().context.find("did you mean hour?") != std::string::npos);
}

}  // namespace gamevents::report
