// Goal: durations and sizes carry units and lose nothing. Method: known values, there and back.
#include "core/base/units.h"

#include "tests/unit/catch.h"

namespace gamevents {

TEST_CASE("durations are read and printed with units") {
  CHECK(ParseDuration("100ms").value().count() == 100);
  CHECK(ParseDuration("7d").value().count() == 604'800'000);
  CHECK(ParseDuration("0").value().count() == 0);
  for (int64_t ms : {int64_t{1}, int64_t{1500}, int64_t{60'000}, int64_t{604'800'000}}) {
    const std::chrono::milliseconds duration(ms);
    CHECK(ParseDuration(FormatDuration(duration)).value() == duration);
  }
  CHECK(FormatDuration(std::chrono::milliseconds(60'000)) == "1m");
  for (const char* bad :
       {"", "10", "ms", "-1s", "1.5s", "1 s", "1w", "99999999999999999999s", "40000d"}) {
    INFO(bad);
    CHECK(ParseDuration(bad).error().fault == Fault::kBadInput);
  }
}

TEST_CASE("sizes are powers of 1024") {
  CHECK(ParseSize("128MiB").value() == 134'217'728);
  CHECK(ParseSize("512").value() == 512);
  CHECK(FormatSize(134'217'728) == "128MiB");
  CHECK(FormatSize(1000) == "1000B");
  CHECK(FormatSize(0) == "0");
  for (const char* bad : {"", "1MB", "1 MiB", "-1B", "9999999999GiB"}) {
    INFO(bad);
    CHECK_FALSE(ParseSize(bad).ok());
  }
}

}  // namespace gamevents
