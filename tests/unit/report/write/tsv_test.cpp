// Goal: a row is a line of tab-separated fields, whatever its cells hold, and can be read back.
// Method: rows with every character that needs an escape, against the exact bytes.

#include "core/report/write/tsv.h"

#include "tests/unit/catch.h"

namespace gamevents::report {
namespace {

using namespace std::string_literals;

std::string PlainLine(const Row& row) {
  std::string out;
  AppendPlainRow(out, row);
  return out;
}

TEST_CASE("what would break a line or a terminal is escaped as COPY does") {
  CHECK(PlainLine({"a\tb\nc\rd"s, "e\b\f\vf"s, "C:\\x"s}) ==
        "a\\tb\\nc\\rd\te\\b\\f\\vf\tC:\\\\x\n");
  CHECK(PlainLine({"\x1B[2J\x7F"s, "\x01\0"s, "\xC2\x9B"s}) ==
        "\\x1B[2J\\x7F\t\\x01\\x00\t\\xC2\\x9B\n");
  CHECK(PlainLine({"剣 é \" ,"s}) == "剣 é \" ,\n");
}

TEST_CASE("null and the empty text stay apart") {
  CHECK(PlainLine({std::monostate{}, ""s, "\\N"s}) == "\\N\t\t\\\\N\n");
}

TEST_CASE("each type has its text in a line") {
  CHECK(PlainLine({int64_t{-5}, 1.5, true, Bytes{"\x01\xFF"}, TimestampMs{1'795'428'000'500},
                   Json{R"({"a":"\n"})"}}) ==
        "-5\t1.5\ttrue\tAf8=\t2026-11-23T10:00:00.500Z\t{\"a\":\"\\\\n\"}\n");
}

TEST_CASE("headings are fields with tabs between") {
  std::string out;
  const std::vector<Heading> headings{{"event_type", Type::kAny}, {"a\tb", Type::kAny}};
  AppendPlainHeader(out, headings);
  CHECK(out == "event_type\ta\\tb\n");
}

}  // namespace
}  // namespace gamevents::report
