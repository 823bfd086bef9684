// Goal: an SDK's event becomes one of ours: what happened, who, when and its id are where every
// view looks for them, nothing else is lost, and the API key is. Method: events as the SDKs write
// them, in and out as text.
#include "core/collector/dialects/translate.h"

#include "tests/unit/catch.h"

#include <algorithm>
#include <string>

namespace gamevents::collector {
namespace {

const Endpoint& Row(std::string_view dialect, std::string_view path) {
  const auto row = std::ranges::find_if(Endpoints(), [&](const Endpoint& endpoint) {
    return endpoint.dialect == dialect && endpoint.path == path;
  });
  REQUIRE(row != Endpoints().end());
  return *row;
}

ForeignContext At(std::string_view received) {
  ForeignContext context;
  context.received_at = ParseTimestamp(received).value();
  return context;
}

std::string Ours(const Endpoint& row, std::string_view json,
                 const ForeignContext& context = At("2026-11-23T10:00:00Z")) {
  auto ours = Translate(json, row, context);
  INFO((ours ? "" : ours.error().context));
  REQUIRE(ours.ok());
  return std::move(ours).value();
}

}  // namespace

TEST_CASE("Segment: a track's properties stand beside what the SDK adds") {
  CHECK(Ours(Row("segment", "/v1/batch"),
             R"({"type":"track","event":"Sword Sold","userId":"ada","anonymousId":null,)"
             R"("messageId":"m-1","timestamp":"2026-11-23T09:59:58.5+00:00",)"
             R"("properties":{"price":5,"item":{"name":"katana"}},"context":{"ip":"1.2.3.4"}})") ==
        R"({"event_type":"Sword Sold","user_name":"ada","type":"track","anonymousId":null,)"
        R"("context":{"ip":"1.2.3.4"},"price":5,"item":{"name":"katana"},"event_id":"m-1",)"
        R"("event_time":"2026-11-23T09:59:58.500Z"})");
}

TEST_CASE("Segment: what is no track is called by its type, and an anonymous user is one") {
  CHECK(Ours(Row("segment", "/v1/batch"),
             R"({"type":"identify","userId":null,"anonymousId":"a-1","traits":{"plan":"x"}})") ==
        R"({"event_type":"identify","user_name":"a-1","type":"identify","anonymousId":"a-1",)"
        R"("plan":"x"})");
  CHECK(Ours(Row("segment", "/v1/page"), R"({"userId":7,"name":"Shop","writeKey":"secret"})") ==
        R"({"event_type":"page","user_name":"7","name":"Shop"})");
}

TEST_CASE("a property whose name is taken stays under properties") {
  CHECK(
      Ours(Row("segment", "/v1/track"),
           R"({"event":"e","userId":"u","name":"top","event_type":"mine","properties":)"
           R"({"event_id":"p","user_name":"p","context":"p","name":"p","remote_ip":"p","x":1}})") ==
      R"({"event_type":"e","user_name":"u","name":"top","x":1,"properties":)"
      R"({"event_type":"mine","event_id":"p","user_name":"p","context":"p","name":"p",)"
      R"("remote_ip":"p"}})");
  CHECK(Ours(Row("segment", "/v1/track"), R"({"event":"e","properties":"text"})") ==
        R"({"event_type":"e","properties":{"properties":"text"}})");
}

TEST_CASE("a client's clock that is wrong by more than a minute is corrected") {
  ForeignContext context = At("2026-11-23T10:00:00Z");
  const auto time_of = [&](std::string_view sent) {
    context.sent = ParseTimestamp(sent).value();
    const std::string json = Ours(Row("posthog", "/batch"),
                                  R"({"event":"e","timestamp":"2026-11-23T09:00:00Z"})", context);
    return json.substr(json.find("event_time"));
  };
  CHECK(time_of("2026-11-23T09:59:01Z") == R"(event_time":"2026-11-23T09:00:00.000Z"})");
  CHECK(time_of("2026-11-23T08:00:00Z") == R"(event_time":"2026-11-23T11:00:00.000Z"})");
  CHECK(time_of("2026-11-23T12:00:00Z") == R"(event_time":"2026-11-23T07:00:00.000Z"})");
}

TEST_CASE("PostHog: the token is left out, wherever it stands") {
  CHECK(Ours(Row("posthog", "/batch"),
             R"({"event":"$pageview","distinct_id":"ada","uuid":"u-1","api_key":"k",)"
             R"("properties":{"token":"k","$lib":"web","distinct_id":"ada"}})") ==
        R"({"event_type":"$pageview","user_name":"ada","$lib":"web","distinct_id":"ada",)"
        R"("event_id":"u-1"})");
  CHECK(Ours(Row("posthog", "/e"), R"({"event":"e","properties":{"distinct_id":"ada"}})") ==
        R"({"event_type":"e","user_name":"ada","distinct_id":"ada"})");
}

