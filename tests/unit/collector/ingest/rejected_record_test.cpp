// Goal: what was refused is kept with its reason, its place and every byte that fits. Method: parts
// of every kind; the record read back with the event parser and base64.
#include "core/collector/ingest/rejected_record.h"

#include "core/base/text.h"
#include "core/event/document.h"
#include "tests/unit/catch.h"

#include <array>
#include <string>
#include <string_view>

namespace gamevents::collector {
namespace {

const http::Request kRequest{"POST", "/events", "", {{"content-type", "text/x"}, {"ce-id", "\xE9"}},
                             "",     "10.1.2.3"};
// What a broker and librdkafka take by default.
constexpr size_t kRecordBytesMax = 1'000'000;

std::string Record(std::string_view raw, std::optional<size_t> index = 3, bool binary = true) {
  std::string record =
      RejectedRecord({"why", index, 40, raw, binary}, kRequest, TimestampMs(1'795'428'000'123));
  CHECK(record.size() < kRecordBytesMax);
  CHECK(record.find('\n') == std::string::npos);
  return record;
}

std::string Base64Of(const std::string& record) {
  event::Document document;
  REQUIRE(document.Parse(record).ok());
  const event::Value value = document.Field({"raw_base64"});
  REQUIRE(std::holds_alternative<std::string_view>(value));
  auto bytes = Base64Decode(std::get<std::string_view>(value));
  REQUIRE(bytes.ok());
  return std::move(bytes).value();
}

}  // namespace

TEST_CASE("a text is kept as it is, with all that is known of it") {
  CHECK(Record("{\"a\"\n:}") ==
        R"({"event_type":"rejected","reason":"why","index":3,"offset":40,"size":7,)"
        R"("raw":"{\"a\"\n:}","cut":false,"received_at":"2026-11-23T10:00:00.123Z",)"
        "\"remote_ip\":\"10.1.2.3\",\"content_type\":\"text/x\",\"ce_headers\":[[\"ce-id\","
        "\"\xC3\xA9\"]]}");
  CHECK(Record("x", std::nullopt).find("\"index\":null,") != std::string::npos);
  // In the other modes these headers say nothing of the event.
  CHECK(Record("x", 0, false).find("ce_headers") == std::string::npos);
}

TEST_CASE("bytes that are no text are kept in base64") {
  const std::string raw("{\"\xFF\0\"}", 6);
  CHECK(Base64Of(Record(raw)) == raw);
  const std::string control(kRejectedBytesMax, '\x01');  // six bytes each in JSON
  CHECK(Base64Of(Record(control)) == control);
}

TEST_CASE("what is too long for a record is cut, and says so") {
  const std::string raw(kRejectedBytesMax + 1, 'x');
  const std::string record = Record(raw);
  CHECK(Base64Of(record) == raw.substr(0, kRejectedBytesMax));
  CHECK(record.find("\"cut\":true") != std::string::npos);
  CHECK(record.find("\"size\":524289,") != std::string::npos);
  CHECK(Record(raw.substr(1)).find("\"cut\":false") != std::string::npos);
}

TEST_CASE("of members that are secrets the texts are not kept, in what is no JSON either") {
  constexpr auto kSecrets = std::to_array<std::string_view>({"token", "$token"});
  const auto kept = [&](std::string_view raw) {
    const std::string record =
        RejectedRecord({"why", 0, 0, raw, false, kSecrets}, {}, TimestampMs(1));
    const size_t begin = record.find("\"raw\":\"") + 7;
    return record.substr(begin, record.find(",\"cut\"") - begin);
  };
  CHECK(kept(R"({"token" : "abc","a":{"$token":"d\"e"},"b":"token"})") ==
        R"({\"token\" : \"***\",\"a\":{\"$token\":\"****\"},\"b\":\"token\"}")");
  CHECK(kept(R"("token":"abc)") == R"(\"token\":\"***")");
  CHECK(kept(R"({"token":1,"token")") == R"({\"token\":1,\"token\"")");
}

}  // namespace gamevents::collector
