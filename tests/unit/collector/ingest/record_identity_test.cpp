// Goal: what names an event comes back from its record's headers, and a request's key is read as
// clients write it. Method: there and back; keys and headers of every form.
#include "core/collector/ingest/record_identity.h"

#include "tests/unit/catch.h"

#include <string>
#include <vector>

namespace gamevents::collector {
namespace {

// Over those of another event, of which nothing may be left.
std::vector<kafka::Header> HeadersOf(const RecordIdentity& identity) {
  std::vector<kafka::Header> headers = {
      {"event_id", "before"}, {"event_source", std::nullopt}, {"x", "y"}, {"", ""}, {"a", "b"}};
  identity.WriteHeaders(headers);
  return headers;
}

RecordIdentity ThereAndBack(const RecordIdentity& identity) {
  const std::vector<kafka::Header> headers = HeadersOf(identity);
  std::vector<kafka::HeaderView> views;
  for (const kafka::Header& header : headers) views.push_back({header.name, *header.value});
  return ReadIdentity(views);
}

}  // namespace

TEST_CASE("an identity comes back from its headers") {
  CHECK(RecordIdentity{}.empty());
  CHECK(HeadersOf({}).empty());
  for (const RecordIdentity& identity :
       {RecordIdentity{"e", "", "", 0, 0}, RecordIdentity{"e", "/s", "", 0, 0},
        RecordIdentity{"", "", "k", 17, 0x0BADCAFE}, RecordIdentity{"e", "/s", "k", 9999, 1}}) {
    const RecordIdentity back = ThereAndBack(identity);
    CHECK(back.event_id == identity.event_id);
    CHECK(back.source == identity.source);
    CHECK(back.idempotency_key == identity.idempotency_key);
    CHECK(back.place == identity.place);
    CHECK(back.print == identity.print);
    CHECK(back.hash() == identity.hash());
  }
  CHECK(ThereAndBack({"e", "", "", 0, 0, TimestampMs(5)}).received_at == TimestampMs(5));
  CHECK_FALSE(ThereAndBack({"e", "", "", 0, 0}).received_at.has_value());
  const auto headers = HeadersOf({"", "", "k", 17, 0x0BADCAFE});
  CHECK(headers[1].value == "17/0badcafe");
}

TEST_CASE("an event's own id is its name in any request; without one its place is") {
  const RecordIdentity own{"e", "", "k", 1, 2};
  CHECK(own.hash() == RecordIdentity{"e", "", "", 5, 0}.hash());
  CHECK_FALSE(own.hash() == RecordIdentity{"e", "/s", "", 5, 0}.hash());
  CHECK_FALSE(RecordIdentity{"", "", "k", 1, 2}.hash() == RecordIdentity{"", "", "k", 2, 2}.hash());
}

TEST_CASE("headers that others wrote say nothing") {
  for (const char* place : {"", "1", "1/", "/1", "x/1", "1/xyz", "1/123456789", "-1/1", "1/1 "}) {
    INFO(place);
    const std::vector<kafka::HeaderView> views = {{"idempotency_key", "k"},
                                                  {"idempotency_place", place}};
    CHECK(ReadIdentity(views).empty());
  }
  const std::vector<kafka::HeaderView> null = {{"event_id", std::nullopt}, {"trace", "x"}};
  CHECK(ReadIdentity(null).empty());
}

TEST_CASE("an Idempotency-Key, quoted or bare") {
  const auto read = [](const http::Headers& headers) { return ReadIdempotencyKey(headers); };
  CHECK(read({{"Host", "h"}}).value() == std::nullopt);
  CHECK(read({{"idempotency-key", "\"8e03978e-40d5\""}}).value() == "8e03978e-40d5");
  CHECK(read({{"Idempotency-Key", "abc"}}).value() == "abc");
  CHECK(read({{"Idempotency-Key", std::string(kIdempotencyKeyBytesMax, 'k')}}).ok());
  for (const std::string& bad :
       {std::string(), std::string("\"\""), std::string("a b"), std::string("\xC3\xA9"),
        std::string("a\x7F"), std::string(kIdempotencyKeyBytesMax + 1, 'k')}) {
    INFO(bad);
    CHECK_FALSE(read({{"Idempotency-Key", bad}}).ok());
  }
  CHECK_FALSE(read({{"Idempotency-Key", "a"}, {"idempotency-key", "a"}}).ok());
}

TEST_CASE("a content's print changes with all that its events are made of") {
  const http::Request request{"POST", "/events",
                              "",     {{"Content-Type", "t"}, {"ce-id", "1"}, {"Date", "today"}},
                              "body", "10.1.2.3"};
  http::Request same = request;
  same.headers[2].second = "tomorrow";
  CHECK(ContentPrint(same) == ContentPrint(request));
  for (size_t i = 0; i < 2; ++i) {
    http::Request other = request;
    other.headers[i].second += "x";
    CHECK(ContentPrint(other) != ContentPrint(request));
  }
  http::Request other = request;
  other.body = "Body";
  CHECK(ContentPrint(other) != ContentPrint(request));
}

}  // namespace gamevents::collector
