// Goal: a cell's text is escaped, cut and measured as Spark 4.0's show() does it.
// Method: inputs whose output real PySpark 4.0.0 printed, emoji and full width ones at the cut.

#include "core/report/table/spark_text.h"

#include "tests/unit/catch.h"

#include <limits>

namespace gamevents::report {
namespace {

TEST_CASE("meta characters are escaped and nothing else is") {
  CHECK(EscapeMeta("a\nb\rc\td\fe\bf\vg\ah") == R"(a\nb\rc\td\fe\bf\vg\ah)");
  CHECK(EscapeMeta("back\\slash \x1B \x7F") == "back\\slash \x1B \x7F");
}

TEST_CASE("cells are cut at UTF-16 code units with dots from four on") {
  CHECK(Truncate("abcdefghijklmnopqrst", 20) == "abcdefghijklmnopqrst");
  CHECK(Truncate("abcdefghijklmnopqrstu", 20) == "abcdefghijklmnopq...");
  CHECK(Truncate("12345", 4) == "1...");
  CHECK(Truncate("12345", 3) == "123");
  CHECK(Truncate("12345", 0) == "12345");
  const std::string emoji = "\xF0\x9F\x98\x80";
  CHECK(Truncate("1234567890123456" + emoji + "tail end", 20) == "1234567890123456?...");
  CHECK(Truncate("12345678901234567" + emoji + "tail end", 20) == "12345678901234567...");
  CHECK(Truncate("123456789012345678" + emoji, 20) == "123456789012345678" + emoji);
}

TEST_CASE("full width characters count two and emoji two code units") {
  CHECK(DisplayWidth("abc") == 3);
  CHECK(DisplayWidth("\xE5\x89\xA3\xE3\x82\x92") == 4);  // 剣を
  CHECK(DisplayWidth("\xEF\xBD\xB1\xEF\xBC\x81") == 3);  // half width ｱ, full width ！
  CHECK(DisplayWidth("gr\xC3\xB6\xC3\x9F") == 4);
  CHECK(DisplayWidth("\xF0\x9F\x98\x80") == 2);
}

TEST_CASE("doubles read as in Java") {
  CHECK(JavaDouble(1.5) == "1.5");
  CHECK(JavaDouble(100) == "100.0");
  CHECK(JavaDouble(1e20) == "1.0E20");
  CHECK(JavaDouble(1e7) == "1.0E7");
  CHECK(JavaDouble(9999999) == "9999999.0");
  CHECK(JavaDouble(123456.789) == "123456.789");
  CHECK(JavaDouble(0.001) == "0.001");
  CHECK(JavaDouble(0.0001) == "1.0E-4");
  CHECK(JavaDouble(-0.0) == "-0.0");
  CHECK(JavaDouble(1.7976931348623157e308) == "1.7976931348623157E308");
  CHECK(JavaDouble(-12.25) == "-12.25");
  CHECK(JavaDouble(std::numeric_limits<double>::quiet_NaN()) == "NaN");
  CHECK(JavaDouble(-std::numeric_limits<double>::infinity()) == "-Infinity");
}

}  // namespace
}  // namespace gamevents::report
