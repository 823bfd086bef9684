// Goal: every position that is documented is read, and nothing else is. Method: tables of both, and
// seeded random text from the characters that positions are made of, which must never crash.
#include "core/kafka/reader.h"
#include "tests/support/fixed_clock.h"
#include "tests/unit/catch.h"

#include <optional>
#include <random>

namespace gamevents::kafka {
namespace {

using Kind = Position::Kind;

constexpr TimestampMs kNow{kTestNow};

PositionRange Parse(std::string_view text) {
  auto range = ParsePositionRange(text, kNow);
  INFO(text);
  REQUIRE(range.ok());
  return *range;
}

bool Is(const Position& position, Kind kind, int64_t number) {
  return position.kind == kind && position.number == number;
}

}  // namespace

TEST_CASE("one position is where to begin; the end stays the end") {
  for (const auto& [text, kind, number] :
       std::initializer_list<std::tuple<const char*, Kind, int64_t>>{
           {"beginning", Kind::kBeginning, 0},
           {"end", Kind::kEnd, 0},
           {"0", Kind::kOffset, 0},
           {"42", Kind::kOffset, 42},
           {"9223372036854775807", Kind::kOffset, INT64_MAX},
           {"-5", Kind::kFromEnd, 5},
           {"-0", Kind::kFromEnd, 0},
           {"@1795428000000", Kind::kTime, 1'795'428'000'000},
           {"@0", Kind::kTime, 0},
           {"@-2h", Kind::kTime, kNow.value - 7'200'000},
           {"@2026-11-23", Kind::kTime, 1'795'392'000'000},
           {"@2026-11-23T10:00Z", Kind::kTime, 1'795'428'000'000},
           {"@2026-11-23T10:00:00.123Z", Kind::kTime, 1'795'428'000'123},
           {"@2026-11-23 12:00+02:00", Kind::kTime, 1'795'428'000'000},
       }) {
    const PositionRange range = Parse(text);
    CHECK(Is(range.from, kind, number));
    CHECK(Is(range.to, Kind::kEnd, 0));
  }
}

TEST_CASE("a range is two positions, and a time's colons do not split it") {
  CHECK(Is(Parse("100:200").from, Kind::kOffset, 100));
  CHECK(Is(Parse("100:200").to, Kind::kOffset, 200));
  CHECK(Is(Parse("100:").to, Kind::kEnd, 0));
  CHECK(Is(Parse(":7").from, Kind::kBeginning, 0));
  CHECK(Is(Parse(":7").to, Kind::kOffset, 7));
  CHECK(Is(Parse(":").to, Kind::kEnd, 0));
  CHECK(Is(Parse("-10:-5").to, Kind::kFromEnd, 5));
  CHECK(Is(Parse("beginning:end").from, Kind::kBeginning, 0));
  CHECK(Is(Parse(":@-1h").to, Kind::kTime, kNow.value - 3'600'000));

  const PositionRange times = Parse("@2026-11-23T10:00Z:@2026-11-23T11:00Z");
  CHECK(Is(times.from, Kind::kTime, 1'795'428'000'000));
  CHECK(Is(times.to, Kind::kTime, 1'795'431'600'000));
  const PositionRange mixed = Parse("@2026-11-23T10:00:00+02:00:500");
  CHECK(Is(mixed.from, Kind::kTime, 1'795'420'800'000));
  CHECK(Is(mixed.to, Kind::kOffset, 500));
  CHECK(Is(Parse("@2026-11-23T10:00:").to, Kind::kEnd, 0));
}

TEST_CASE("anything else is refused with what is allowed") {
  for (const char* bad : {"",
                          "x",
                          "Beginning",
                          "beginning ",
                          " 1",
                          "+1",
                          "--1",
                          "1.5",
                          "1e3",
                          "0x10",
                          "@",
                          "@x",
                          "@-",
                          "@-2",
                          "@-2y",
                          "@+2h",
                          "@-100y",
                          "@2026-13-01",
                          "1:2:3",
                          "a:b",
                          "::",
                          "1:x",
                          "x:1",
                          "9223372036854775808",
                          "-9223372036854775808",
                          "@99999999999999999999",
                          "-",
                          "@1960-01-01",
                          "@2026-11-23T25:00"}) {
    INFO(bad);
    const auto range = ParsePositionRange(bad, kNow);
    REQUIRE_FALSE(range.ok());
    CHECK(range.error().fault == Fault::kBadInput);
    CHECK(range.error().context.find("beginning") != std::string::npos);
  }
  CHECK_FALSE(ParsePositionRange(std::string(1'000'000, ':'), kNow).ok());
  CHECK_FALSE(ParsePositionRange(std::string_view("1\0", 2), kNow).ok());
}

TEST_CASE("a time in other units than milliseconds is refused with what may have been meant") {
  const std::string seconds =
      "position @1795600060: milliseconds since 1970 have 13 digits, and this has 10; for seconds "
      "write @1795600060000";
  for (const char* text :
       {"@1795600060", "@1795600060:", ":@1795600060", "@1795600060:@-1h", "@-1h:@1795600060"}) {
    INFO(text);
    const auto range = ParsePositionRange(text, kNow);
    REQUIRE_FALSE(range.ok());
    CHECK(range.error().fault == Fault::kBadInput);
    CHECK(range.error().context == seconds);
  }
  for (const auto& [text, end] : std::initializer_list<std::pair<const char*, const char*>>{
           {"@1795600060123456", "and this has 16; in milliseconds it is @1795600060123"},
           {"@1795600060123456789", "and this has 19; in milliseconds it is @1795600060123"},
           {"@999999999999", "and this has 12; write that time as @2001-09-09T01:46:39.999Z"},
           {"@10000000000000", "and this has 14; write that time as @2286-11-20T17:46:40.000Z"},
           {"@1", "and this has 1; write that time as @1970-01-01T00:00:00.001Z"},
           {"@123456789012345678", "and this has 18"},
       }) {
    INFO(text);
    const auto range = ParsePositionRange(text, kNow);
    REQUIRE_FALSE(range.ok());
    CHECK(range.error().context.ends_with(end));
  }
  for (const char* text : {"@0", "@1000000000000", "@9999999999999", "@2001-09-09T01:46:39.999Z"}) {
    INFO(text);
    CHECK(ParsePositionRange(text, kNow).ok());
  }
}

TEST_CASE("a range that ends before it begins is refused where that can be seen") {
  CHECK_FALSE(ParsePositionRange("5:4", kNow).ok());
  CHECK_FALSE(ParsePositionRange("@-1h:@-2h", kNow).ok());
  CHECK(ParsePositionRange("5:5", kNow).ok());
  CHECK(ParsePositionRange("5:-4", kNow).ok());
}

TEST_CASE("random text never crashes, and what is read has a number") {
  std::mt19937 random(20'261'123);  // any seed; a failure prints the text
  constexpr std::string_view kAlphabet = "0123456789-+:@.TZhmsd beginnd";
  int read = 0;
  for (int turn = 0; turn < 50'000; ++turn) {
    std::string text;
    for (size_t length = random() % 24; length > 0; --length) {
      text.push_back(kAlphabet[random() % kAlphabet.size()]);
    }
    const auto range = ParsePositionRange(text, kNow);
    if (!range) continue;
    ++read;
    INFO(text);
    CHECK(range->from.number >= 0);
    CHECK(range->to.number >= 0);
  }
  CHECK(read > 100);
}

TEST_CASE("moments are said as people say them, and are of their time zone") {
  const TimestampMs now = ParseTimestamp("2026-10-25T23:30Z").value();
  const TimeZone berlin = TimeZone::Find("Europe/Berlin").value();
  const auto since = [&](const char* text, const TimeZone& zone) {
    const auto moment = ParseMoment(text, now, zone);
    INFO(text);
    REQUIRE(moment.ok());
    CHECK(moment->kind == Kind::kTime);
    return FormatTimestamp(TimestampMs(moment->number));
  };
  CHECK(since("2h", {}) == "2026-10-25T21:30:00.000Z");
  CHECK(since("2w", {}) == "2026-10-11T23:30:00.000Z");
  CHECK(since("today", {}) == "2026-10-25T00:00:00.000Z");
  CHECK(since("today", berlin) == "2026-10-25T23:00:00.000Z");
  CHECK(since("yesterday", berlin) == "2026-10-24T22:00:00.000Z");  // it had 25 hours
  CHECK(since("2026-10-25", berlin) == "2026-10-24T22:00:00.000Z");
  CHECK(since("2026-10-25T10:00Z", berlin) == "2026-10-25T10:00:00.000Z");
  CHECK(Is(ParsePositionRange("@yesterday:@today", now, berlin)->to, Kind::kTime,
           ParseTimestamp("2026-10-25T23:00Z")->value));
  for (const char* bad :
       {"", "soon", "2h ago", "-2h", "1795428000", "2 hours", "@today", "w", "1.5w"}) {
    INFO(bad);
    CHECK(ParseMoment(bad, now).error().fault == Fault::kBadInput);
  }
}

}  // namespace gamevents::kafka
