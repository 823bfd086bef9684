// Goal: what is skipped is kept on disk and noticed when it changes. Method: a file in a folder of
// the test's own.
#include "core/forward/skips.h"

#include "core/base/file.h"
#include "tests/support/temp_folder.h"
#include "tests/unit/catch.h"

namespace gamevents::forward {

TEST_CASE("skips are added, and never go back") {
  const TempFolder folder;
  const std::string path = folder.path() + "/.state/forward-skips";
  CHECK(ReadSkips(path).value().empty());
  REQUIRE(AddSkip(path, {"game", 0, 12}).ok());
  REQUIRE(AddSkip(path, {"game", 1, 7}).ok());
  REQUIRE(AddSkip(path, {"game", 0, 20}).ok());
  REQUIRE(AddSkip(path, {"game", 1, 3}).ok());
  CHECK(ReadSkips(path).value() == std::vector<Skip>{{"game", 0, 20}, {"game", 1, 7}});
}

TEST_CASE("a line that is no skip is an error with its number") {
  const TempFolder folder;
  const std::string path = folder.path() + "/skips";
  for (const char* line : {"game 0", "game 0 1 2", "game x 1", "game 0 -1", "game -1 0", ""}) {
    INFO(line);
    REQUIRE(ReplaceFile(path, std::string("game 0 1\n") + line + "\n").ok());
    const auto read = ReadSkips(path);
    REQUIRE_FALSE(read.ok());
    CHECK(read.error().fault == Fault::kCorrupt);
    CHECK(read.error().context.find("line 2") != std::string::npos);
    CHECK_FALSE(AddSkip(path, {"game", 0, 5}).ok());
  }
}

TEST_CASE("a watch sees what was added, and keeps what it knew of a file that is damaged") {
  const TempFolder folder;
  const std::string path = folder.path() + "/skips";
  SkipWatch watch(path);
  CHECK(watch.Of("game", 0) == 0);
  REQUIRE(AddSkip(path, {"game", 0, 12}).ok());
  CHECK(watch.Of("game", 0) == 12);
  CHECK(watch.Of("game", 1) == 0);
  CHECK(watch.Of("other", 0) == 0);
  REQUIRE(AddSkip(path, {"game", 0, 13}).ok());
  CHECK(watch.Of("game", 0) == 13);
  REQUIRE(ReplaceFile(path, "damaged\n").ok());
  CHECK(watch.Of("game", 0) == 13);
  SkipWatch nothing("");
  CHECK(nothing.Of("game", 0) == 0);
}

}  // namespace gamevents::forward
