// Goal: a funnel's steps are read as they were meant.
// Method: texts, good and bad.

#include "core/report/ask/view.h"

#include "tests/unit/catch.h"

namespace gamevents::report {
namespace {

std::vector<std::string> NamesOf(std::string_view text) {
  std::vector<std::string> names;
  const auto steps = ParseFunnelSteps(text).value();
  for (const FunnelStep& step : steps) names.push_back(step.name);
  return names;
}

TEST_CASE("steps are types or conditions with commas between") {
  CHECK(NamesOf("add_to_cart, checkout") == std::vector<std::string>{"add_to_cart", "checkout"});
  CHECK(NamesOf(R"(a,event_type in ("b", "c") and (x = 1),"odd, name" = "d\",e")") ==
        std::vector<std::string>{"a", R"(event_type in ("b", "c") and (x = 1))",
                                 R"("odd, name" = "d\",e")"});
}

TEST_CASE("bad steps are named") {
  CHECK(ParseFunnelSteps("a,,b").error().context.find("a step is empty") == 0);
  CHECK(ParseFunnelSteps("").error().fault == Fault::kBadInput);
  CHECK(ParseFunnelSteps("a,x = ,b").error().context.find("step x =") == 0);
  std::string many = "a";
  for (size_t i = 0; i < kFunnelStepsMax; ++i) many += ",a";
  CHECK(ParseFunnelSteps(many).error().context.find("more than 32") != std::string::npos);
}

TEST_CASE("variants have their shares") {
  using Shares = std::vector<VariantShare>;
  CHECK(ParseVariantShares("control=2, blue=0.5").value() == Shares{{"control", 2}, {"blue", 0.5}});
  CHECK(ParseVariantShares("a=b=1e3").value() == Shares{{"a=b", 1'000}});
  for (const char* wrong : {"", "control", "control=", "a=0", "a=-1", "a=1,", "a=1x", "a=inf"}) {
    CHECK(ParseVariantShares(wrong).error().context.find("is not a variant and its share") !=
          std::string::npos);
  }
  CHECK(ParseVariantShares("a=1,b=2,a=3").error().context == "duplicate variant a");
}

}  // namespace
}  // namespace gamevents::report
