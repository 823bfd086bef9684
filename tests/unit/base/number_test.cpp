// Goal: a text is one whole number, or none. Method: each end of the types, and texts that are
// nearly numbers.
#include "core/base/number.h"

#include "tests/unit/catch.h"

#include <cstdint>

namespace gamevents {

TEST_CASE("the whole of a text is one number") {
  CHECK(ParseWholeNumber<int64_t>("0") == 0);
  CHECK(ParseWholeNumber<int64_t>("007") == 7);
  CHECK(ParseWholeNumber<int64_t>("-9223372036854775808") == INT64_MIN);
  CHECK(ParseWholeNumber<uint64_t>("18446744073709551615") == UINT64_MAX);
  CHECK(ParseWholeNumber<uint32_t>("0badCAFE", 16) == 0x0badcafe);
}

TEST_CASE("what is nearly a number is none") {
  for (const char* text : {"", " ", "-", "+1", " 1", "1 ", "1x", "0x1", "1.0", "1e3"}) {
    CAPTURE(text);
    CHECK_FALSE(ParseWholeNumber<int64_t>(text).has_value());
  }
  CHECK_FALSE(ParseWholeNumber<int64_t>("9223372036854775808").has_value());
  CHECK_FALSE(ParseWholeNumber<uint64_t>("-1").has_value());
  CHECK_FALSE(ParseWholeNumber<uint8_t>("256").has_value());
}

}  // namespace gamevents
