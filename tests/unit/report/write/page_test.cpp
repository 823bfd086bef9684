// Goal: a page is whole in itself, allows nothing but its own style and script, and is bounded.
// Method: pages of small and of large queries; their text. Chromium:
// tests/interop/test_report_page.py.

#include "core/report/write/page.h"

#include "core/report/answer/overview_page.h"
#include "tests/unit/catch.h"
#include "tests/unit/report/memory_source.h"

namespace gamevents::report {
namespace {

using namespace std::string_literals;

const PageInfo kInfo{"<t>", "gamevents report --where 'a < 1'", TimestampMs{1'795'428'000'000}};

bool PageHas(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

size_t PageCount(const std::string& text, std::string_view part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

Table PageCounts() {
  return {{{"who", Type::kAny}, {"count", Type::kLong}},
          {{"</script><script>alert(1)</script>"s, int64_t{3}}, {std::monostate{}, int64_t{1}}},
          false};
}

std::vector<Picture> PageBars(const std::string& name = "count by who") {
  return {{.kind = ChartKind::kBars, .name = name, .labels = {"a"}, .series = {{"n", {3.0}}}}};
}

TEST_CASE("a page of groups has a chart and a table") {
  const std::string page = QueryPage(PageCounts(), kInfo, PageBars());
  CHECK(page.starts_with("<!DOCTYPE html>\n<html lang=\"en\">"));
  CHECK(PageHas(page, "<title>&lt;t&gt; – gamevents report</title>"));
  CHECK(PageHas(page, "<code>gamevents report --where &#39;a &lt; 1&#39;</code>"));
  CHECK(PageHas(page, "Read 2026-11-23 10:00 UTC"));
  CHECK(PageHas(page, "aria-label=\"Bar chart: count by who."));
  CHECK(PageCount(page, "<table>") == 1);
  CHECK(page.ends_with("</script>\n</body>\n</html>\n"));
}

TEST_CASE("a page can have a title of its own, and says then what was read") {
  PageInfo info = kInfo;
  info.title = "Sales & more";
  const std::string page = QueryPage(PageCounts(), info, PageBars());
  CHECK(PageHas(page, "<title>Sales &amp; more – gamevents report</title>"));
  CHECK(PageHas(page, "<h1>Sales &amp; more</h1>"));
  CHECK(PageHas(page, "<p>Read &lt;t&gt; at 2026-11-23 10:00 UTC; all times are UTC.</p>"));
}

TEST_CASE("a page calls its parts by what was asked") {
  const std::string counts =
      QueryPage(PageCounts(), kInfo, PageBars("Events by who"), {"Events by who"});
  CHECK(PageHas(counts, "<h2>Events by who</h2>\n<figure>"));
  CHECK(PageHas(counts, "<h2>The numbers</h2>\n<div class=\"scroll\""));
  CHECK(PageHas(counts, "<caption>Events by who (&lt;t&gt;)</caption>"));
  const std::string sums =
      QueryPage(PageCounts(), kInfo, PageBars("Sum of n by who"), {"Sales by who"});
  CHECK(PageHas(sums, "<h2>Sum of n by who</h2>\n<figure>"));
  CHECK(PageHas(sums, "<h2>Sales by who</h2>\n<div class=\"scroll\""));
}

TEST_CASE("a page says below a picture what it leaves out, and below the rows what is not over") {
  std::vector<Picture> pictures = PageBars();
  pictures[0].note = "Two & more are left out.";
  AnswerTitles titles;
  titles.note = "The last step, 2026-11-23, is not over yet.";
  const std::string page = QueryPage(PageCounts(), kInfo, pictures, titles);
  CHECK(PageHas(page, "</figure>\n<p>Two &amp; more are left out.</p>"));
  CHECK(PageHas(page, "</table>\n</div>\n<p>The last step, 2026-11-23, is not over yet.</p>"));
}

TEST_CASE("a few pictures are as wide as the page, more stand side by side") {
  std::vector<Picture> pictures = PageBars();
  CHECK(PageCount(QueryPage(PageCounts(), kInfo, pictures), "class=\"card wide\"") == 2);
  pictures.resize(3, pictures.front());
  CHECK(PageCount(QueryPage(PageCounts(), kInfo, pictures), "class=\"card\"") == 3);
}

TEST_CASE("a page has its icon in it") {
  const std::string page = QueryPage(PageCounts(), kInfo, PageBars());
  CHECK(PageCount(page, "<link ") == 1);
  CHECK(PageHas(page, "<link rel=\"icon\" href=\"data:image/svg+xml,%3Csvg "));
}

TEST_CASE("what a chart leaves out stands below it, so that charts in a row begin together") {
  const std::string figure = ChartWithTable("C", "name", PageCounts(), 1, "7 have no item.");
  CHECK(figure.starts_with("<figure>\nC</figure>\n<p>7 have no item.</p>\n<details>"));
  CHECK(ChartWithTable("C", "name", {}, 1) == "<figure>\nC</figure>\n");
}

TEST_CASE("rows of a select have no chart") {
  const std::string page = QueryPage(PageCounts(), kInfo, {});
  CHECK_FALSE(PageHas(page, "<svg"));
  CHECK(PageHas(page, "<h2>Events</h2>"));
}

TEST_CASE("the page has one script and one style, and its policy names them by hash") {
  const std::string page = QueryPage(PageCounts(), kInfo, PageBars());
  CHECK(PageCount(page, "<script") == 1);
  CHECK(PageCount(page, "<style") == 1);
  CHECK(PageHas(page, "content=\"default-src 'none'; script-src 'sha256-"));
  CHECK(PageHas(page, "; style-src 'sha256-"));
  CHECK_FALSE(PageHas(page, "unsafe"));
  CHECK_FALSE(PageHas(page, " style="));
  CHECK_FALSE(PageHas(page, " onclick="));
  CHECK_FALSE(PageHas(page, "http:"));
  CHECK_FALSE(PageHas(page, "https:"));
}

TEST_CASE("a live page may ask its own server for its states, and runs one script more") {
  PageInfo info;
  info.topic = "<t>";
  info.stream = "dashboard/stream?\"";
  Page page(info);
  page.AddHtml("<p>now</p>\n");
  const std::string text = std::move(page).Finish();
  CHECK(PageHas(text, "<title>&lt;t&gt; – gamevents dashboard</title>"));
  CHECK(PageHas(text, "data-stream=\"dashboard/stream?&quot;\""));
  CHECK(PageHas(text, "<main>\n<p>now</p>\n</main>"));
  CHECK(PageCount(text, "<script>") == 2);
  CHECK(PageHas(text, "content=\"" + ContentSecurityPolicy(info) + "\""));
  CHECK(PageCount(ContentSecurityPolicy(info), "'sha256-") == 3);
  CHECK(PageHas(ContentSecurityPolicy(info), "; connect-src 'self'; style-src "));
  CHECK_FALSE(PageHas(ContentSecurityPolicy(kInfo), "connect-src"));
  CHECK_FALSE(PageHas(text, "unsafe"));
}

TEST_CASE("what a page holds can be had without what is around it") {
  Page page(kInfo);
  page.AddTiles({{"<a>", "1"}});
  CHECK(std::move(page).Main() ==
        "<dl class=\"tiles\">\n<div><dt>&lt;a&gt;</dt><dd>1</dd></div>\n</dl>\n");
}

TEST_CASE("a page is bounded whatever the rows hold") {
  Table table{{}, {}, true};
  for (int i = 0; i < 50; ++i) table.headings.push_back({"c" + std::to_string(i), Type::kAny});
  for (int i = 0; i < 2'000; ++i) table.rows.emplace_back(50, std::string(1'000, '<'));
  const std::string page = QueryPage(table, kInfo, {});
  CHECK(page.size() < kPageTableBytes + (size_t{1} << 20));
  CHECK(PageHas(page, "Only showing top "));
}

TEST_CASE("the overview's page has its figures, its charts and what was not an event") {
  MemorySource source({{R"({"event_type":"purchase_sword","purchase_user":"ann"})"}, {"42"}});
  Overview overview(source.Partitions());
  ScanSummary summary;
  std::vector<Step*> steps = overview.Steps();
  steps.push_back(&summary.not_objects);
  const auto totals = Scan(source, steps, {.to_the_end = true});
  REQUIRE(totals);
  summary.totals = *totals;
  const std::string page = OverviewPage(overview.Finish(), summary, kInfo);
  CHECK(PageHas(page, "<dt>Messages</dt><dd>2</dd>"));
  CHECK(PageHas(page, "<dt>Not events</dt><dd>1</dd>"));
  CHECK(PageCount(page, "<svg role=\"img\"") == 4);
  CHECK(PageHas(page, "Bar chart: Events by item. sword 1."));
  CHECK(PageHas(page, "<h2>What was not an event</h2>"));
}

TEST_CASE("the page of an empty topic says that there is nothing yet") {
  MemorySource source({});
  Overview overview(source.Partitions());
  const std::string page = OverviewPage(overview.Finish(), {}, kInfo);
  CHECK(PageCount(page, "There is nothing to show yet.") == 4);
  CHECK_FALSE(PageHas(page, "<svg"));
}

}  // namespace
}  // namespace gamevents::report
