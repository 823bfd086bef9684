// Goal: Java's expression means what RE2's does, or is refused. Method: each piece of syntax in
// which the two differ, and the exact text; tests/interop/test_spark_engine.py runs them.
#include "core/spark/java_regex.h"

#include "tests/unit/catch.h"

#include <re2/re2.h>

#include <string>
#include <vector>

namespace gamevents::spark {
namespace {

std::string Java(const std::string& pattern) {
  INFO(pattern);
  CHECK(re2::RE2(pattern, re2::RE2::Quiet).ok());  // Else the case is none.
  const auto java = ToJavaRegex(pattern);
  INFO((java ? "" : java.error().context));
  REQUIRE(java);
  CHECK(java->starts_with("(?d)"));
  return java->substr(4);
}

TEST_CASE("what both know stays as it is") {
  for (const std::string pattern :
       {"^purchase_", "a.b", "a*?b+c?", "(a|b)", "(?:a)", "(?s)a.b", "\\d+\\D\\w\\W", "[a-z^]",
        "[^0-9]", "a{2}b{2,}c{2,3}", "\\.\\*\\[", "\\x41\\x{1F600}", "\\pL\\p{Lu}\\PN", "größe",
        "\\Qa.b$\\E", "\\A\\z\\t\\n\\f\\r\\a", "[.$({]", "}"}) {
    CHECK(Java(pattern) == pattern);
  }
}

TEST_CASE("what they write differently is written Java's way") {
  CHECK(Java("a$") == "a\\z");
  CHECK(Java("(?i)sword") == "(?iu)sword");
  CHECK(Java("(?i:a)b") == "(?iu:a)b");
  CHECK(Java("(?-i)a") == "(?-iu)a");
  CHECK(Java("(?P<name_1>a)") == "(?:a)");
  CHECK(Java("\\s\\S[\\s]") == "[\\t\\n\\f\\r ][^\\t\\n\\f\\r ][\\t\\n\\f\\r ]");
  CHECK(Java("\\v") == "\\x0B");
  CHECK(Java("\\012\\0") == "\\x{A}\\x{0}");
  CHECK(Java("a{,3}{x") == "a\\{,3}\\{x");
  CHECK(Java("\\p{Greek}\\P{^Lu}\\p{^Lu}") == "\\p{IsGreek}\\p{Lu}\\P{Lu}");
  CHECK(Java("\\b").find("(?<=[0-9A-Za-z_])(?![0-9A-Za-z_])") != std::string::npos);
  CHECK(Java("\\B").find("(?<=[0-9A-Za-z_])(?=[0-9A-Za-z_])") != std::string::npos);
}

TEST_CASE("classes of RE2 neither nest nor intersect") {
  CHECK(Java("[a[b]") == "[a\\[b]");
  CHECK(Java("[a&&b]") == "[a\\&\\&b]");
  CHECK(Java("[]a]") == "[\\]a]");
  CHECK(Java("[^]a]") == "[^\\]a]");
  CHECK(Java("[[:alpha:]_[:^digit:]]") == "[\\p{Alpha}_\\P{Digit}]");
  CHECK(Java("[[:word:]]") == "[\\w]");
  CHECK(Java("[\\]\\v]") == "[\\]\\x0B]");
}

TEST_CASE("what Java has no counterpart of is refused by its name") {
  const std::vector<std::pair<std::string, std::string>> refused{{"a\\Cb", "\\C"},
                                                                 {"(?m)^a$", "flag m"},
                                                                 {"(?U)a+", "flag U"},
                                                                 {"[\\S]", "\\S in a class"},
                                                                 {"\\p{Any}", "\\p{Any}"}};
  for (const auto& [pattern, named] : refused) {
    INFO(pattern);
    const auto java = ToJavaRegex(pattern);
    REQUIRE(!java);
    CHECK(java.error().fault == Fault::kUnsupported);
    CHECK(java.error().context.find(named) != std::string::npos);
  }
}

}  // namespace
}  // namespace gamevents::spark
