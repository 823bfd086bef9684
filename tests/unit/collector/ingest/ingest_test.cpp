// Goal: POST /events stores what it says that it stored, says why of the rest, and answers when
// every event's fate is known. Method: a producer that keeps what it is sent and reports what the
// test tells it to; requests of every form.
#include "core/collector/ingest/ingest.h"

#include "core/base/clock.h"
#include "core/base/text.h"
#include "core/collector/ingest/event_times.h"
#include "core/collector/ingest/rejected_record.h"
#include "core/collector/request/body.h"
#include "tests/support/fixed_clock.h"
#include "tests/unit/catch.h"
#include "tests/unit/collector/fake_producer.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace gamevents::collector {
namespace {

using Answer = std::shared_ptr<std::optional<http::Response>>;

struct Fixture {
  explicit Fixture(const std::string& rejected_topic = "",
                   PrivacyOptions privacy = {.redact_headers = {"X-Session"}})
      : events(Privacy(std::move(privacy)), clock) {
    options.topic = "events";
    options.rejected_topic = rejected_topic;
    options.event_bytes_max = 100;
    options.batch_events_max = 5;
    duplicates->Recalled();
  }

  Answer Post(std::string body, http::Headers headers = {}) {
    return PostVia(producer, std::move(body), std::move(headers));
  }

  Answer PostVia(kafka::Producer& sender, std::string body, http::Headers headers) {
    const Ingest ingest(options, sender, events, duplicates, clock);
    auto answer = std::make_shared<std::optional<http::Response>>();
    http::Request request{"POST", "/events", "", std::move(headers), std::move(body), "10.1.2.3"};
    request.lease = http::BodyLease::Take(memory, request.body.size());
    const auto reply = [answer](http::Response response) {
      REQUIRE_FALSE(answer->has_value());
      *answer = std::move(response);
    };
    ingest.route().handler({request, {}, reply});
    return answer;
  }

  // Acknowledges the oldest record that was sent, unless told otherwise, and gives it.
  kafka::OutgoingRecord Deliver(Result<kafka::Delivery> delivery = kafka::Delivery{0, 1}) {
    FakeProducer::Sent sent = producer.Take();
    sent.on_delivery(std::move(delivery));
    return std::move(sent.record);
  }

