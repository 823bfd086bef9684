// Goal: times are printed and read exactly, in UTC. Method: known instants, and there and back.
#include "core/base/clock.h"

#include "tests/unit/catch.h"

namespace gamevents {

TEST_CASE("a timestamp prints as RFC 3339 and reads back") {
  CHECK(FormatTimestamp(TimestampMs(0)) == "1970-01-01T00:00:00.000Z");
  CHECK(FormatTimestamp(TimestampMs(-1)) == "1969-12-31T23:59:59.999Z");
  CHECK(FormatTimestamp(TimestampMs(1'795'428'000'123)) == "2026-11-23T10:00:00.123Z");
  CHECK(FormatTimestamp(TimestampMs(1'795'428'000'999)) == "2026-11-23T10:00:00.999Z");
  CHECK(FormatTimestamp(TimestampMs(1'795'428'001'000)) == "2026-11-23T10:00:01.000Z");
  CHECK(FormatTimestamp(TimestampMs(253'402'300'800'001)) == "9999-12-31T23:59:59.999Z");
  CHECK(FormatTimestamp(TimestampMs(253'402'300'800'002)) == "9999-12-31T23:59:59.999Z");
  for (int64_t ms :
       {int64_t{0}, int64_t{-1}, int64_t{951'782'400'000}, int64_t{253'402'300'799'999}}) {
    CHECK(ParseTimestamp(FormatTimestamp(TimestampMs(ms))).value().value == ms);
  }
}

TEST_CASE("a timestamp prints as Spark shows it") {
  CHECK(FormatTimestampLikeSpark(TimestampMs(0)) == "1970-01-01 00:00:00");
  CHECK(FormatTimestampLikeSpark(TimestampMs(120)) == "1970-01-01 00:00:00.12");
}

TEST_CASE("times are read in the shapes that people write") {
  const int64_t ten = ParseTimestamp("2026-11-23T10:00:00Z").value().value;
  CHECK(ten == 1'795'428'000'000);
  CHECK(ParseTimestamp("2026-11-23T10:00Z").value().value == ten);
  CHECK(ParseTimestamp("2026-11-23 10:00").value().value == ten);
  CHECK(ParseTimestamp("2026-11-23T12:00:00+02:00").value().value == ten);
  CHECK(ParseTimestamp("2026-11-23T10:00:00.5").value().value == ten + 500);
  CHECK(ParseTimestamp("2026-11-23").value().value == ten - 36'000'000);
}

TEST_CASE("a leap second is the last moment of its day, and none elsewhere") {
  const int64_t last = ParseTimestamp("2016-12-31T23:59:59.999Z").value().value;
  for (const char* text : {"2016-12-31T23:59:60Z", "2016-12-31T23:59:60.5Z",
                           "2017-01-01T00:59:60+01:00", "2016-12-31T15:59:60-08:00"}) {
    INFO(text);
    CHECK(ParseTimestamp(text).value().value == last);
  }
  for (const char* text : {"2016-12-31T22:59:60Z", "2016-12-31T23:58:60Z", "2016-12-31T23:59:61Z",
                           "2016-12-31T23:59:60+01:00"}) {
    INFO(text);
    CHECK(ParseTimestamp(text).error().fault == Fault::kBadInput);
  }
}

TEST_CASE("what is no time is refused") {
  for (const char* text : {"", "yesterday", "2026-13-01", "2026-02-30", "2026-11-23T25:00",
                           "2026-11-23T10", "2026-11-23T10:00:00.", "2026-11-23T10:00Zx"}) {
    INFO(text);
    CHECK(ParseTimestamp(text).error().fault == Fault::kBadInput);
  }
}

}  // namespace gamevents
