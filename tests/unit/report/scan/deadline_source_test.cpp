// Goal: reading ends when its time is over, in every part, and not before.
// Method: a source in memory, with a deadline that is past and one that is far.
#include "core/report/scan/deadline_source.h"

#include "core/report/scan/row_source.h"
#include "tests/unit/catch.h"

namespace gamevents::report {
namespace {

constexpr std::chrono::hours kFar{1};

OpenSource Rows(std::chrono::steady_clock::time_point deadline) {
  return UntilDeadline(FromRows({R"({"a":1})", R"({"a":2})"}), deadline);
}

}  // namespace

TEST_CASE("before its deadline a source gives what it has") {
  auto source = Rows(std::chrono::steady_clock::now() + kFar)();
  REQUIRE(source.ok());
  ScanOptions options;
  options.to_the_end = true;
  const auto totals = Scan(**source, {}, options);
  REQUIRE(totals.ok());
  CHECK(totals->records == 2);
  CHECK_FALSE(totals->partial);
}

TEST_CASE("after its deadline the scan is partial") {
  auto source = Rows(std::chrono::steady_clock::now() - std::chrono::seconds(1))();
  REQUIRE(source.ok());
  const auto next = (*source)->Next();
  REQUIRE_FALSE(next.ok());
  CHECK(next.error().fault == Fault::kClosed);
  ScanOptions options;
  options.to_the_end = true;
  const auto totals = Scan(**source, {}, options);
  REQUIRE(totals.ok());
  CHECK(totals->partial);
}

TEST_CASE("an opening that fails fails as before") {
  const auto open = UntilDeadline(
      []() -> Result<std::unique_ptr<RecordSource>> { return Error{Fault::kNotFound, "no topic"}; },
      std::chrono::steady_clock::now() + kFar);
  CHECK(open().error().fault == Fault::kNotFound);
}

}  // namespace gamevents::report
