// Goal: one table comes out whole in every format, in pieces, and an output that fails is told.
// Method: every format by its row in the table of formats; exact texts.

#include "core/report/write/renderer.h"

#include "tests/unit/catch.h"

#include <string>

namespace gamevents::report {
namespace {

using namespace std::string_literals;

Table Sample() {
  return {{{"who", Type::kAny}, {"count", Type::kLong}},
          {{"a"s, int64_t{2}}, {std::monostate{}, int64_t{1}}},
          false};
}

std::string Rendered(Format format, Table table, bool to_terminal = false) {
  std::string text;
  const Write write = [&](std::string_view piece) {
    text += piece;
    return Status(Done{});
  };
  REQUIRE(Render(std::move(table), {.format = format, .to_terminal = to_terminal}, write));
  return text;
}

TEST_CASE("each format writes the same table") {
  CHECK(Rendered(Format::kTable, Sample()) ==
        "+----+-----+\n| who|count|\n+----+-----+\n|   a|    2|\n|NULL|    1|\n+----+-----+\n\n");
  CHECK(Rendered(Format::kPlain, Sample()) == "who\tcount\na\t2\n\\N\t1\n");
  CHECK(Rendered(Format::kMarkdown, Sample()) ==
        "| who | count |\n| --- | ---: |\n| a | 2 |\n|  | 1 |\n");
  CHECK(Rendered(Format::kCsv, Sample()) == "who,count\r\na,2\r\n,1\r\n");
  CHECK(Rendered(Format::kJson, Sample()) ==
        "[\n{\"who\":\"a\",\"count\":2},\n{\"who\":null,\"count\":1}\n]\n");
  CHECK(Rendered(Format::kNdjson, Sample()) ==
        "{\"who\":\"a\",\"count\":2}\n{\"who\":null,\"count\":1}\n");
}

TEST_CASE("a table without rows has its headings") {
  Table empty = Sample();
  empty.rows.clear();
  CHECK(Rendered(Format::kPlain, empty) == "who\tcount\n");
  CHECK(Rendered(Format::kMarkdown, empty) == "| who | count |\n| --- | ---: |\n");
  CHECK(Rendered(Format::kJson, empty) == "[]\n");
  CHECK(Rendered(Format::kNdjson, empty).empty());
}

TEST_CASE("no format lets a terminal obey an event") {
  for (const FormatTraits& format : Formats()) {
    if (format.typed) continue;  // bytes: Check refuses a terminal
    Table table = Sample();
    table.rows = {{"\x1B]0;x\x07\xC2\x9B"s, int64_t{1}}};
    const std::string text = Rendered(format.format, table, true);
    INFO(format.name);
    CHECK(text.find_first_of("\x1B\x07") == std::string::npos);
    CHECK(text.find("\xC2\x9B") == std::string::npos);
  }
}

TEST_CASE("an output that fails is told in every format") {
  const Write write = [](std::string_view) { return Status(Error{Fault::kClosed, "gone"}); };
  for (const FormatTraits& format : Formats()) {
    INFO(format.name);
    CHECK_FALSE(Render(Sample(), {.format = format.format}, write));
  }
}

}  // namespace
}  // namespace gamevents::report
