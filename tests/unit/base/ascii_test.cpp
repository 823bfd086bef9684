// Goal: ASCII letters have a case, and nothing else has; blanks go at both ends and nowhere else.
// Method: a few texts, empty ones and bytes beyond ASCII among them.
#include "core/base/ascii.h"

#include "tests/unit/catch.h"

#include <cctype>

namespace gamevents {

TEST_CASE("texts are the same in any case of their letters") {
  CHECK(EqualsIgnoringCase("X-Api-Key", "x-aPI-kEY"));
  CHECK(EqualsIgnoringCase("", ""));
  CHECK_FALSE(EqualsIgnoringCase("X-Api-Key", "X-Api-Keys"));
  CHECK_FALSE(EqualsIgnoringCase("a[", "a{"));  // not letters, though one bit apart as letters are
  CHECK_FALSE(EqualsIgnoringCase("\xC3\x84", "\xC3\xA4"));
}

TEST_CASE("each character of a text counts, at whatever place in it") {
  for (size_t size = 1; size < 20; ++size) {
    for (size_t place = 0; place < size; ++place) {
      for (int byte = 0; byte < 256; ++byte) {
        std::string text(size, 'q');
        text[place] = static_cast<char>(byte);
        std::string other(size, 'Q');
        other[place] = static_cast<char>(byte ^ 0x20);
        const bool is_letter = std::isalpha(byte) != 0 && byte < 0x80;
        REQUIRE(EqualsIgnoringCase(text, other) == is_letter);
        other[place] = static_cast<char>(byte);
        REQUIRE(EqualsIgnoringCase(text, other));
      }
    }
  }
}

TEST_CASE("a prefix may be in another case, and no longer than the text") {
  CHECK(StartsWithIgnoringCase("CE-Id", "ce-"));
  CHECK(StartsWithIgnoringCase("ce-", "ce-"));
  CHECK(StartsWithIgnoringCase("x", ""));
  CHECK_FALSE(StartsWithIgnoringCase("ce", "ce-"));
  CHECK_FALSE(StartsWithIgnoringCase("xce-", "ce-"));
}

TEST_CASE("A to Z are lowered") {
  CHECK(Lower("GET /@[`{\xC3\x84") == "get /@[`{\xC3\x84");
  CHECK(Lower(std::string_view()).empty());
}

TEST_CASE("blanks at both ends are cut off") {
  CHECK(Trim(" \ta b\t ") == "a b");
  CHECK(Trim("a") == "a");
  CHECK(Trim(" \t").empty());
  CHECK(Trim("").empty());
  CHECK(Trim("\na ") == "\na");
  CHECK(Trim("\na ", " \n") == "a");
  // What is left of nothing but blanks is a part of the text all the same.
  const std::string_view blanks = "  ";
  CHECK(Trim(blanks).data() == blanks.data() + 2);
}

}  // namespace gamevents
