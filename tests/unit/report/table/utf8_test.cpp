// Goal: malformed UTF-8 is cut into the same pieces as by Java, so that texts equal Spark's.
// Method: bytes whose replacement real Spark 4.0.0 printed, and code points at every length's edge.

#include "core/report/table/utf8.h"

#include "core/base/text.h"
#include "tests/unit/catch.h"

namespace gamevents::report {
namespace {

const std::string kRepl = "\xEF\xBF\xBD";

TEST_CASE("malformed pieces are those of Java's decoder") {
  CHECK(ReplaceMalformed("\xFF"
                         "abc") == kRepl + "abc");
  CHECK(ReplaceMalformed("\xE5\x89\x89\xFF \xE5\x89") == "\xE5\x89\x89" + kRepl + " " + kRepl);
  CHECK(ReplaceMalformed("\xF0\x9F\x98") == kRepl);
  CHECK(ReplaceMalformed("\xED\xA0\x80\xED\xA0\x80") == kRepl + kRepl);
  CHECK(ReplaceMalformed("\xC0\xAF") == kRepl + kRepl);
  CHECK(ReplaceMalformed("\xF4\x90\x80\x80") == kRepl + kRepl + kRepl + kRepl);
  CHECK(ReplaceMalformed("\xE0\x80") == kRepl + kRepl);
}

TEST_CASE("code points survive at the edges of each length") {
  for (const char32_t value :
       {0x0u, 0x7Fu, 0x80u, 0x7FFu, 0x800u, 0xD7FFu, 0xE000u, 0xFFFFu, 0x10000u, 0x10FFFFu}) {
    std::string text;
    AppendUtf8(text, value);
    const CodePoint point = FirstCodePoint(text);
    CHECK(point.valid);
    CHECK(point.value == value);
    CHECK(point.bytes == text.size());
    CHECK(ReplaceMalformed(text) == text);
  }
}

TEST_CASE("every pair of bytes becomes valid UTF-8, and valid text stays itself") {
  size_t turns = 0;
  size_t unchanged = 0;
  for (int a = 0; a < 256; ++a) {
    for (int b = 0; b < 256; ++b) {
      const std::string bytes{static_cast<char>(a), static_cast<char>(b)};
      const std::string text = ReplaceMalformed(bytes);
      const bool same = text == bytes;
      if (!IsUtf8(text) || same != IsUtf8(bytes)) FAIL("bytes " << a << " " << b);
      unchanged += same ? 1 : 0;
      ++turns;
    }
  }
  CHECK(turns == 65'536);
  CHECK(unchanged == 128 * 128 + 30 * 64);  // two of ASCII, or one of two bytes
}

}  // namespace
}  // namespace gamevents::report
