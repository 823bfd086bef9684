// Goal: time is cut as people cut it. Method: known days and switches; for random times and steps,
// a step's start lies at its own start, and not after the time. tests/cli/test_time_zones.py holds
// ten zones against Python's.
#include "core/report/ask/time_step.h"

#include "tests/unit/catch.h"

#include <array>
#include <random>
#include <string>
#include <string_view>

namespace gamevents::report {
namespace {

int64_t At(std::string_view text) { return ParseTimestamp(text).value().value; }

TimeStep AsStep(std::string_view text, std::string_view zone = "UTC") {
  return ParseTimeStep(text, TimeZone::Find(zone).value()).value();
}

}  // namespace

TEST_CASE("weeks begin on Monday, months and years with their first day") {
  const int64_t thursday = At("2026-10-15T13:14:15Z");
  CHECK(StartOf(AsStep("1w"), thursday) == At("2026-10-12"));
  CHECK(StartOf(AsStep("7d"), thursday) == At("2026-10-15"));
  CHECK(StartOf(AsStep("1mo"), thursday) == At("2026-10-01"));
  CHECK(StartOf(AsStep("3mo"), At("2026-03-31T23:59:59.999Z")) == At("2026-01-01"));
  CHECK(StartOf(AsStep("1y"), thursday) == At("2026-01-01"));
  CHECK(StartOf(AsStep("1mo"), At("1969-12-31T23:00Z")) == At("1969-12-01"));
  CHECK(StartOf(AsStep("1w"), At("1970-01-01")) == At("1969-12-29"));
}

TEST_CASE("days and months are those of the zone's clocks") {
  CHECK(StartOf(AsStep("1d", "Asia/Tokyo"), At("2026-11-23T14:59Z")) == At("2026-11-22T15:00Z"));
  CHECK(StartOf(AsStep("1mo", "Asia/Tokyo"), At("2026-11-30T15:00Z")) == At("2026-11-30T15:00Z"));
  // A day of 25 hours, and the hour that it has twice.
  CHECK(StartOf(AsStep("1d", "Europe/Berlin"), At("2026-10-25T22:59Z")) == At("2026-10-24T22:00Z"));
  CHECK(StartOf(AsStep("1h", "Europe/Berlin"), At("2026-10-25T00:30Z")) == At("2026-10-25T00:00Z"));
  CHECK(StartOf(AsStep("1h", "Europe/Berlin"), At("2026-10-25T01:30Z")) == At("2026-10-25T01:00Z"));
  CHECK(StartOf(AsStep("6h", "Europe/Berlin"), At("2026-10-25T04:30Z")) == At("2026-10-24T22:00Z"));
}

TEST_CASE("a step begins where it begins, and never after what is in it") {
  std::mt19937_64 random(11);
  const std::array<std::string_view, 8> lengths = {"7ms", "15m", "1h",  "7h",
                                                   "1d",  "2w",  "5mo", "2y"};
  const std::array<std::string_view, 5> zones = {"UTC", "Europe/Berlin", "Australia/Lord_Howe",
                                                 "America/Santiago", "Pacific/Apia"};
  std::uniform_int_distribution<int64_t> times(At("1890-01-01"), At("2060-01-01"));
  for (const auto zone : zones) {
    for (const auto length : lengths) {
      const TimeStep step = AsStep(length, zone);
      for (int i = 0; i < 500; ++i) {
        const int64_t time = times(random);
        const int64_t start = StartOf(step, time);
        INFO(zone << " " << length << " " << time << " " << start);
        REQUIRE(start <= time);
        REQUIRE(StartOf(step, start) == start);
      }
    }
  }
  for (const int64_t far : {INT64_MIN, INT64_MAX}) {
    for (const auto length : lengths) StartOf(AsStep(length, "Europe/Berlin"), far);
  }
}

TEST_CASE("steps have names, and those of one length in UTC a length") {
  CHECK(NameOf(AsStep("1d")) == "day");
  CHECK(NameOf(AsStep("1w")) == "week");
  CHECK(NameOf(AsStep("12mo")) == "year");
  CHECK(NameOf(AsStep("2mo")) == "2mo");
  CHECK(NameOf(AsStep("10m")) == "10m");
  CHECK(AreDays(AsStep("1w")));
  CHECK_FALSE(AreDays(AsStep("12h")));
  CHECK(FixedLength(AsStep("1h")) == std::chrono::hours(1));
  CHECK_FALSE(FixedLength(AsStep("1w")));
  CHECK_FALSE(FixedLength(AsStep("1h", "Asia/Tokyo")));
}

TEST_CASE("a step is found by its name") {
  const TimeZone berlin = TimeZone::Find("Europe/Berlin").value();
  for (const char* name : {"second", "minute", "hour", "day", "week", "month", "quarter", "year"}) {
    CHECK(TimeStepNamed(name, berlin)->zone == berlin);
  }
  CHECK(TimeStepNamed("WEEK", {}).value() == AsStep("1w"));
  CHECK(TimeStepNamed("quarter", {}).value() == AsStep("3mo"));
  const auto slip = TimeStepNamed("mnoth", {});
  REQUIRE_FALSE(slip);
  CHECK(slip.error().context.find("did you mean month?") != std::string::npos);
}

TEST_CASE("what is no step is refused") {
  for (const char* bad : {"", "0", "0w", "-1w", "1 w", "w", "1.5mo", "99999w", "2000y", "1M"}) {
    INFO(bad);
    const auto step = ParseTimeStep(bad, {});
    REQUIRE_FALSE(step.ok());
    CHECK(step.error().fault == Fault::kBadInput);
  }
}

}  // namespace gamevents::report
