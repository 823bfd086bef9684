// Goal: every choice of the page is a link or a field that says what it does, harmlessly whatever
// was asked for. Method: the controls of some queries, and the addresses of bars.
#include "core/dashboard/controls.h"

#include "tests/support/fixed_clock.h"
#include "tests/unit/catch.h"

namespace gamevents::dashboard {
namespace {

std::string Shown(Query query) {
  const auto scope = ScopeOf(std::move(query), TimestampMs(kTestNow), "UTC");
  REQUIRE(scope);
  return ControlsOf(*scope);
}

bool IsIn(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("ranges are links, of which one is chosen") {
  const std::string all = Shown({});
  CHECK(IsIn(all, "<a href=\"dashboard?since=1h\">1 h</a>"));
  CHECK(IsIn(all, "<a href=\"dashboard\" aria-current=\"true\">All</a>"));
  CHECK(IsIn(all, "<a href=\"dashboard?time=event\">Event time</a>"));
  CHECK_FALSE(IsIn(all, "With the period before"));
  CHECK_FALSE(IsIn(all, "<details open>"));
  const std::string hour = Shown({.since = "1h", .tz = "Asia/Tokyo", .compare = "previous"});
  CHECK(IsIn(hour,
             "<a href=\"dashboard?since=1h&amp;tz=Asia%2FTokyo&amp;compare=previous\" "
             "aria-current=\"true\">1 h</a>"));
  CHECK(IsIn(hour, "<a href=\"dashboard?tz=Asia%2FTokyo\">All</a>"));
  CHECK(IsIn(hour, "<a href=\"dashboard?since=1h&amp;tz=Asia%2FTokyo\">Alone</a>"));
  CHECK(IsIn(hour, "<details open>"));
  CHECK(IsIn(hour, "<input type=\"hidden\" name=\"compare\" value=\"previous\">"));
}

TEST_CASE("each condition can be removed") {
  const std::string text = Shown({.since = "1h", .where = "a = '<b>' and c = 2"});
  CHECK(IsIn(text, "value=\"a = &#39;&lt;b&gt;&#39; and c = 2\""));
  CHECK(IsIn(text,
             "<li><code>a = &#39;&lt;b&gt;&#39;</code> "
             "<a href=\"dashboard?since=1h&amp;where=c%20%3D%202\" "
             "aria-label=\"Remove the condition a = &#39;&lt;b&gt;&#39;\">×</a></li>"));
  CHECK(IsIn(Shown({.where = "c = 2"}), "<a href=\"dashboard\" aria-label=\"Remove"));
}

TEST_CASE("a bar leads to the same page with its condition") {
  const Query query{.since = "1h", .where = "a = 1"};
  using report::OverviewPart;
  CHECK(AddressOfBar(query, OverviewPart::kUser, "ann") ==
        "dashboard?since=1h&where=a%20%3D%201%20and%20_user%20%3D%20%22ann%22");
  CHECK(AddressOfBar({}, OverviewPart::kType, "x") == "dashboard?where=event_type%20%3D%20%22x%22");
  const std::string item = AddressOfBar({}, OverviewPart::kItem, "x");
  CHECK(IsIn(item, "item%20%3D%20%22x%22%20or%20not%20item%20%21%3D%20null%20and%20event_type"));
  CHECK(AddressOfBar({}, OverviewPart::kUser, std::string(9'000, 'x')).empty());
}

}  // namespace gamevents::dashboard
