// Goal: an event is valid JSON with exactly the fields that it must have, whatever headers came.
// Method: whole JSON texts compared, with a fixed clock and the random id cut out.
#include "core/collector/store/events.h"

#include "core/event/document.h"
#include "tests/support/fixed_clock.h"
#include "tests/unit/catch.h"

#include <array>
#include <string>
#include <vector>

namespace gamevents::collector {
namespace {

constexpr std::string_view kStamp =
    ",\"event_id\":\"ID\",\"received_at\":\"2026-11-23T10:00:00.123Z\"";

// The event's JSON with its id, which is checked, replaced by ID.
std::string Build(std::span<const Field> fields, const http::Headers& headers,
                  const std::vector<std::string>& redacted = {}) {
  const FixedClock clock{kTestNow + 123};
  const Event event =
      EventBuilder(Privacy({.redact_headers = redacted}), clock).Build(fields, headers);
  CHECK(event.received_at == clock.Now());
  event::Document document;
  REQUIRE(document.Parse(event.json).ok());
  constexpr std::string_view kId = "\"event_id\":\"";
  const size_t id = event.json.find(kId) + kId.size();
  const std::string uuid = event.json.substr(id, 36);
  CHECK(uuid.find_first_not_of("0123456789abcdef-") == std::string::npos);
  CHECK(uuid.starts_with("01a207d9-217b-7"));  // the clock, and the version
  std::string json = event.json;
  return json.replace(id, uuid.size(), "ID");
}

// What headers add to an event.
std::string Added(const http::Headers& headers, const std::vector<std::string>& redacted = {}) {
  const auto fields = std::to_array<Field>({{"event_type", "default"}});
  const std::string json = Build(fields, headers, redacted);
  const std::string start = "{\"event_type\":\"default\"" + std::string(kStamp);
  REQUIRE(json.starts_with(start));
  return json.substr(start.size(), json.size() - start.size() - 1);
}

}  // namespace

TEST_CASE("an event has its own fields first, then the stamp, then the headers") {
  const auto fields = std::to_array<Field>({{"event_type", "purchase_sword"},
                                            {"remote ip", "127.0.0.1"},
                                            {"purchase_user", "Zo\xC3\xAB \"the\n\\sword\""}});
  CHECK(Build(fields, {{"Host", "localhost:5000"}, {"user-agent", "curl/8"}, {"ACCEPT", "*/*"}}) ==
        "{\"event_type\":\"purchase_sword\",\"remote ip\":\"127.0.0.1\",\"purchase_user\":"
        "\"Zo\xC3\xAB \\\"the\\n\\\\sword\\\"\"" +
            std::string(kStamp) +
            ",\"Host\":\"localhost:5000\",\"User-Agent\":\"curl/8\",\"Accept\":\"*/*\"}");
}

TEST_CASE("each event has an id of its own") {
  const FixedClock clock{kTestNow + 123};
  const EventBuilder builder({}, clock);
  CHECK(builder.Build({}, {}).json != builder.Build({}, {}).json);
}

TEST_CASE("names become canonical") {
  const std::vector<std::pair<std::string, std::string>> cases = {{"user-agent", "User-Agent"},
                                                                  {"USER-AGENT", "User-Agent"},
                                                                  {"dnt", "Dnt"},
                                                                  {"x-b3-TraceId", "X-B3-Traceid"},
                                                                  {"a_b", "A_B"},
                                                                  {"sec-ch-ua", "Sec-Ch-Ua"},
                                                                  {"", ""}};
  for (const auto& [sent, shown] : cases) CHECK(CanonicalHeaderName(sent) == shown);
}

TEST_CASE("repeated headers are one field, joined with a comma") {
  CHECK(Added({{"Accept", "a"}, {"Via", "x"}, {"accept", "b"}, {"ACCEPT", ""}}) ==
        ",\"Accept\":\"a,b,\",\"Via\":\"x\"");
}

TEST_CASE("secrets are left out, in any case") {
  CHECK(Added({{"authorization", "x"},
               {"COOKIE", "x"},
               {"Proxy-Authorization", "x"},
               {"x-api-key", "x"},
               {"X-Session", "x"},
               {"Set-Cookie", "kept"}},
              {"x-SESSION"}) == ",\"Set-Cookie\":\"kept\"");
}

TEST_CASE("an event's own fields win over headers, in any case") {
  CHECK(Added({{"event_type", "forged"},
               {"EVENT_TYPE", "forged"},
               {"Event_Id", "forged"},
               {"received_AT", "forged"},
               {"remote_addr", "kept"}}) == ",\"Remote_Addr\":\"kept\"");
}

TEST_CASE("values are UTF-8 or read as ISO-8859-1") {
  CHECK(Added({{"A", "Zo\xC3\xAB"}}) == ",\"A\":\"Zo\xC3\xAB\"");
  CHECK(Added({{"A", "Zo\xEB"}}) == ",\"A\":\"Zo\xC3\xAB\"");
  std::string all;
  for (int byte = 0x20; byte < 0x100; ++byte) all.push_back(static_cast<char>(byte));
  CHECK(HeaderText(all).size() == 96 + 2 * 128);
  CHECK(Added({{"A", "\"\\\t"}}) == ",\"A\":\"\\\"\\\\\\t\"");
}

TEST_CASE("a name may be a megabyte long") {
  const std::string name(1 << 20, '"');
  const auto fields = std::to_array<Field>({{"purchase_user", name}});
  CHECK(Build(fields, {}).size() > 2 * name.size());
}

}  // namespace gamevents::collector
