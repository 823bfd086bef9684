// Goal: an envelope gives a record back byte for byte, and nothing else passes for one. Method:
// known envelopes, bad ones, and seeded random bytes there and back.
#include "core/kafka/envelope.h"

#include "tests/unit/catch.h"

#include <random>

namespace gamevents::kafka {
namespace {

std::optional<std::string_view> View(const std::optional<std::string>& bytes) {
  return bytes ? std::optional<std::string_view>(*bytes) : std::nullopt;
}

std::string Print(const OutgoingRecord& record) {
  std::vector<HeaderView> headers;
  for (const Header& header : record.headers) headers.push_back({header.name, View(header.value)});
  RecordView view;
  view.topic = record.topic;
  view.partition = record.partition.value_or(0);
  view.offset = 7;
  view.timestamp = record.timestamp.value_or(TimestampMs(-1));
  view.timestamp_type = TimestampType::kCreateTime;
  view.key = View(record.key);
  view.value = View(record.value);
  view.headers = headers;
  std::string out;
  AppendEnvelope(out, view);
  return out;
}

std::optional<std::string> RandomBytes(std::mt19937& random) {
  if (random() % 5 == 0) return std::nullopt;
  std::string bytes;
  const bool text = random() % 2 == 0;
  for (size_t length = random() % 20; length > 0; --length) {
    bytes.push_back(static_cast<char>(text ? random() % 128 : random() % 256));
  }
  return bytes;
}

}  // namespace

TEST_CASE("an envelope has every field, in one line") {
  OutgoingRecord record;
  record.topic = "eventsForm";
  record.partition = 3;
  record.value = "{\"a\":\"\n\"}";
  record.timestamp = TimestampMs(1'795'428'000'123);
  record.headers = {{"trace", "a1"}, {"raw", std::string("\xff\0", 2)}, {"none", std::nullopt}};
  CHECK(Print(record) ==
        R"({"topic":"eventsForm","partition":3,"offset":7,"timestamp":1795428000123,)"
        R"("timestamp_type":"create","key":null,"value":"{\"a\":\"\n\"}","headers":[)"
        R"({"name":"trace","value":"a1"},{"name":"raw","value":{"base64":"/wA="}},)"
        R"({"name":"none","value":null}]})");
}

TEST_CASE("random records come back byte for byte") {
  std::mt19937 random(31);
  for (int turn = 0; turn < 3'000; ++turn) {
    OutgoingRecord record;
    record.topic = "t";
    record.partition = static_cast<int32_t>(random() % 100);
    record.key = RandomBytes(random);
    record.value = RandomBytes(random);
    if (random() % 2 == 0) record.timestamp = TimestampMs(static_cast<int64_t>(random()));
    for (size_t count = random() % 4; count > 0; --count) {
      record.headers.push_back({RandomBytes(random).value_or("h"), RandomBytes(random)});
    }
    const std::string json = Print(record);
    INFO(json);
    CHECK(json.find('\n') == std::string::npos);
    auto back = ParseEnvelope(json);
    REQUIRE(back.ok());
    CHECK(back->record.topic == record.topic);
    CHECK(back->record.partition == record.partition);
    CHECK(back->record.key == record.key);
    CHECK(back->record.value == record.value);
    CHECK(back->record.timestamp == record.timestamp);
    REQUIRE(back->record.headers.size() == record.headers.size());
    for (size_t i = 0; i < record.headers.size(); ++i) {
      CHECK(back->record.headers[i].name == record.headers[i].name);
      CHECK(back->record.headers[i].value == record.headers[i].value);
    }
  }
}

TEST_CASE("what is no envelope is refused, naming the field") {
  for (const auto& [json, named] : std::initializer_list<std::pair<const char*, const char*>>{
           {"", "not JSON"},
           {"{", "not JSON"},
           {"[]", "object"},
           {"\"x\"", "object"},
           {"{}", "value"},
           {R"({"key":"k"})", "value"},
           {R"({"event_type":"default"})", "event_type"},
           {R"({"value":5})", "value"},
           {R"({"value":{"base64":"x"}})", "value"},
           {R"({"value":{"base64":"AA==","more":1}})", "value"},
           {R"({"value":"v","headers":{}})", "headers"},
           {R"({"value":"v","headers":[["a","b"]]})", "headers"},
           {R"({"value":"v","headers":[{"name":null,"value":"x"}]})", "headers"},
           {R"({"value":"v","headers":[{"name":"a"}]})", "headers"},
           {R"({"value":"v","timestamp":"now"})", "timestamp"},
           {R"({"value":"v","timestamp":-2})", "timestamp"},
           {R"({"value":"v","partition":-1})", "partition"},
           {R"({"value":"v","partition":99999999999})", "partition"},
           {R"({"value":"v"} {"value":"w"})", "not JSON"}}) {
    INFO(json);
    const auto refused = ParseEnvelope(json);
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().fault == Fault::kBadInput);
    CHECK(refused.error().context.find(named) != std::string::npos);
  }
}

TEST_CASE("only the value must be there") {
  const auto tombstone = ParseEnvelope(R"({"value":null})");
  REQUIRE(tombstone.ok());
  CHECK_FALSE(tombstone->record.value.has_value());
  CHECK_FALSE(tombstone->record.timestamp.has_value());
  const auto now = ParseEnvelope(R"({"value":"v","timestamp":-1,"offset":3})");
  REQUIRE(now.ok());
  CHECK_FALSE(now->record.timestamp.has_value());
}

}  // namespace gamevents::kafka
