// Goal: a record's mark says where it was, and nothing else is taken for one. Method: marks there
// and back, and texts that are near misses.
#include "core/forward/mark.h"

#include "tests/unit/catch.h"

#include <array>
#include <limits>

namespace gamevents::forward {

TEST_CASE("a mark is read as it was written") {
  for (const Mark& mark :
       {Mark{"X5MIomu9Tx2kLKvttWpkSQ", 0, 0}, Mark{"c", 7, 12},
        Mark{"c", 7, 12, "v5e8Zp2nTtq0V4Zk3mWb7A"},
        Mark{"c", std::numeric_limits<int32_t>::max(), std::numeric_limits<int64_t>::max()}}) {
    const std::string text = FormatMark(mark);
    CHECK(ParseMark(text) == mark);
  }
  CHECK(FormatMark({"abc", 3, 17}) == "abc 3 17");
  CHECK(FormatMark({"abc", 3, 17, "topic"}) == "abc 3 17 topic");
}

TEST_CASE("what is no mark is not taken for one") {
  for (const char* text :
       {"", " ", "a", "a 1", "a 1 ", " 1 2", "a  2", "a 1 2 ", "a 1 2  b", "a 1 2 b ", "a 1 2 b c",
        "a -1 2", "a 1 -2", "a x 2", "a 1 y", "a 2147483648 1", "a 1 9223372036854775808"}) {
    INFO(text);
    CHECK_FALSE(ParseMark(text));
  }
}

TEST_CASE("the last header of the name counts") {
  using kafka::HeaderView;
  const std::array<HeaderView, 3> headers = {HeaderView{kMarkHeader, "first 0 1"},
                                             HeaderView{kMarkHeader, "second 0 2"},
                                             HeaderView{"other", "third 0 3"}};
  CHECK(MarkOf(headers) == Mark{"second", 0, 2});
  CHECK_FALSE(MarkOf({}));
  const std::array<HeaderView, 2> null = {HeaderView{kMarkHeader, "first 0 1"},
                                          HeaderView{kMarkHeader, std::nullopt}};
  CHECK_FALSE(MarkOf(null));
}

}  // namespace gamevents::forward
