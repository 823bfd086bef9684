// Goal: nothing of a text is taken for markup. Method: all that GitHub Flavored Markdown could read
// as markup, against the exact text.
#include "core/base/markdown.h"

#include "tests/unit/catch.h"

namespace gamevents {

TEST_CASE("what could be markup has a backslash") {
  CHECK(EscapeMarkdown("*a* `b` [c](d) ~e~ $f$") == "\\*a\\* \\`b\\` \\[c\\](d) \\~e\\~ \\$f\\$");
  CHECK(EscapeMarkdown("<b>&lt; a|b \\") == "\\<b\\>\\&lt; a\\|b \\\\");
}

TEST_CASE("an underscore in a word stays") {
  CHECK(EscapeMarkdown("purchase_sword _em_ a_") == "purchase_sword \\_em\\_ a\\_");
}

}  // namespace gamevents
