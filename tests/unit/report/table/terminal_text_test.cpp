// Goal: a text takes as many columns as a terminal gives it, and is cut to fewer without halving a
// character. Method: characters of each width, every width of a mixed text.

#include "core/report/table/terminal_text.h"

#include "tests/unit/catch.h"

#include <string>

namespace gamevents::report {
namespace {

TEST_CASE("wide characters take two columns, combining ones none") {
  CHECK(TerminalWidth("") == 0);
  CHECK(TerminalWidth("abc") == 3);
  CHECK(TerminalWidth("gr\u00F6\u00DF") == 4);
  CHECK(TerminalWidth("\u5263\u3092") == 4);  // kanji and kana
  CHECK(TerminalWidth("\U0001F600") == 2);    // an emoji
  CHECK(TerminalWidth("e\u0301") == 1);       // a letter and an accent of its own
  CHECK(TerminalWidth("a\u200Bb") == 2);      // a blank of no width
  CHECK(TerminalWidth("\uFF71\uFF01") == 3);  // half and full width forms
  CHECK(TerminalWidth("\U0010FFFF") == 1);    // not assigned
}

TEST_CASE("a cut text fits, and keeps whole characters") {
  CHECK(CutToWidth("sword", 5) == "sword");
  CHECK(CutToWidth("sword", 4) == "swo\u2026");
  CHECK(CutToWidth("sword", 1) == "\u2026");
  CHECK(CutToWidth("\u5263\u5263\u5263", 6) == "\u5263\u5263\u5263");
  CHECK(CutToWidth("\u5263\u5263\u5263", 5) == "\u5263\u5263\u2026");
  CHECK(CutToWidth("\u5263\u5263\u5263", 4) == "\u5263\u2026");  // one column stays empty
  CHECK(CutToWidth("e\u0301x", 1) == "\u2026");
  CHECK(CutToWidth("e\u0301xyz", 2) == "e\u0301\u2026");
  const std::string mixed = "a\u5263\U0001F600e\u0301\u00DFxyz";
  for (size_t width = 1; width < 12; ++width) {
    INFO(width);
    CHECK(TerminalWidth(CutToWidth(mixed, width)) <= width);
  }
}

}  // namespace
}  // namespace gamevents::report
