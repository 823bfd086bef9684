// Goal: a question's steps are found in events, and those that no event is are named.
// Method: small topics in memory, seen by one part of a scan or by two.

#include "core/report/steps/step_events.h"

#include "tests/unit/report/views.h"

namespace gamevents::report {
namespace {

/// Keeps what StepEvents says of each event.
struct StepsSeen final : Step {
  explicit StepsSeen(const std::string& steps) : events(ParseFunnelSteps(steps).value()) {}

  Status Take(const Scanned& scanned) override {
    seen.push_back(events.Of(scanned));
    return Done{};
  }

  StepEvents events;
  std::vector<uint32_t> seen;
};

TEST_CASE("an event is each step whose condition it meets") {
  StepsSeen steps("look,user = ann");
  REQUIRE(
      ScanWith(steps, {By("ann", "look"), By("bob", "look"), By("ann", "buy"), By("bob", "buy")}));
  CHECK(steps.seen == std::vector<uint32_t>{3, 1, 2, 0});
}

TEST_CASE("a step that no event of any part is is named, with what may have been meant") {
  StepsSeen one("look,cart,bye");
  StepsSeen other("look,cart,bye");
  REQUIRE(ScanWith(one, {By("ann", "look")}));
  REQUIRE(ScanWith(other, {By("ann", "cart"), By("ann", "buy")}));
  CHECK(one.events.Missing().size() == 2);
  one.events.Merge(std::move(other.events));
  REQUIRE(one.events.Missing().size() == 1);
  CHECK(one.events.Missing()[0] == MissingName{"bye", "buy", MissingName::Kind::kStep});
}

TEST_CASE("what may have been meant may be another step") {
  StepsSeen steps("chekout,checkout");
  REQUIRE(ScanWith(steps, {By("ann", "checkout")}));
  REQUIRE(steps.events.Missing().size() == 1);
  CHECK(steps.events.Missing()[0].nearest == "checkout");
}

}  // namespace
}  // namespace gamevents::report
