// Goal: the codes are what clients can rely on, and docs/errors.md says what they are. Method: the
// table itself, and the committed page.
#include "core/problem/codes.h"

#include "core/base/file.h"
#include "tests/unit/catch.h"

#include <algorithm>
#include <set>
#include <string>

namespace gamevents::problem {

TEST_CASE("each code has a name of its own, a status and two sentences") {
  std::set<std::string_view> names;
  for (const CodeTraits& each : Codes()) {
    INFO(each.name);
    CHECK(names.insert(each.name).second);
    CHECK(
        std::ranges::all_of(each.name, [](char c) { return c == '_' || (c >= 'a' && c <= 'z'); }));
    CHECK(each.status >= 400);
    CHECK(each.status < 600);
    CHECK_FALSE(each.title.empty());
    CHECK_FALSE(each.help.empty());
    CHECK(&TraitsOf(each.code) == &each);
    // A client that knows only statuses repeats 408, 429 and 503.
    const bool again = each.status == 408 || each.status == 429 || each.status == 503;
    CHECK(each.retryable == again);
  }
}

TEST_CASE("a code's type is a tag") {
  CHECK(TypeOf(Code::kCartEmpty) == "tag:gamevents,2026:cart_empty");
}

TEST_CASE("docs/errors.md is what the table gives") {
  const auto page = ReadFile(GAMEVENTS_ERRORS_PAGE, 1 << 20);
  REQUIRE(page.ok());
  const std::string begin =
      "<!-- codes: begin. Written by `gamevents config errors`; a test compares. -->\n\n";
  const size_t from = page->find(begin);
  REQUIRE(from != std::string::npos);
  const size_t to = page->find("\n<!-- codes: end -->", from);
  REQUIRE(to != std::string::npos);
  CHECK(page->substr(from + begin.size(), to - from - begin.size()) == RenderReference());
}

}  // namespace gamevents::problem
