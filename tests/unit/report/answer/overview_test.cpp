// Goal: the overview's counts hold all events, each once, and its document shows them harmlessly.
// Method: a small topic in memory with purchases of both kinds, other events and no events.

#include "core/report/answer/overview.h"

#include "tests/unit/catch.h"
#include "tests/unit/report/memory_source.h"

namespace gamevents::report {
namespace {

using namespace std::string_literals;

const std::vector<Message> kOverviewMessages{
    {R"({"event_type":"default"})"},
    {R"({"event_type":"purchase_sword","purchase_user":"ann"})"},
    {R"({"event_type":"purchase_bow","purchase_user":"ann","item":"bow"})"},
    {R"({"event_type":"add_to_cart","user":"<b>|x","item":"sword"})"},
    {"42"}};

struct OverviewRan {
  Overview::Parts parts;
  ScanSummary summary;
};

OverviewRan OverviewRun(const std::vector<Message>& messages, const OverviewOptions& options = {}) {
  MemorySource source(messages);
  Overview overview(source.Partitions(), options);
  ScanSummary summary;
  std::vector<Step*> steps = overview.Steps();
  steps.push_back(&summary.not_objects);
  const auto totals = Scan(source, steps, {.to_the_end = true});
  REQUIRE(totals);
  summary.totals = *totals;
  return {overview.Finish(), summary};
}

TEST_CASE("each grouping has its events, and counts those without") {
  const OverviewRan ran = OverviewRun(kOverviewMessages);
  REQUIRE(ran.parts.by_item.table);
  CHECK(ran.parts.by_item.table->rows ==
        std::vector<Row>{{"sword"s, int64_t{2}}, {"bow"s, int64_t{1}}});
  CHECK(ran.parts.by_item.without == 1);
  REQUIRE(ran.parts.by_user.table);
  CHECK(ran.parts.by_user.table->rows ==
        std::vector<Row>{{"ann"s, int64_t{2}}, {"<b>|x"s, int64_t{1}}});
  CHECK(ran.parts.by_user.without == 1);
  REQUIRE(ran.parts.by_type.table);
  CHECK(ran.parts.by_type.table->rows.size() == 4);
  REQUIRE(ran.parts.by_minute.table);
  CHECK(ran.parts.by_minute.table->rows.size() == 1);
  CHECK(ran.parts.events.rows.size() == 4);
  CHECK(ran.parts.events.headings.size() == 6);
  CHECK(ran.parts.events.rows[0][1] == Cell("default"s));
}

TEST_CASE("the overview of what goes on has its newest events, and its memory is set") {
  const OverviewRan ran = OverviewRun(kOverviewMessages, {.newest = true});
  REQUIRE(ran.parts.events.rows.size() == 4);
  CHECK(ran.parts.events.rows[0][1] == Cell("add_to_cart"s));
  CHECK(EventsTitle(ran.parts) == "The newest events");
  const OverviewRan tight = OverviewRun(kOverviewMessages, {.bytes_max = 300, .newest = true});
  REQUIRE_FALSE(tight.parts.by_type.table);
  CHECK(tight.parts.by_type.table.error().fault == Fault::kFull);
  CHECK(tight.parts.by_minute.table);
}

TEST_CASE("the document has every part, and no markup of an event's") {
  const OverviewRan ran = OverviewRun(kOverviewMessages);
  const std::string text = OverviewMarkdown(ran.parts, ran.summary, "my_topic");
  CHECK(text.starts_with("# my_topic\n\n| messages | events |"));
  CHECK(text.find("| 5 | 4 | 4 | 1 |\n") != std::string::npos);
  CHECK(text.find("## Events by item\n\n| item | count |\n| --- | ---: |\n| sword | 2 |\n") !=
        std::string::npos);
  CHECK(text.find("| \\<b\\>\\|x | 1 |\n") != std::string::npos);
  CHECK(text.find("## What was not an event\n\n| kind | count | first |") != std::string::npos);
  CHECK(text.find("<b>") == std::string::npos);
}

TEST_CASE("an empty topic has an overview too") {
  const OverviewRan ran = OverviewRun({});
  CHECK(ran.parts.events.rows.empty());
  const std::string text = OverviewMarkdown(ran.parts, ran.summary, "t");
  CHECK(text.find("| 0 | 0 | 0 | 0 |") != std::string::npos);
  CHECK(text.find("not an event\n\n") == std::string::npos);
}

}  // namespace
}  // namespace gamevents::report
