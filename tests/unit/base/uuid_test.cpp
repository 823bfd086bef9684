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

TEST_CASE("an id of given bits is the same each time") {
  const std::array<uint64_t, 2> bits = {0x0123456789ABCDEFu, 0xFEDCBA9876543210u};
  const Uuid id = MakeUuidV7(TimestampMs(0x0193A5B27C1D), bits);
  CHECK(id == MakeUuidV7(TimestampMs(0x0193A5B27C1D), bits));
  CHECK(FormatUuid(id) == "0193a5b2-7c1d-7301-9032-547698badcfe");
}

TEST_CASE("a text is read back, and nothing else is taken") {
  const Uuid id = MakeUuidV4();
  const std::string text = FormatUuid(id);
  CHECK(ParseUuid(text) == id);
  CHECK(ParseUuid("0193A5B2-7C1D-7301-9032-547698BADCFE") ==
        ParseUuid("0193a5b2-7c1d-7301-9032-547698badcfe"));
  for (size_t i = 0; i < text.size(); ++i) {
    std::string broken = text;
    broken[i] = broken[i] == '-' ? '0' : '-';
    INFO(broken);
    CHECK_FALSE(ParseUuid(broken));
    CHECK_FALSE(ParseUuid(text.substr(0, i)));
  }
  CHECK_FALSE(ParseUuid(text + "0"));
  CHECK_FALSE(ParseUuid("0193a5b2-7c1d-7301-9032-547698badcfg"));
}

}  // namespace gamevents
