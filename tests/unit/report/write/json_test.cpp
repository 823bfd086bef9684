// Goal: rows become JSON that reads back as the same values and holds nothing a terminal obeys.
// Method: exact texts, and nlohmann's reader on the awkward ones.

#include "core/report/write/json.h"

#include "tests/unit/catch.h"

#include <nlohmann/json.hpp>

namespace gamevents::report {
namespace {

using namespace std::string_literals;

std::string Written(const Cell& cell) {
  std::string out;
  AppendJsonCell(out, cell);
  return out;
}

TEST_CASE("each type has its JSON") {
  CHECK(Written(std::monostate{}) == "null");
  CHECK(Written(true) == "true");
  CHECK(Written(int64_t{9'223'372'036'854'775'807}) == "9223372036854775807");
  CHECK(Written(1.0) == "1.0");
  CHECK(Written(0.1) == "0.1");
  CHECK(Written("größe"s) == "\"größe\"");
  CHECK(Written(Bytes{"\x01\xFF"}) == "\"Af8=\"");
  CHECK(Written(TimestampMs{1'795'428'000'000}) == "\"2026-11-23T10:00:00.000Z\"");
  CHECK(Written(TimestampMs{-1}) == "null");
  CHECK(Written(Json{"[1, {\"a\":null}]"}) == "[1, {\"a\":null}]");
}

TEST_CASE("control characters are escaped and read back") {
  const std::string text = "\x1B[2J \x7F \u009b \u00a0 é \0"s;
  const std::string written = Written(text);
  CHECK(written == "\"\\u001b[2J \\u007f \\u009b \u00a0 é \\u0000\"");
  CHECK(nlohmann::json::parse(written).get<std::string>() == text);
  CHECK(Written(Json{"{\"a\":\"\u009b\"}"}) == "{\"a\":\"\\u009b\"}");
}

TEST_CASE("a table is an array of objects, one a line") {
  Table table{{{"event_type", Type::kAny}, {"count", Type::kLong}}, {}, false};
  std::string none;
  AppendJsonTable(none, table);
  CHECK(none == "[]");
  table.rows = {{"default"s, int64_t{2}}, {std::monostate{}, int64_t{1}}};
  std::string out;
  AppendJsonTable(out, table);
  CHECK(out ==
        "[\n{\"event_type\":\"default\",\"count\":2},\n{\"event_type\":null,\"count\":1}\n]");
}

}  // namespace
}  // namespace gamevents::report
