// Goal: nothing that an event holds is markup, a command or a turn of direction in a page.
// Method: texts with all of these, and tables with every type of cell; exact text.

#include "core/report/write/html.h"

#include "tests/unit/catch.h"

namespace gamevents::report {
namespace {

using namespace std::string_literals;

constexpr HtmlTableLimits kAll{100, 300, 1'000'000};

std::string Html(const Table& table, const HtmlTableLimits& limits = kAll) {
  std::string out;
  AppendHtmlTable(out, "C", table, limits);
  return out;
}

bool HtmlHas(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST_CASE("markup is text") {
  CHECK(HtmlText("<script>a('b') && \"c\"</script>") ==
        "&lt;script&gt;a(&#39;b&#39;) &amp;&amp; &quot;c&quot;&lt;/script&gt;");
}

TEST_CASE("control characters and turns of direction are shown in a page") {
  CHECK(HtmlText("\x1B[2J\x07\n\xC2\x9B") == "\\x1B[2J\\a\\n\\x9B");
  CHECK(HtmlText("a\u202Eexe.\u2066\u200Fb") == "a\\u202Eexe.\\u2066\\u200Fb");
  CHECK(HtmlText("剣 é") == "剣 é");
  CHECK(HtmlText("a\xFFz") == "a\uFFFDz");
}

TEST_CASE("a table has its headings, nulls and numbers") {
  const std::string html = Html({{{"<a>", Type::kAny}, {"n", Type::kLong}},
                                 {{"<b>"s, int64_t{5}}, {std::monostate{}, std::monostate{}}},
                                 false});
  CHECK(HtmlHas(html, "<th scope=\"col\">&lt;a&gt;</th><th scope=\"col\" class=\"number\">n</th>"));
  CHECK(HtmlHas(html, "<tr><td>&lt;b&gt;</td><td class=\"number\">5</td></tr>"));
  CHECK(HtmlHas(html, "<td class=\"null\">null</td><td class=\"number null\">null</td>"));
  CHECK(HtmlHas(html, "<caption>C</caption>"));
  CHECK_FALSE(HtmlHas(html, "Only showing"));
}

TEST_CASE("a table is bounded in rows, in text and in each cell") {
  Table table{{{"a", Type::kAny}}, {}, false};
  for (int i = 0; i < 50; ++i) table.rows.push_back({std::string(100, 'x')});
  CHECK(HtmlHas(Html(table, {10, 300, 1'000'000}), "Only showing top 10 rows."));
  CHECK(HtmlHas(Html(table, {100, 20, 1'000'000}), ">" + std::string(17, 'x') + "...</td>"));
  const std::string little = Html(table, {100, 300, 1'000});
  CHECK(HtmlHas(little, "Only showing top 8 rows."));
  CHECK(little.size() < 2'000);
}

TEST_CASE("a table without rows says so") {
  CHECK(HtmlHas(Html({{{"a", Type::kAny}}, {}, false}), "No rows."));
}

}  // namespace
}  // namespace gamevents::report
