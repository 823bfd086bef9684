// Goal: a record's own columns are among its event's fields, with one user and one time for every
// kind of event.
// Method: records by hand; what each column has; a condition over them.

#include "core/report/scan/record_event.h"

#include "core/event/filter.h"
#include "tests/unit/catch.h"

#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace gamevents::report {
namespace {

constexpr int64_t kReceived = 1'767'225'600'000;  // 2026-01-01T00:00:00Z

kafka::RecordView RecordOf(std::string_view value, std::optional<std::string_view> key = "k") {
  kafka::RecordView record;
  record.partition = 3;
  record.offset = 41;
  record.timestamp = TimestampMs(kReceived);
  record.key = key;
  record.value = value;
  return record;
}

std::string OwnText(const RecordEvent& event, const std::string& name) {
  const event::Value value = event.Field({name});
  if (const auto* text = std::get_if<std::string_view>(&value)) return std::string(*text);
  if (const auto* number = std::get_if<int64_t>(&value)) return std::to_string(*number);
  return std::holds_alternative<event::Null>(value) ? "null" : "missing";
}

TEST_CASE("a record's columns are fields of its event") {
  const auto record = RecordOf(R"({"a":1,"_offset":"the event's own"})");
  RecordEvent event;
  REQUIRE(event.Read(record));
  CHECK(OwnText(event, "_partition") == "3");
  CHECK(OwnText(event, "_offset") == "41");
  CHECK(OwnText(event, "_timestamp") == "2026-01-01T00:00:00.000Z");
  CHECK(OwnText(event, "_key") == "k");
  CHECK(OwnText(event, "_json") == *record.value);
  CHECK(OwnText(event, "a") == "1");
  CHECK(OwnText(event, "_other") == "missing");
  CHECK(std::holds_alternative<event::Missing>(event.Field({"_offset", "x"})));
  CHECK(std::holds_alternative<std::string_view>(event.document().Field({"_offset"})));
}

TEST_CASE("what no record has is null, and what is no event is told") {
  auto record = RecordOf("{}", std::nullopt);
  record.timestamp = TimestampMs(-1);
  RecordEvent event;
  REQUIRE(event.Read(record));
  for (const char* name : {"_key", "_timestamp", "_time"}) CHECK(OwnText(event, name) == "null");
  CHECK(OwnText(event, "_user") == "missing");
  const auto number = RecordOf("7", "\xFF");
  CHECK_FALSE(event.Read(number));
  CHECK(OwnText(event, "_key") == "\uFFFD");
}

TEST_CASE("the user is the first of the fields that name one") {
  RecordEvent event;
  const auto user_of = [&](std::string_view value) {
    const auto record = RecordOf(value);
    REQUIRE(event.Read(record));
    return OwnText(event, "_user");
  };
  CHECK(user_of(R"({"user":"c","user_name":"b","purchase_user":"a"})") == "a");
  CHECK(user_of(R"({"user":"c","user_name":"b","purchase_user":null})") == "b");
  CHECK(user_of(R"({"user":17})") == "17");
  CHECK(user_of(R"({"users":1})") == "missing");
}

TEST_CASE("the time is the event's own where it is one") {
  RecordEvent event;
  const auto time_of = [&](std::string_view value) {
    const auto record = RecordOf(value);
    REQUIRE(event.Read(record));
    CHECK(event.TimeAt({"_timestamp"}) == kReceived);
    return OwnText(event, "_time");
  };
  CHECK(time_of(R"({"event_time":"2025-12-24T18:00:00+01:00"})") == "2025-12-24T17:00:00.000Z");
  CHECK(time_of(R"({"event_time":1000})") == "1970-01-01T00:00:01.000Z");
  for (const char* bad : {R"({"event_time":"soon"})", R"({"event_time":9223372036854775807})",
                          R"({"event_time":1.5})", R"({"event_time":null})", "{}"}) {
    CHECK(time_of(bad) == "2026-01-01T00:00:00.000Z");
  }
  CHECK(time_of(R"({"event_time":1000,"at":5})") == "1970-01-01T00:00:01.000Z");
  CHECK(event.TimeAt({"_time"}) == 1000);
  CHECK(event.TimeAt({"at"}) == 5);
  CHECK(event.TimeAt({"none"}) == std::nullopt);
}

TEST_CASE("a condition can name them") {
  RecordEvent event;
  const auto record = RecordOf(R"({"user_name":"anna","event_time":"2026-03-01"})");
  REQUIRE(event.Read(record));
  CHECK(event::Filter::Parse("_user = anna and _time > '2026-02' and _timestamp < '2026-02'")
            ->Matches(event));
  CHECK_FALSE(event::Filter::Parse("_offset in (40, 42) or exists(_nothing)")->Matches(event));
}

}  // namespace
}  // namespace gamevents::report
