// Goal: a row is a row of the table, and nothing in a cell is taken for Markdown or HTML.
// Method: cells with all that GFM could read as markup, against the exact text.

#include "core/report/write/markdown.h"

#include "tests/unit/catch.h"

namespace gamevents::report {
namespace {

using namespace std::string_literals;

std::string MarkdownLine(const Row& row) {
  std::string out;
  AppendMarkdownRow(out, row);
  return out;
}

TEST_CASE("headings, and numbers to the right") {
  std::string out;
  const std::vector<Heading> headings{{"event_type", Type::kAny}, {"count", Type::kLong}};
  AppendMarkdownHeader(out, headings);
  CHECK(out == "| event_type | count |\n| --- | ---: |\n");
}

TEST_CASE("a cell cannot leave its cell") {
  CHECK(MarkdownLine({"a|b"s, "c\nd\r\ne"s, "\\|"s}) ==
        "| a\\|b | c\\\\nd\\\\r\\\\ne | \\\\\\| |\n");
}

TEST_CASE("markup and HTML are shown as they are") {
  CHECK(MarkdownText("*a* `b` [c](d) ~e~ $f$") == "\\*a\\* \\`b\\` \\[c\\](d) \\~e\\~ \\$f\\$");
  CHECK(MarkdownText("<script>&lt;") == "\\<script\\>\\&lt;");
  CHECK(MarkdownText("purchase_sword _em_ a_") == "purchase_sword \\_em\\_ a\\_");
}

TEST_CASE("control characters are shown in Markdown") {
  CHECK(MarkdownText("\x1B[2J\t\xC2\x9B") == "\\\\x1B\\[2J\\\\t\\\\x9B");
}

TEST_CASE("each type has its text in a cell") {
  CHECK(MarkdownLine({std::monostate{}, ""s, int64_t{-5}, Bytes{"\x01\xFF"}, TimestampMs{500}}) ==
        "|  |  | -5 | Af8= | 1970-01-01T00:00:00.500Z |\n");
}

}  // namespace
}  // namespace gamevents::report
