// Goal: a CloudEvent becomes the same event in each of its modes, loses nothing, and is refused
// when it is none. Method: the specification's examples and its rules, in and out as text.
#include "core/collector/ingest/cloud_event.h"

#include "tests/unit/catch.h"

#include <string>
#include <vector>

namespace gamevents::collector {
namespace {

CloudEvent Structured(std::string_view json) {
  auto event = ReadStructuredCloudEvent(json);
  INFO((event ? "" : event.error().context));
  REQUIRE(event.ok());
  return std::move(event).value();
}

std::string StructuredRefusal(const std::string& members) {
  const auto event = ReadStructuredCloudEvent("{" + members + "}");
  REQUIRE_FALSE(event.ok());
  CHECK(event.error().fault == Fault::kBadInput);
  return event.error().context;
}

Result<CloudEvent> Binary(const http::Headers& more, std::string body, const std::string& type) {
  http::Headers headers = {
      {"ce-specversion", "1.0"}, {"Ce-Type", "t"}, {"CE-ID", "i"}, {"ce-source", "/s"}};
  headers.insert(headers.end(), more.begin(), more.end());
  if (!type.empty()) headers.emplace_back("Content-Type", type);
  const http::Request request{"POST", "/events", "", headers, std::move(body), "10.1.2.3"};
  return ReadBinaryCloudEvent(request, ParseMediaType(type));
}

std::string BinaryJson(const http::Headers& more, std::string body, const std::string& type = "") {
  auto event = Binary(more, std::move(body), type);
  INFO((event ? "" : event.error().context));
  REQUIRE(event.ok());
  CHECK(event->source == "/s");
  return event->json;
}

std::string BinaryRefusal(const http::Headers& more, std::string body,
                          const std::string& type = "") {
  const auto event = Binary(more, std::move(body), type);
  REQUIRE_FALSE(event.ok());
  CHECK(event.error().fault == Fault::kBadInput);
  return event.error().context;
}

const std::string kRequired = R"("specversion":"1.0","type":"t","id":"i","source":"/s")";
const std::string kRest = R"("event_id":"i","specversion":"1.0","source":"/s")";

}  // namespace

TEST_CASE("attributes and the data's fields stand side by side") {
  const CloudEvent event = Structured(
      R"({"specversion":"1.0","type":"com.example.buy","source":"/game","subject":null,)"
      R"("id":"C234","time":"2018-04-05T17:31:00Z","level":5,"vip":true,)"
      R"("datacontenttype":"application/json","data":{"item":"sword","price":1.50,"big":1e400}})");
  CHECK(event.json ==
        R"({"event_type":"com.example.buy","item":"sword","price":1.50,"big":1e400,)"
        R"("event_id":"C234","specversion":"1.0","source":"/game","time":"2018-04-05T17:31:00Z",)"
        R"("level":5,"vip":true,"datacontenttype":"application/json"})");
  CHECK(event.source == "/game");
}

TEST_CASE("a data field whose name is taken stays under data") {
  const CloudEvent event =
      Structured("{" + kRequired +
                 R"(,"level":1,"data":{"type":"x","id":7,"source":"y","l\u0065vel":2,)"
                 R"("event_type":"z","data":{"q":1},"time":3,"subject":4,"a":5}})");
  CHECK(event.json ==
        R"({"event_type":"t","type":"x","id":7,"a":5,"data":{"source":"y","l\u0065vel":2,)"
        R"("event_type":"z","data":{"q":1},"time":3,"subject":4},)" +
            kRest + R"(,"level":1})");
}

TEST_CASE("data of any other kind stays what it is") {
  const auto with = [](const std::string& member) {
    return Structured("{" + kRequired + "," + member + "}").json;
  };
  for (const std::string data : {"[1,2]", "\"text\"", "null", "1.0", "true"}) {
    CHECK(with("\"data\":" + data) == R"({"event_type":"t","data":)" + data + "," + kRest + "}");
  }
  CHECK(with(R"("data_base64":"AAE=")") ==
        R"({"event_type":"t","data_base64":"AAE=",)" + kRest + "}");
  CHECK(with(R"("data":{})") == R"({"event_type":"t",)" + kRest + "}");
  CHECK(with(R"("unset":null)") == R"({"event_type":"t",)" + kRest + "}");
}

TEST_CASE("what is no CloudEvent is refused by name") {
  const std::string start = "not a CloudEvent: ";
  CHECK(StructuredRefusal(R"("specversion":"1.0","type":"t","id":"i")") ==
        start + "the attribute source is missing");
  CHECK(StructuredRefusal(R"("specversion":"1.0","type":"","id":"i","source":"s")") ==
        start + "the attribute type must be a text that is not empty");
  CHECK(StructuredRefusal(R"("specversion":"1.0","type":"t","id":5,"source":"s")") ==
        start + "the attribute id must be a text that is not empty");
  CHECK(StructuredRefusal(R"("specversion":"0.3","type":"t","id":"i","source":"s")") ==
        start + "specversion must be 1.0, not \"0.3\"");
  CHECK(StructuredRefusal(kRequired + R"(,"id":"j")") == start + "duplicate attribute id");
  CHECK(StructuredRefusal(kRequired + R"(,"user_name":"u")")
            .starts_with(start + "an attribute's name has letters a to z and digits"));
  CHECK(StructuredRefusal(kRequired + R"(,"level":1.5)")
            .starts_with(start + "the attribute \"level\" must be a text, a whole"));
  CHECK(StructuredRefusal(kRequired + R"(,"time":"2026-11-23")")
            .starts_with(start + "the attribute time must be"));
  CHECK(StructuredRefusal(kRequired + R"(,"data":1,"data":2)") == start + "duplicate data");
  CHECK(StructuredRefusal(kRequired + R"(,"data":1,"data_base64":"")")
            .starts_with(start + "data_base64 cannot be there beside"));
  CHECK(StructuredRefusal(kRequired + R"(,"data_base64":"","data":1)")
            .starts_with(start + "data and data_base64 cannot both"));
  CHECK(StructuredRefusal(kRequired + R"(,"data_base64":"*")") ==
        start + "data_base64 must be base64");
  const std::string longest(2'048, 's');
  const std::string others = R"("specversion":"1.0","type":"t","id":"i",)";
  CHECK(Structured("{" + others + "\"source\":\"" + longest + "\"}").source == longest);
  CHECK(StructuredRefusal(others + "\"source\":\"s" + longest + "\"") ==
        start + "source has more than 2048 bytes");
  std::string many = kRequired;
  for (int i = 0; i < 97; ++i) many += ",\"x" + std::to_string(i) + "\":1";
  CHECK(StructuredRefusal(many).starts_with(start + "more than 100 attributes"));
  CHECK(StructuredRefusal("\"a\"").starts_with("not valid JSON"));
  CHECK_FALSE(ReadStructuredCloudEvent("[]").ok());
}

TEST_CASE("binary mode is known by the header of a required attribute") {
  CHECK(IsBinaryCloudEvent({{"Host", "h"}, {"CE-Type", "t"}}));
  CHECK(IsBinaryCloudEvent({{"ce-specversion", "1.0"}}));
  CHECK_FALSE(IsBinaryCloudEvent({{"ce-level", "1"}, {"Host", "h"}, {"ce-", "x"}, {"ce", "x"}}));
}

TEST_CASE("binary mode: headers are unquoted and decoded once, the body is the data") {
  const std::string start = R"({"event_type":"t",)";
  const std::string type = kRest + ",\"datacontenttype\":";
  CHECK(BinaryJson({{"ce-note", "Euro%20%E2%82%AC%20%F0%9F%98%80"},
                    {"ce-quoted", "\"a \\\"b\" c"},
                    {"ce-twice", "%2541"}},
                   R"( {"item":"sword","source":"y"} )", "application/json; charset=utf-8") ==
        start + R"("item":"sword","data":{"source":"y"},)" + kRest +
            ",\"note\":\"Euro \xE2\x82\xAC \xF0\x9F\x98\x80\",\"quoted\":\"a \\\"b c\","
            R"("twice":"%41","datacontenttype":"application/json; charset=utf-8"})");
  CHECK(BinaryJson({}, "") == start + kRest + "}");
  CHECK(BinaryJson({}, "{\"a\":1}") == start + "\"a\":1," + kRest + "}");
  CHECK(BinaryJson({}, "plain") == start + "\"data\":\"plain\"," + kRest + "}");
  CHECK(BinaryJson({}, "<x/>", "application/xml") ==
        start + "\"data\":\"<x/>\"," + type + "\"application/xml\"}");
  CHECK(BinaryJson({}, "\xFF", "text/plain") ==
        start + "\"data_base64\":\"/w==\"," + type + "\"text/plain\"}");
  CHECK(BinaryJson({}, "abc", "application/octet-stream") ==
        start + "\"data_base64\":\"YWJj\"," + type + "\"application/octet-stream\"}");
  CHECK(BinaryJson({}, "\"I'm just a string\"", "application/json") ==
        start + "\"data\":\"I'm just a string\"," + type + "\"application/json\"}");
}

TEST_CASE("binary mode refuses what its headers or its body cannot be") {
  const std::string start = "not a CloudEvent: ";
  CHECK(BinaryRefusal({{"ce-a", "%C0%A0"}}, "") == start + "the header ce-a: it is not UTF-8");
  CHECK(BinaryRefusal({{"ce-a", "100%"}}, "").find("hexadecimal") != std::string::npos);
  CHECK(BinaryRefusal({{"ce-a", "\"x"}}, "").find("quote") != std::string::npos);
  CHECK(BinaryRefusal({{"ce-id", "j"}}, "") == start + "duplicate attribute id");
  CHECK(BinaryRefusal({{"ce-datacontenttype", "x"}}, "").find("not allowed") != std::string::npos);
  CHECK(BinaryRefusal({}, "{", "application/json").starts_with(start + "the body: "));
  // Nothing gets out of the data into the event.
  CHECK(
      BinaryRefusal({}, "1,\"event_type\":\"x\"", "application/json").find("more than one JSON") !=
      std::string::npos);
  CHECK(BinaryRefusal({}, "{}}", "application/json").starts_with(start + "the body: "));
}

}  // namespace gamevents::collector
