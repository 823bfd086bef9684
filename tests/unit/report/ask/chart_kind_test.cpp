// Goal: each kind of chart has one name. Method: there and back.

#include "core/report/ask/chart_kind.h"

#include "tests/unit/catch.h"

namespace gamevents::report {
namespace {

TEST_CASE("kinds of charts are found by their names") {
  CHECK(ChartNames().size() == static_cast<size_t>(ChartKind::kNone) + 1);
  for (const std::string_view name : ChartNames()) {
    const auto kind = ChartNamed(name);
    REQUIRE(kind);
    CHECK(NameOf(*kind) == name);
  }
  CHECK(ChartNamed("auto") == ChartKind::kAuto);
  CHECK(ChartNamed("histogram") == ChartKind::kHistogram);
  CHECK_FALSE(ChartNamed("pie"));
}

}  // namespace
}  // namespace gamevents::report