  FixedClock clock{kTestNow + 123};
  const std::shared_ptr<http::FrontEndMemory> memory =
      std::make_shared<http::FrontEndMemory>(int64_t{1} << 30);
  FakeProducer producer;
  const EventBuilder events;
  IngestOptions options;
  std::shared_ptr<Duplicates> duplicates =
      std::make_shared<Duplicates>(DuplicatesOptions{std::chrono::minutes(10), 1'000});
};

// Acknowledges what is sent together at once, as one run of records.
class RunProducer final : public kafka::Producer {
 public:
  kafka::Sent SendAll(std::span<kafka::OutgoingRecord> records, size_t first,
                      const OnDelivery& on_delivery) override {
    on_delivery(kafka::Delivery{2, offset_}, {first, records.size()});
    offset_ += static_cast<int64_t>(records.size());
    return {records.size()};
  }
  Status Flush(std::chrono::milliseconds) override { return Done{}; }
  int64_t QueuedRecords() const override { return 0; }

 private:
  int64_t offset_ = 40;
};

int StatusOf(const Answer& answer) {
  REQUIRE(answer->has_value());
  return (*answer)->status;
}

std::string BodyOf(const Answer& answer) {
  REQUIRE(answer->has_value());
  return (*answer)->body;
}

bool Says(const Answer& answer, const std::string& text) {
  INFO(BodyOf(answer));
  return BodyOf(answer).find(text) != std::string::npos;
}

}  // namespace

TEST_CASE("one event gets the headers, an event of a batch does not") {
  Fixture fixture;
  const Answer one =
      fixture.Post(R"({"event_type":"a","event_id":"1","user_name":"u"})",
                   {{"host", "h"}, {"cookie", "c"}, {"x-session", "s"}, {"user-agent", "t"}});
  CHECK_FALSE(one->has_value());
  const kafka::OutgoingRecord record = fixture.Deliver();
  CHECK(record.topic == "events");
  CHECK(record.key == "u");
  CHECK(record.timestamp == fixture.clock.Now());
  CHECK(record.value == R"({"event_type":"a","event_id":"1","user_name":"u",)"
                        R"("received_at":"2026-11-23T10:00:00.123Z","remote_ip":"10.1.2.3",)"
                        R"("Host":"h","User-Agent":"t"})");
  REQUIRE(record.headers.size() == 1);
  CHECK(record.headers[0].name == "event_id");
  CHECK(record.headers[0].value == "1");
  CHECK(StatusOf(one) == 200);
  CHECK(BodyOf(one) == "{\"accepted\":1,\"duplicates\":0,\"rejected\":[]}\n");

  fixture.Post(R"([{"event_type":"a"}])", {{"host", "h"}});
  const kafka::OutgoingRecord in_batch = fixture.Deliver();
  CHECK(in_batch.value->ends_with(R"("remote_ip":"10.1.2.3"})"));
  CHECK(in_batch.headers.empty());
}

TEST_CASE("each event of a request has its own fate, and the last one gives the answer") {
  Fixture fixture;
  const std::string body =
      "{\"event_type\":\"a\"}\n{nonsense\n{\"event_type\":\"b\"}\n"
      "{\"event_type\":\"c\",\"x\":\"" +
      std::string(100, 'x') + "\"}\n{\"event_type\":\"d\"}";
  const Answer answer = fixture.Post(body, {{"content-type", "application/x-ndjson"}});
  const FakeProducer::Sent first = fixture.producer.Take();
  const FakeProducer::Sent second = fixture.producer.Take();
  const FakeProducer::Sent third = fixture.producer.Take();
  third.on_delivery(Error{Fault::kUnavailable, "slow"});
  second.on_delivery(kafka::Delivery{0, 2});
  CHECK_FALSE(answer->has_value());
  first.on_delivery(kafka::Delivery{0, 1});
  CHECK(StatusOf(answer) == 503);
  CHECK(BodyOf(answer).starts_with(
      "{\"accepted\":2,\"duplicates\":0,\"rejected\":[{\"index\":1,\"error\":\"not valid JSON"));
  CHECK(Says(answer, "{\"index\":3,\"error\":\"the event has 125 bytes; at most 100 are taken"));
  CHECK(Says(answer,
             "{\"index\":4,\"error\":\"Kafka did not acknowledge it; it may or may not be stored: "
             "slow\",\"retryable\":true,\"code\":\"not_acknowledged\"}"));
}

TEST_CASE("what Kafka says of an event decides whether to try again") {
  struct Case {
    Fault fault;
    int status;
    std::string error;
  };
  const std::vector<Case> cases = {
      {Fault::kBadInput, 400, "Kafka does not take this event: why\",\"retryable\":false"},
      {Fault::kFull, 503, "too many events are waiting for Kafka; not stored: why\",\"retryable\""},
      {Fault::kNotFound, 503, "not stored: why\",\"retryable\":true"},
      {Fault::kClosed, 503, "not stored: why\",\"retryable\":true"},
  };
  for (const Case& expected : cases) {
    for (const bool at_once : {true, false}) {
      INFO(FaultName(expected.fault) << (at_once ? " at once" : " later"));
      Fixture fixture;
      const Error error{expected.fault, "why"};
      if (at_once) fixture.producer.refusal = error;
      const Answer answer = fixture.Post(R"({"event_type":"a"})");
      if (!at_once) fixture.Deliver(error);
      CHECK(StatusOf(answer) == expected.status);
      CHECK(Says(answer, expected.error));
    }
  }
}

TEST_CASE("behind an event that found no room none is sent") {
  Fixture fixture;
  fixture.producer.refusal = Error{Fault::kFull, "full"};
  const Answer answer = fixture.Post(R"([{"event_type":"a"},{"event_type":"b"}])");
  CHECK(StatusOf(answer) == 503);
  CHECK(Says(answer, "{\"index\":1,\"error\":\"not stored: an event before it found no room"));
}

TEST_CASE("what was kept back behind an event that found no room can be sent again") {
  Fixture fixture;
  const auto event = [](const std::string& id) {
    return R"({"event_type":"a","event_id":")" + id + R"("})";
  };
  fixture.Post(event("old"));
  fixture.Deliver();
  // The second is the first that the producer refuses.
  fixture.producer.refusal = Error{Fault::kFull, "full"};
  fixture.producer.refuses_number = 1;
  const Answer answer = fixture.Post("[" + event("1") + "," + event("2") + "," + event("old") +
                                     "," + event("3") + "," + event("3") + "]");
  fixture.producer.refusal.reset();
  CHECK(fixture.Deliver().value->find(R"("event_id":"1")") != std::string::npos);
  CHECK(StatusOf(answer) == 503);
  CHECK(
      BodyOf(answer).starts_with("{\"accepted\":1,\"duplicates\":1,\"rejected\":[{\"index\":1,"
                                 "\"error\":\"too many events are waiting for Kafka"));
  CHECK(Says(answer, "{\"index\":3,\"error\":\"not stored: an event before it found no room"));
  const Answer again = fixture.Post("[" + event("2") + "," + event("3") + "]");
  fixture.Deliver();
  fixture.Deliver();
  CHECK(BodyOf(again) == "{\"accepted\":2,\"duplicates\":0,\"rejected\":[]}\n");
}

TEST_CASE("events of a large batch are sent in their order, and only what is wrong is left out") {
  Fixture fixture;
  fixture.options.batch_events_max = 1'000;
  std::string body;
  for (int i = 0; i < 300; ++i) {
    body += i % 50 == 7 ? "{nonsense\n" : "{\"event_type\":\"a" + std::to_string(i) + "\"}\n";
  }
  const Answer answer = fixture.Post(body, {{"content-type", "application/x-ndjson"}});
  for (int i = 0; i < 300; ++i) {
    if (i % 50 == 7) continue;
    INFO(i);
    REQUIRE_FALSE(answer->has_value());
    const kafka::OutgoingRecord record = fixture.Deliver();
    REQUIRE(record.topic == "events");
    REQUIRE(record.headers.empty());
    REQUIRE(record.value->starts_with("{\"event_type\":\"a" + std::to_string(i) + "\""));
  }
  CHECK(
      BodyOf(answer).starts_with("{\"accepted\":294,\"duplicates\":0,\"rejected\":[{\"index\":7,"));
}

TEST_CASE(
    "whoever asks is told where each event is, also of those that are acknowledged together") {
  Fixture fixture;
  RunProducer producer;
  const std::string body =
      R"([{"event_type":"a","event_id":"1"},{"event_type":"a"},{"event_type":"a","event_id":"1"},)"
      R"({"event_type":"a","event_id":"3"}])";
  const Answer answer = fixture.PostVia(producer, body, {{"prefer", "return=representation"}});
  CHECK(StatusOf(answer) == 200);
  CHECK(BodyOf(answer).starts_with(R"({"accepted":3,"duplicates":1,"rejected":[],"stored":[)"
                                   R"({"index":0,"event_id":"1","partition":2,"offset":40},)"
                                   R"({"index":1,"event_id":")"));
  CHECK_FALSE(Says(answer, R"("event_id":"")"));
  CHECK(Says(answer, R"("partition":2,"offset":41},)"
                     R"({"index":3,"event_id":"3","partition":2,"offset":42}]})"));
}

TEST_CASE("what an event has is not left over for the next, whose memory is the same") {
  Fixture fixture;
  fixture.Post(R"({"event_type":"a","event_id":"1","user_name":"u"})", {{"idempotency-key", "k"}});
  CHECK(fixture.Deliver().headers.size() == 3);
  fixture.Post(R"({"event_type":"b"})");
  const kafka::OutgoingRecord plain = fixture.Deliver();
  CHECK(plain.headers.empty());
  CHECK_FALSE(plain.key.has_value());
  CHECK(plain.value->starts_with(R"({"event_type":"b","event_id":")"));
}

TEST_CASE("a repeat is a duplicate, in the same request, later, and while the first is under way") {
  Fixture fixture;
  const std::string event = R"({"event_type":"a","event_id":"1"})";
  const Answer first = fixture.Post("[" + event + "," + event + "]");
  const Answer meanwhile = fixture.Post(event);
  CHECK_FALSE(meanwhile->has_value());
  fixture.Deliver();
  CHECK(BodyOf(first) == "{\"accepted\":1,\"duplicates\":1,\"rejected\":[]}\n");
  CHECK(BodyOf(meanwhile) == "{\"accepted\":0,\"duplicates\":1,\"rejected\":[]}\n");
  const Answer later = fixture.Post(event);
  CHECK(StatusOf(later) == 200);
  CHECK(BodyOf(later) == "{\"accepted\":0,\"duplicates\":1,\"rejected\":[]}\n");
}

TEST_CASE("when Kafka refuses the first, the repeat that waits for it is sent in its turn") {
  Fixture fixture;
  const std::string event = R"({"event_type":"a","event_id":"1"})";
  const Answer first = fixture.Post(event);
  const Answer second = fixture.Post(event);
  fixture.Deliver(Error{Fault::kBadInput, "too large"});
  CHECK(StatusOf(first) == 400);
  CHECK_FALSE(second->has_value());
  fixture.Deliver();
  CHECK(StatusOf(second) == 200);
  CHECK(Says(fixture.Post(event), "\"duplicates\":1"));
}

TEST_CASE("when Kafka is away, repeats fail with the first, at once and alike") {
  Fixture fixture;
  const std::string event = R"({"event_type":"a","event_id":"1"})";
  const http::Headers key = {{"Idempotency-Key", "k"}};
  std::vector<Answer> answers = {fixture.Post("[" + event + "," + event + "]")};
  for (int i = 0; i < 2; ++i) answers.push_back(fixture.Post(event));
  std::vector<Answer> keyed;
  for (int i = 0; i < 3; ++i) keyed.push_back(fixture.Post(R"({"event_type":"b"})", key));
  for (int i = 0; i < 2; ++i) fixture.Deliver(Error{Fault::kUnavailable, "away"});
  for (const Answer& answer : answers) {
    CHECK(StatusOf(answer) == 503);
    CHECK(Says(answer, "it may or may not be stored: away\",\"retryable\":true"));
  }
  for (const Answer& answer : keyed) CHECK(BodyOf(answer) == BodyOf(keyed.front()));
  const Answer again = fixture.Post(event);
  fixture.Deliver();
  CHECK(StatusOf(again) == 200);
}

TEST_CASE("an Idempotency-Key makes a whole request repeatable, event by event") {
  Fixture fixture;
  const http::Headers key = {{"Idempotency-Key", "\"k\""}};
  const std::string body = R"([{"event_type":"a"},{"event_type":""},{"event_type":"b"}])";
  const Answer first = fixture.Post(body, key);
  CHECK(fixture.Deliver().headers.at(1).value->starts_with("0/"));
  fixture.Deliver(Error{Fault::kUnavailable, "slow"});
  CHECK(StatusOf(first) == 503);
  // Only what is missing is stored now.
  const Answer second = fixture.Post(body, key);
  CHECK(fixture.Deliver().headers.at(1).value->starts_with("2/"));
  CHECK(StatusOf(second) == 200);
  CHECK(BodyOf(second).starts_with("{\"accepted\":1,\"duplicates\":1,\"rejected\":[{\"index\":1,"));
  const Answer third = fixture.Post(body, key);
  CHECK(BodyOf(third).starts_with("{\"accepted\":0,\"duplicates\":2,\"rejected\":[{\"index\":1,"));
  CHECK(StatusOf(fixture.Post(R"([{"event_type":"c"}])", key)) == 422);
  CHECK(StatusOf(fixture.Post(body, {{"Idempotency-Key", ""}})) == 400);
}

TEST_CASE("before the past is known, only events without a name are taken") {
  Fixture fixture;
  fixture.duplicates = std::make_shared<Duplicates>(DuplicatesOptions{std::chrono::minutes(1), 10});
  const Answer named = fixture.Post(R"({"event_type":"a","event_id":"1"})");
  CHECK(StatusOf(named) == 503);
  CHECK(Says(named, "are not read back yet"));
  const Answer unnamed = fixture.Post(R"({"event_type":"a"})");
  fixture.Deliver();
  CHECK(StatusOf(unnamed) == 200);
}

TEST_CASE("switched off, a repeat is an event like any other") {
  Fixture fixture;
  fixture.duplicates = std::make_shared<Duplicates>(DuplicatesOptions{{}, 10});
  for (int i = 0; i < 2; ++i) {
    const Answer answer =
        fixture.Post(R"({"event_type":"a","event_id":"1"})", {{"Idempotency-Key", "k"}});
    fixture.Deliver();
    CHECK(Says(answer, "\"accepted\":1"));
  }
}

TEST_CASE("what is refused for its content is kept before the answer") {
  Fixture fixture("bad");
  const Answer answer = fixture.Post(R"([{"event_type":"a"}, {"x":1}])");
  fixture.Deliver();
  CHECK_FALSE(answer->has_value());
  const kafka::OutgoingRecord kept = fixture.Deliver();
  CHECK(kept.topic == "bad");
  CHECK(kept.value->find(R"("index":1,"offset":21,"size":7,"raw":"{\"x\":1}")") !=
        std::string::npos);
  CHECK(StatusOf(answer) == 200);
  CHECK(Says(answer, "\"kept\":true"));
}

TEST_CASE("what cannot be kept costs the good ones nothing, and is said") {
  Fixture fixture("bad");
  const Answer answer = fixture.Post(R"([{"event_type":"a"}, {"x":1}])");
  fixture.Deliver();
  fixture.Deliver(Error{Fault::kNotFound, "no topic"});
  CHECK(StatusOf(answer) == 200);
  CHECK(Says(answer, "\"kept\":false}],\"rejected_topic_error\":\"no topic\"}"));
}

TEST_CASE("the body is held until it is read, and longer only for what Kafka refuses") {
  for (const char* rejected_topic : {"", "bad"}) {
    INFO(rejected_topic);
    Fixture fixture(rejected_topic);
    const bool kept = *rejected_topic != 0;
    const Answer first = fixture.Post(R"([{"event_type":"a","event_id":"1"},{"event_type":"b"}])");
    CHECK((fixture.memory->bytes() > 0) == kept);
    const Answer repeat = fixture.Post(R"({"event_type":"a","event_id":"1"})");
    fixture.Deliver(Error{Fault::kBadInput, "too large"});
    CHECK_FALSE(repeat->has_value());
    fixture.Deliver();
    if (kept) {
      const std::string record = fixture.Deliver().value.value();
      CHECK(record.find(R"("offset":1,"size":33,"raw":"{\"event_type\":\"a\")") !=
            std::string::npos);
    }
    fixture.Deliver();
    CHECK(StatusOf(first) == 200);
    CHECK(StatusOf(repeat) == 200);
    CHECK(fixture.memory->bytes() == 0);
  }
}

TEST_CASE("what one request has kept of it is bounded, and the answer says so") {
  Fixture fixture("bad");
  constexpr size_t kLines = 50'000;
  fixture.options.batch_events_max = kLines;
  std::string body;
  for (size_t i = 0; i < kLines; ++i) body += "x\n";
  // Headers as they made each record large.
  const Answer answer = fixture.Post(
      body, {{"Content-Type", "application/x-ndjson"}, {"ce-a", std::string(1'000, 'a')}});
  size_t bytes = 0;
  size_t records = 0;
  while (!answer->has_value()) {
    const kafka::OutgoingRecord record = fixture.Deliver();
    CHECK(record.value->find("ce_headers") == std::string::npos);
    bytes += record.value->size();
    ++records;
  }
  CHECK(bytes <= kRejectedRequestMax);
  CHECK(bytes > kRejectedRequestMax - 1'000);
  CHECK(records < kLines);
  CHECK(StatusOf(answer) == 400);
  CHECK(Says(answer,
             "{\"index\":49999,\"error\":\"not a JSON object, which would begin with '{'\","
             "\"retryable\":false,\"code\":\"malformed_event\",\"kept\":false}]"));
  CHECK(Says(answer,
             "\"rejected_topic_error\":\"what is refused of one request is kept up to 8 MiB"));
}

TEST_CASE("a body that cannot be told apart is refused and kept whole") {
  Fixture fixture("bad");
  const Answer broken = fixture.Post("[{\"event_type\":\"a\"},");
  CHECK_FALSE(broken->has_value());
  CHECK(fixture.Deliver().value->find("\"index\":null,\"offset\":0,\"size\":20,") !=
        std::string::npos);
  CHECK(StatusOf(broken) == 400);
  CHECK(Says(broken, "\"kept\":true"));
  CHECK(StatusOf(fixture.Post("")) == 400);
  const Answer many = fixture.Post("[1,2,3,4,5,6]");
  CHECK(StatusOf(many) == 413);
  CHECK(Says(many, "more than 5 events"));
}

TEST_CASE("a batch without events is answered at once") {
  Fixture fixture;
  CHECK(StatusOf(fixture.Post("[]")) == 200);
}

TEST_CASE("types that are not taken are refused") {
  Fixture fixture;
  const std::string body = R"({"event_type":"a"})";
  for (const char* type : {"text/plain", "application/x-www-form-urlencoded", "application/xml",
                           "application/cloudevents+avro", "application/json; charset=latin1"}) {
    INFO(type);
    CHECK(StatusOf(fixture.Post(body, {{"Content-Type", type}})) == 415);
  }
  for (const char* type : {"application/json", "Application/Vnd.Game+JSON; charset=UTF-8",
                           "application/x-ndjson", "application/jsonl"}) {
    const Answer answer = fixture.Post(body, {{"content-type", type}});
    fixture.Deliver();
    CHECK(StatusOf(answer) == 200);
  }
}

TEST_CASE("a charset that is not UTF-8 is named") {
  Fixture fixture;
  const auto post = [&fixture](const std::string& charset) {
    return fixture.Post(R"({"event_type":"a"})",
                        {{"Content-Type", "application/json; charset=" + charset}});
  };
  const Answer answer = post("UTF8");
  fixture.Deliver();
  CHECK(StatusOf(answer) == 200);
  CHECK(Says(post("Windows-1252"), "events are UTF-8, not windows-1252\""));
  CHECK(Says(post("\xFF"), "events are UTF-8, not \xC3\xBF\""));
}

TEST_CASE("a byte order mark costs no event, and one in the middle is named") {
  Fixture fixture;
  const std::string mark(kByteOrderMark);
  const http::Headers lines = {{"Content-Type", "application/x-ndjson"}};
  const Answer both =
      fixture.Post(mark + "{\"event_type\":\"a\"}\n{\"event_type\":\"b\"}\n", lines);
  CHECK(fixture.Deliver().value->starts_with(R"({"event_type":"a",)"));
  fixture.Deliver();
  CHECK(Says(both, "\"accepted\":2"));
  const Answer second =
      fixture.Post("{\"event_type\":\"a\"}\n" + mark + "{\"event_type\":\"b\"}\n", lines);
  fixture.Deliver();
  CHECK(Says(second, "\"index\":1,\"error\":\"it begins with a byte order mark, EF BB BF, which"));
  const http::Headers binary = {{"ce-specversion", "1.0"},
                                {"ce-type", "t"},
                                {"ce-id", "1"},
                                {"ce-source", "/s"},
                                {"Content-Type", "application/json"}};
  fixture.Post(mark + R"({"user":"u"})", binary);
  CHECK(fixture.Deliver().key == "u");
}

TEST_CASE("reasons that repeat what a client sent are kept as text, wherever they are cut") {
  Fixture fixture("bad");
  fixture.options.event_bytes_max = 10'000;
  const std::string required = R"("specversion":"1.0","type":"t","id":"1","source":"/s")";
  const http::Headers structured = {{"Content-Type", "application/cloudevents+json"}};
  for (size_t length = 120; length < 136; ++length) {
    // The name is cut within a character.
    const std::string name = std::string(length, 'a') + "\xF0\x9F\x97\xA1\xF0\x9F\x97\xA1";
    const Answer answer = fixture.Post("{" + required + ",\"" + name + "\":\"x\"}", structured);
    const std::string record = fixture.Deliver().value.value();
    CHECK(IsUtf8(record));
    CHECK(StatusOf(answer) == 400);
    CHECK(IsUtf8(BodyOf(answer)));
  }
  const http::Headers binary = {{"ce-specversion", "1.0"},
                                {"ce-type", "t"},
                                {"ce-id", "1"},
                                {"ce-source", "/s"},
                                {"ce-\xFF", "x"}};
  const Answer answer = fixture.Post("{}", binary);
  CHECK(IsUtf8(fixture.Deliver().value.value()));
  CHECK(Says(answer, "digits only, not \\\"\xC3\xBF\\\""));
}

TEST_CASE("a text is taken as JSON from a page whose origin is listed by name") {
  Fixture fixture;
  fixture.options.cors = Cors({"https://game.example", "*"});
  const auto beacon = [&fixture](const std::string& origin) {
    return fixture.Post(R"({"event_type":"unload"})",
                        {{"Content-Type", "text/plain;charset=UTF-8"}, {"Origin", origin}});
  };
  const Answer answer = beacon("https://game.example");
  fixture.Deliver();
  CHECK(StatusOf(answer) == 200);
  CHECK(StatusOf(beacon("https://evil.example")) == 415);
}

TEST_CASE("CloudEvents in each mode become the same event") {
  Fixture fixture;
  const std::string structured =
      R"({"specversion":"1.0","type":"t","id":"1","source":"/s","data":{"user":"u"}})";
  const Answer one =
      fixture.Post(structured, {{"Content-Type", "application/cloudevents+json; charset=utf-8"}});
  const kafka::OutgoingRecord record = fixture.Deliver();
  CHECK(record.key == "u");
  CHECK(record.value->starts_with(
      R"({"event_type":"t","user":"u","event_id":"1","specversion":"1.0","source":"/s",)"));
  REQUIRE(record.headers.size() == 2);
  CHECK(record.headers[1].name == "event_source");

  const Answer batch = fixture.Post("[" + structured + R"(,{"type":"t"}])",
                                    {{"Content-Type", "application/cloudevents-batch+json"}});
  CHECK(
      BodyOf(batch).starts_with("{\"accepted\":0,\"duplicates\":1,\"rejected\":[{\"index\":1,"
                                "\"error\":\"not a CloudEvent: "));
  http::Headers binary = {
      {"ce-specversion", "1.0"}, {"ce-type", "t"}, {"ce-id", "1"}, {"ce-source", "/s"}};
  CHECK(Says(fixture.Post(R"({"user":"u"})", binary), "\"duplicates\":1"));
  binary[3].second = "/other";
  fixture.Post(R"({"user":"u"})", binary);
  CHECK(fixture.Deliver().value ==
        R"({"event_type":"t","user":"u","event_id":"1","specversion":"1.0","source":"/other",)"
        R"("received_at":"2026-11-23T10:00:00.123Z","remote_ip":"10.1.2.3"})");
}

TEST_CASE("with times, a record has the time that its event says, and a header with the arrival") {
  Fixture fixture;
  const std::string event = R"({"event_type":"a","event_id":"1","event_time":")" +
                            FormatTimestamp(TimestampMs(fixture.clock.Now().value - 5'000)) + "\"}";
  fixture.Post(event);
  const kafka::OutgoingRecord without = fixture.Deliver();
  CHECK(without.timestamp == fixture.clock.Now());
  CHECK(without.headers.size() == 1);

  fixture.duplicates = std::make_shared<Duplicates>(DuplicatesOptions{});
  fixture.options.times =
      std::make_shared<EventTimes>(std::chrono::seconds(5), std::chrono::seconds(0));
  fixture.Post(event);
  const kafka::OutgoingRecord with = fixture.Deliver();
  CHECK(with.timestamp == TimestampMs(fixture.clock.Now().value - 5'000));
  REQUIRE(with.headers.size() == 2);
  CHECK(with.headers[0].name == "received_at");
  CHECK(with.headers[0].value == std::to_string(fixture.clock.Now().value));

  fixture.options.times =
      std::make_shared<EventTimes>(std::chrono::seconds(4), std::chrono::seconds(0));
  fixture.Post(event);
  const kafka::OutgoingRecord out_of_bounds = fixture.Deliver();
  CHECK(out_of_bounds.timestamp == fixture.clock.Now());
  CHECK(out_of_bounds.headers.size() == 1);
  CHECK(out_of_bounds.value == with.value);
}

TEST_CASE("the events of who asks not to be tracked are stored without saying whose they are") {
  size_t counted = 0;
  Fixture fixture("rejected", {.do_not_track = DoNotTrack::kAnonymous,
                               .count = [&](DoNotTrack what, size_t events) {
                                 CHECK(what == DoNotTrack::kAnonymous);
                                 counted += events;
                               }});
  const std::string event = R"({"event_type":"a","event_id":"1","user":"u","ip":"10.1.2.3"})";
  fixture.Post(event, {{"DNT", "1"}, {"User-Agent", "t"}});
  const kafka::OutgoingRecord record = fixture.Deliver();
  CHECK_FALSE(record.key);
  CHECK(record.value->starts_with(R"({"event_type":"a","event_id":"1","received_at")"));
  CHECK(record.value->find("User-Agent") == std::string::npos);
  // A command is of its user, or it is none.
  fixture.Post(R"([{"event_type":"join_a_guild","user_name":"u","joined_guild":"g"},)"
               R"({"event_type":"b","user":"u"}])",
               {{"Sec-GPC", "1"}});
  CHECK(fixture.Deliver().key == "u");
  CHECK_FALSE(fixture.Deliver().key);
  CHECK(counted == 3);
  // What is refused is told, and kept nowhere.
  const Answer refused = fixture.Post(R"({"event_type":"","user":"u"})", {{"DNT", "1"}});
  CHECK(StatusOf(refused) == 400);
  CHECK_FALSE(Says(refused, "kept"));
  CHECK(StatusOf(fixture.Post("[", {{"DNT", "1"}})) == 400);
  // Others are not affected.
  fixture.Post(R"({"event_type":"a","user":"u"})", {{"DNT", "0"}});
  CHECK(fixture.Deliver().key == "u");
  CHECK(counted == 3);
}

TEST_CASE("what is to be dropped is answered as if it were stored, but commands are") {
  size_t dropped = 0;
  Fixture fixture("",
                  {.do_not_track = DoNotTrack::kDrop, .count = [&](DoNotTrack what, size_t events) {
                     if (what == DoNotTrack::kDrop) dropped += events;
                   }});
  const Answer answer =
      fixture.Post(R"([{"event_type":"a"},{"event_type":"","user":"u"},)"
                   R"({"event_type":"join_a_guild","user_name":"u","joined_guild":"g"}])",
                   {{"DNT", "1"}, {"Idempotency-Key", "k"}});
  CHECK(fixture.Deliver().value->find("join_a_guild") != std::string::npos);
  CHECK(StatusOf(answer) == 200);
  CHECK(Says(answer, R"("accepted":2,"duplicates":0,"rejected":[{"index":1)"));
  CHECK(dropped == 1);
  CHECK(StatusOf(fixture.Post(R"({"event_type":"a"})", {{"DNT", "1"}})) == 200);
  CHECK(dropped == 2);
}

TEST_CASE("an address is cut wherever an event has it") {
  Fixture fixture("rejected", {.addresses = AddressForm::kTruncated});
  fixture.options.event_bytes_max = 1'000;
  fixture.Post(R"({"event_type":"a","remote_ip":"203.0.113.77","context":{"ip":"203.0.113.77"}})",
               {{"X-Forwarded-For", "203.0.113.77"}, {"User-Agent", "t"}});
  const std::string stored = *fixture.Deliver().value;
  CHECK(stored.find("203.0.113.77") == std::string::npos);
  CHECK(stored.find(R"("remote_ip":"203.0.113.0")") != std::string::npos);
  CHECK(stored.find(R"("User-Agent":"t")") != std::string::npos);
  // A CloudEvent's, and what is refused, where it is hidden altogether.
  fixture.Post(R"({"specversion":"1.0","type":"a","id":"1","source":"/g",)"
               R"("data":{"ip":"203.0.113.77"}})",
               {{"Content-Type", "application/cloudevents+json"}});
  CHECK(fixture.Deliver().value->find("203.0.113.77") == std::string::npos);
  fixture.Post(R"({"event_type":"","ip":"203.0.113.77"})");
  CHECK(fixture.Deliver().value->find("203.0.113.77") == std::string::npos);
}

TEST_CASE("a key can stand in the query, for what can send no header") {
  Fixture fixture;
  const Ingest ingest(fixture.options, fixture.producer, fixture.events, fixture.duplicates,
                      fixture.clock);
  const Route route = ingest.route();
  CHECK(route.key_in_url);
  const auto ask = [&](const std::string& query) {
    std::optional<http::Response> answer;
    http::Request request{"POST", "/events", query, {}, "[]", "10.1.2.3"};
    const auto key = route.find_key(request);
    route.handler({request, {}, [&](http::Response&& given) { answer = std::move(given); }});
    return std::pair(key, answer->status);
  };
  CHECK(ask("key=gev_a%2Bb") == std::pair(std::optional<std::string>("gev_a+b"), 200));
  CHECK(ask("") == std::pair(std::optional<std::string>(), 200));
  CHECK(ask("key=a&key=b") == std::pair(std::optional<std::string>(), 400));
  CHECK(ask("kye=a") == std::pair(std::optional<std::string>(), 400));
}

}  // namespace gamevents::collector
