// Goal: a view says what it shows and of when, harmlessly whatever a topic or an error is called.
// Method: views of an empty topic at every stage; their text. Chromium:
// tests/interop/test_dashboard.py.
#include "core/dashboard/view.h"

#include "tests/unit/catch.h"

namespace gamevents::dashboard {
namespace {

bool Has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::shared_ptr<const View> Made(int percent, std::string problem = {}) {
  const report::Overview overview({});
  return MakeView("1-1", overview.Finish(), {},
                  {TimestampMs{1'795'428'000'999}, percent, std::move(problem)});
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
    return MakeView(
               "1-1", report::Overview({}).Finish(), {},
               {TimestampMs{1'795'428'000'999}, 100, std::move(problem), "curl http://h:1/?<a>"})
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
  const std::string page = PageOf(*view, "<topic>");
  CHECK(Has(page, "<h1>&lt;topic&gt;</h1>"));
  CHECK(Has(page, "data-stream=\"dashboard/stream\""));
  CHECK(Has(page, "<main>\n" + view->main + "</main>"));
}

}  // namespace gamevents::dashboard
