// Goal: what is taken in is the client's event and what was missing, in one line; what is no event
// is refused with the reason. Method: events in and out as text; the ids taken out of the way.
#include "core/collector/ingest/incoming.h"

#include "tests/unit/catch.h"

#include <optional>
#include <string>

namespace gamevents::collector {
namespace {

const Stamp kStamp{TimestampMs(1'795'428'000'123), "10.1.2.3", {}};
const std::string kAdded =
    "\"received_at\":\"2026-11-23T10:00:00.123Z\",\"remote_ip\":\"10.1.2.3\"";

Incoming Take(std::string_view json, const Stamp& stamp = kStamp) {
  IncomingReader reader;
  // What was there before must not come through.
  Incoming incoming{"{}", "before", "before", "before", "before", true, TimestampMs(1)};
  REQUIRE_FALSE(reader.Read(json, stamp, incoming));
  return incoming;
}

std::string Refusal(std::string_view json) {
  IncomingReader reader;
  Incoming incoming;
  const auto refused = reader.Read(json, kStamp, incoming);
  REQUIRE(refused);
  CHECK(refused->status() == 400);
  return refused->detail;
}

}  // namespace

TEST_CASE("an event keeps what it has and gets what it lacks") {
  const Incoming own = Take(R"({"event_type":"buy","price":1.50,"event_id":"e1"})");
  CHECK(own.json == R"({"event_type":"buy","price":1.50,"event_id":"e1",)" + kAdded + "}");
  CHECK(own.id == "e1");
  CHECK_FALSE(own.user.has_value());

  const Incoming none = Take(R"( {"event_type":"buy"} )");
  CHECK(none.json.starts_with(R"({"event_type":"buy","event_id":"01a207d9-217b-7)"));
  CHECK(none.json.ends_with("," + kAdded + "}"));
  CHECK(none.id.empty());
  CHECK(Take(R"({"event_type":"buy"})").json != none.json);

  const std::string_view all =
      R"({"event_type":"a","event_id":"i","received_at":5,"remote_ip":null})";
  CHECK(Take(all).json == all);
}

TEST_CASE("an event becomes one line whatever its layout") {
  const Incoming incoming = Take(
      "{\r\n  \"event_type\": \"a\",\n  \"event_id\": \"i\",\n"
      "  \"list\": [1,\n 2]\n}\n");
  CHECK(incoming.json == R"({"event_type": "a","event_id": "i","list": [1,2],)" + kAdded + "}");
}

TEST_CASE("the user is the first of four fields that can be one") {
  const auto user = [](const std::string& fields) {
    return Take(R"({"event_type":"a",)" + fields + "}").user;
  };
  CHECK(user(R"("user":"d","user_id":"c","purchase_user":"b","user_name":"a")") == "a");
  CHECK(user(R"("user":"d","user_id":"c","purchase_user":"b")") == "b");
  CHECK(user(R"("user":"d","user_id":42)") == "42");
  CHECK(user(R"("user":"d","user_id":"")") == "d");
  CHECK(user(R"("user":{"name":"x"},"user_id":1.5)") == std::nullopt);
  CHECK(user("\"user\":\"" + std::string(kUserBytesMax + 1, 'u') + "\"") == std::nullopt);
  CHECK(user(R"("us\u0065r":"e")") == "e");
  // Beyond a long they are still different users.
  for (const std::string& digits :
       {std::string("12345678901234567890"), std::string("18446744073709551616"),
        std::string("-9223372036854775809"), std::string(kUserBytesMax, '7')}) {
    CHECK(user("\"x\":[1,{}],\"user\":" + digits + " ,\"y\":2") == digits);
  }
  CHECK(user("\"user\":" + std::string(kUserBytesMax + 1, '7')) == std::nullopt);
  for (const char* number : {"1e3", "7.0", "12345678901234567890.0", "1E400"}) {
    CHECK(user(std::string("\"user\":") + number) == std::nullopt);
  }
}

TEST_CASE("a command is under the user whom the fold takes for its own") {
  const auto user = [](const std::string& fields) { return Take("{" + fields + "}").user; };
  CHECK(user(R"("event_type":"purchase_sword","user_id":7,"user":"bobby")") == "bobby");
  CHECK(user(R"("event_type":"purchase_sword","user_name":"n","purchase_user":"p")") == "p");
  CHECK(user(R"("event_type":"join_a_guild","joined_guild":"g","user_name":"n","user":"u")") ==
        "n");
  CHECK(user(R"("event_type":"checkout","user_name":"n","user":"u")") == "u");
  CHECK(user(R"("event_type":"checkout","user":"u","user":"v")") == "v");
}

TEST_CASE("a command that the fold would pass over is refused with the reason") {
  CHECK(Refusal(R"({"event_type":"purchase_sword","user_id":7})") ==
        "purchase_sword changes what a user has, and user_id must be a text of 1 to 1024 bytes");
  CHECK(Refusal(R"({"event_type":"add_to_cart","user":"u"})") ==
        "add_to_cart changes what a user has, and item must be a text of 1 to 64 bytes");
  CHECK(Refusal(R"({"event_type":"use_item","user":"u","item":"a","quantity":"2"})") ==
        "use_item changes what a user has, and quantity must be a whole number from 1 to 1000000");
}

TEST_CASE("headers join an event, whose own fields win in any case") {
  Stamp stamp = kStamp;
  stamp.headers = {{"Host", "h"}, {"User-Agent", "curl"}, {"Event_Type", "x"}, {"Level", "\""}};
  const Incoming incoming = Take(R"({"event_type":"a","event_id":"i","user-agent":"me"})", stamp);
  CHECK(incoming.json == R"({"event_type":"a","event_id":"i","user-agent":"me",)" + kAdded +
                             R"(,"Host":"h","Level":"\""})");
}

TEST_CASE("what is no event is refused with the reason") {
  CHECK(Refusal("[]").starts_with("not a JSON object"));
  CHECK(Refusal("").starts_with("empty"));
  CHECK(Refusal("{\"event_type\":\"a\"").starts_with("not valid JSON"));
  CHECK(Refusal("{\"event_type\":\"\xC3\"}") == "not valid UTF-8");
  CHECK(Refusal("{\"event_type\":\"a\nb\"}").starts_with("not valid JSON"));
  CHECK(Refusal("{}") == "it has no event_type, which says what happened");
  CHECK(Refusal(R"({"event_type":""})") == "event_type must not be empty");
  CHECK(Refusal(R"({"event_type":7})") == "event_type must be a text");
  CHECK(Refusal(R"({"event_type":"a","event_type":"b"})") == "event_type stands in it twice");
  CHECK(Refusal(R"({"event_type":"a","event_id":7})") == "event_id must be a text");
  CHECK(Refusal(R"({"event_type":"a","event_id":""})") == "event_id must not be empty");
  CHECK(Refusal(R"({"event_type":"a","event_id":"1","event_id":"1"})") ==
        "event_id stands in it twice");
  const std::string longest(kEventTypeBytesMax, 't');
  CHECK(Take("{\"event_type\":\"" + longest + "\"}").id.empty());
  CHECK(Refusal("{\"event_type\":\"" + longest + "t\"}") ==
        "event_type has 257 bytes; at most 256 are taken");
  const auto nested = [](int depth) {
    const auto count = static_cast<size_t>(depth);
    return R"({"event_type":"a","x":)" + std::string(count, '[') + std::string(count, ']') + "}";
  };
  CHECK(Take(nested(event::kDocumentDepthMax - 1)).id.empty());
  CHECK(Refusal(nested(event::kDocumentDepthMax)).starts_with("JSON nested deeper than 64"));
}

TEST_CASE("the time that an event says is read where it is asked for") {
  const auto read = [](const std::string& fields, TimeField field) {
    Stamp stamp = kStamp;
    stamp.time_field = field;
    return Take(R"({"event_type":"a",)" + fields + "}", stamp);
  };
  const std::string own = R"("event_time":"2026-11-20T08:00:00+01:00")";
  const std::string cloud = R"("time":"2026-11-21T00:00:00Z")";
  constexpr TimestampMs kOwn(1'795'158'000'000);
  constexpr TimestampMs kCloud(1'795'219'200'000);
  CHECK(read(own, TimeField::kEventTime).time == kOwn);
  CHECK(read(R"("event_time":1795158000000)", TimeField::kEventTime).time == kOwn);
  CHECK(read(own + "," + cloud, TimeField::kEventTime).time == kOwn);
  CHECK(read(own + "," + cloud, TimeField::kCloud).time == kCloud);
  CHECK(read(own, TimeField::kCloud).time == kOwn);
  CHECK_FALSE(read(own, TimeField::kNone).says_time);
  CHECK_FALSE(read(cloud, TimeField::kEventTime).says_time);
  for (const char* wrong : {R"("event_time":"yesterday")", R"("event_time":null)",
                            R"("event_time":-5)", R"("event_time":1.5)", R"("event_time":{})"}) {
    INFO(wrong);
    const Incoming incoming = read(wrong, TimeField::kEventTime);
    CHECK(incoming.says_time);
    CHECK_FALSE(incoming.time.has_value());
  }
  CHECK_FALSE(read(own + "," + own, TimeField::kEventTime).time.has_value());
  // What it says stays as it was.
  CHECK(read(own, TimeField::kEventTime).json.find(own) != std::string::npos);
}

}  // namespace gamevents::collector
