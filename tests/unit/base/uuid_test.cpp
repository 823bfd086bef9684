// Goal: ids have the layout of RFC 9562 and do not repeat.
#include "core/base/uuid.h"

#include "tests/unit/catch.h"

#include <set>

namespace gamevents {

TEST_CASE("a version 7 id starts with its time") {
  const std::string text = FormatUuid(MakeUuidV7(TimestampMs(0x0193A5B27C1D)));
  CHECK(text.size() == 36);
  CHECK(text.substr(0, 15) == "0193a5b2-7c1d-7");
  CHECK(std::string("89ab").find(text[19]) != std::string::npos);
  CHECK(FormatUuid(MakeUuidV4())[14] == '4');
}

TEST_CASE("ids of one millisecond differ") {
  std::set<std::string> seen;
  for (int i = 0; i < 10'000; ++i) seen.insert(FormatUuid(MakeUuidV7(TimestampMs(1))));
  CHECK(seen.size() == 10'000);
}

}  // namespace gamevents
