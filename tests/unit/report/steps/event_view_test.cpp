// Goal: every name has its view, and shares are what they say.
// Method: each view of no events; single shares.

#include "core/report/steps/event_view.h"

#include "tests/unit/report/views.h"

namespace gamevents::report {
namespace {

TEST_CASE("every name has its view") {
  for (const std::string_view name : EventViewNames()) {
    ViewQuestion question;
    question.kind = EventViewNamed(name).value();
    question.steps = ParseFunnelSteps("a,b").value();
    const auto table = MakeView(question, kViewBytesMax)->Finish();
    REQUIRE(table);
    CHECK(table->headings.size() >= 4);
  }
  CHECK_FALSE(EventViewNamed("revenue"));
}

TEST_CASE("a share has four decimals, and nothing has none") {
  CHECK(ShareOf(1, 3) == Cell(0.3333));
  CHECK(ShareOf(0, 3) == Cell(0.0));
  CHECK(ShareOf(1, 0) == Cell());
}

}  // namespace
}  // namespace gamevents::report
