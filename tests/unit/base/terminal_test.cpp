// Goal: nothing that a terminal obeys passes, and every other text passes unchanged. Method: known
// answers, every byte alone, and characters that share bytes with what is escaped.
#include "core/base/terminal.h"

#include "tests/unit/catch.h"

namespace gamevents {

TEST_CASE("what a terminal would obey becomes visible") {
  CHECK(EscapeControls("\x1B[31mred\x7F \xC2\x9B gr\xC3\xBC\xC3\x9F") ==
        "\\x1B[31mred\\x7F \\x9B gr\xC3\xBC\xC3\x9F");
  CHECK(EscapeControls("a,b\r\n\x1B", "\r\n") == "a,b\r\n\\x1B");
  CHECK(EscapeControls(std::string_view("\0\t\n", 3)) == "\\x00\\x09\\x0A");
}

TEST_CASE("a byte alone is escaped where it is a command") {
  for (int byte = 0; byte < 256; ++byte) {
    const std::string text(1, static_cast<char>(byte));
    const bool is_command = byte < 0x20 || (byte >= 0x7F && byte < 0xA0);
    INFO(byte);
    CHECK((EscapeControls(text) == text) != is_command);
    CHECK(EscapeControls(text, text) == text);
  }
}

TEST_CASE("characters that have such bytes stay whole, pieces of them do not") {
  for (std::string_view text : {"\xE2\x80\x94", "\xC3\x9B", "\xF0\x9F\x97\xA1", "\xC2\xA0", ""}) {
    CHECK(EscapeControls(text) == text);
  }
  CHECK(EscapeControls("\xF0\x9F\x97") == "\xF0\\x9F\\x97");
  CHECK(EscapeControls("\xC3\xC2\x9B\xE4") == "\xC3\\x9B\xE4");
}

}  // namespace gamevents
