// Goal: a view says what it shows and of when, harmlessly whatever a topic or an error is called.
// Method: views of an empty topic at every stage; their text. Chromium:
// tests/interop/test_dashboard.py.
#include "core/dashboard/view.h"

#include "tests/support/fixed_clock.h"
#include "tests/unit/catch.h"

namespace gamevents::dashboard {
namespace {

bool Has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::shared_ptr<const View> Made(const Reading& reading) {
  const FixedClock clock;
  Counts counts({}, size_t{1} << 20, clock);
  return MakeView("1-1", counts.scope(), counts.Finish(), reading);
}

std::shared_ptr<const View> Made(int percent, std::string problem = {}) {
  return Made({TimestampMs{1'795'428'000'999}, percent, std::move(problem)});
}

}  // namespace

TEST_CASE("a view says of when it is and how far the topic has been read") {
  const std::string settled = Made(100)->main;
  CHECK(settled.starts_with(
      "<p class=\"state\">As of 2026-11-23 10:00:00 UTC; all times are UTC.</p>\n<dl"));
  CHECK(Has(settled, "<dt>Events</dt><dd>0</dd>"));
  CHECK(Has(Made(37)->main, "UTC. The topic is being read: 37 % so far.</p>"));
}

TEST_CASE("a view says why nothing can be read") {
  const std::string text = Made(37, "no broker <at> x")->main;
  CHECK(Has(text,
            "<p class=\"problem\" role=\"alert\">The topic cannot be read: no broker &lt;at&gt; "
            "x. What is below"));
  CHECK_FALSE(Has(text, "so far"));
}

TEST_CASE("a view of an empty topic says how to begin, and alarms nobody") {
  const auto made = [](std::string problem) {
    return Made({TimestampMs{1'795'428'000'999}, 100, std::move(problem), "curl http://h:1/?<a>"})
        ->main;
  };
  CHECK(Has(made(""),
            "<p class=\"state\">No event has come yet. Send one, and it shows here: "
            "<code>curl http://h:1/?&lt;a&gt;</code></p>\n"));
  const std::string missing = made("there is no topic <t>");
  CHECK(Has(missing, "No event has come yet: there is no topic &lt;t&gt;. Send one"));
  CHECK_FALSE(Has(missing, "class=\"problem\""));
}

TEST_CASE("the event has the page's content, and the page knows where further ones come from") {
  const auto view = Made(100);
  CHECK(view->event->starts_with("retry: 2000\nevent: state\nid: 1-1\ndata: <p class=\"state\">"));
  CHECK(view->event->ends_with("data: </section>\ndata: \n\n"));
  const report::PageInfo info = PageInfoOf({}, "<topic>", {}, std::chrono::seconds(30));
  const std::string page = PageOf(view->main, info);
  CHECK(Has(page, "<h1>&lt;topic&gt;</h1>"));
  CHECK(Has(page, "data-stream=\"dashboard/stream\""));
  CHECK(Has(page, "<main>\n" + view->main + "</main>"));
  CHECK(Has(page, "form-action 'self'"));
}

TEST_CASE("a page with a range says so, and asks for itself again") {
  const FixedClock clock;
  const auto scope =
      ScopeOf({.since = "1h", .tz = "Asia/Tokyo", .compare = "previous"}, clock.Now(), "UTC");
  REQUIRE(scope);
  Counts counts(*scope, size_t{1} << 20, clock);
  const std::string main = MainOf(*scope, counts.Finish(), {clock.Now(), 100, ""});
  CHECK(Has(main, "As of 2026-11-23 19:00:00 Asia/Tokyo; all times are Asia/Tokyo."));
  CHECK(Has(main, "From 2026-11-23 18:00:00 up to now."));
  CHECK(
      Has(main, "<dt>Revenue</dt><dd>0</dd><dd class=\"note\">unchanged: 0 in the period before"));
  const report::PageInfo info = PageInfoOf(*scope, "t", {}, std::chrono::seconds(30));
  CHECK(info.stream.empty());
  CHECK(Has(PageOf(main, info), "data-refresh=\"30\""));
}

}  // namespace gamevents::dashboard