TEST_CASE("Amplitude: times are milliseconds, a device is a user where there is no other") {
  CHECK(Ours(Row("amplitude", "/2/httpapi"),
             R"({"event_type":"e","device_id":"d","time":1795428000123,"insert_id":"i-1",)"
             R"("event_properties":{"a":1},"user_properties":{"b":2}})") ==
        R"({"event_type":"e","user_name":"d","device_id":"d","user_properties":{"b":2},"a":1,)"
        R"("event_id":"i-1","event_time":"2026-11-23T10:00:00.123Z"})");
}

TEST_CASE("Mixpanel: what names an event stands among its properties, times are seconds") {
  CHECK(Ours(Row("mixpanel", "/track"),
             R"({"event":"e","properties":{"token":"k","distinct_id":"ada","time":1795428000,)"
             R"("$insert_id":"i-1","a":1}})") ==
        R"({"event_type":"e","user_name":"ada","a":1,"event_id":"i-1",)"
        R"("event_time":"2026-11-23T10:00:00.000Z"})");
  CHECK(Ours(Row("mixpanel", "/engage"),
             R"({"$token":"k","$distinct_id":"ada","$set":{"level":3}})") ==
        R"({"event_type":"engage","user_name":"ada","$set":{"level":3}})");
}

TEST_CASE("Unreal: attributes are fields or a list, the time is an age, the user is in the query") {
  ForeignContext context = At("2026-11-23T10:00:00Z");
  context.user = "ada";
  context.fields = {{"SessionID", "\"s\""}};
  const Endpoint& row = Row("unreal", "/CollectData.1");
  CHECK(Ours(row, R"({"EventName":"Start","DateOffset":"+00:01:00.500","Map":"Arena"})", context) ==
        R"({"event_type":"Start","user_name":"ada","Map":"Arena","SessionID":"s",)"
        R"("event_time":"2026-11-23T09:58:59.500Z"})");
  CHECK(Ours(row, R"({"EventName":"Start","Attributes":[{"name":"Map","value":"Arena"}]})",
             context) ==
        R"({"event_type":"Start","user_name":"ada","SessionID":"s","Map":"Arena"})");
  CHECK(Ours(row, R"({"EventName":"Start","Attributes":[1]})", context) ==
        R"({"event_type":"Start","user_name":"ada","SessionID":"s","properties":)"
        R"({"Attributes":[1]}})");
}

TEST_CASE("AWS: names that are ours already stay, the data comes to the top") {
  ForeignContext context;
  context.fields = {{"application_id", "\"game\""}};
  CHECK(Ours(Row("gameanalytics-aws", "/applications/<application_id>/events"),
             R"({"event_version":"1.0.0","event_id":"i-1","event_type":"login",)"
             R"("event_name":"login_web","event_timestamp":1795428000,)"
             R"("event_data":{"user_id":"ada","level":3}})",
             context) ==
        R"({"event_type":"login","user_name":"ada","event_version":"1.0.0",)"
        R"("event_name":"login_web","application_id":"game","user_id":"ada","level":3,)"
        R"("event_id":"i-1","event_time":"2026-11-23T10:00:00.000Z"})");
}

TEST_CASE("moments are texts, seconds or milliseconds; what is none stays as it was sent") {
  CHECK(ReadMoment("1795428000") == TimestampMs(1'795'428'000'000));
  CHECK(ReadMoment("1795428000.25") == TimestampMs(1'795'428'000'250));
  CHECK(ReadMoment("1795428000123") == TimestampMs(1'795'428'000'123));
  CHECK(ReadMoment("\"2026-11-23 10:00\"") == TimestampMs(1'795'428'000'000));
  for (const char* none : {"-1", "1e300", "null", "{}", "\"soon\"", "\"\\u0032\"", "1x", ""}) {
    CHECK_FALSE(ReadMoment(none).has_value());
  }
  CHECK(Ours(Row("mixpanel", "/track"), R"({"event":"e","properties":{"time":"soon"}})") ==
        R"({"event_type":"e","event_time":"soon"})");
}

TEST_CASE("what is no object is refused, and an event without a name is left to the ingest") {
  const Endpoint& row = Row("posthog", "/batch");
  for (const char* json : {"", "1", "[]", "{", R"({"event":"\ud800"})"}) {
    CHECK(Translate(json, row, {}).error().fault == Fault::kBadInput);
  }
  CHECK(Ours(row, "{}") == "{}");
  CHECK(Ours(row, R"({"event":{},"a":1})") == R"({"event":{},"a":1})");
}

}  // namespace gamevents::collector
