// Goal: a file that was changed is told from what it was. Method: files written, appended to,
// replaced by another of the same text, and removed.
#include "core/base/file_mark.h"

#include "core/base/file.h"
#include "tests/support/temp_folder.h"
#include "tests/unit/catch.h"

#include <cerrno>

namespace gamevents {

TEST_CASE("a file's mark stays while the file does, and changes with it") {
  const TempFolder folder;
  const std::string path = folder.path() + "/file";
  CHECK(FileMarkOf(path).error == ENOENT);
  REQUIRE(ReplaceFile(path, "text").ok());
  const FileMark first = FileMarkOf(path);
  CHECK(first.error == 0);
  CHECK(first.size == 4);
  CHECK(FileMarkOf(path) == first);
  REQUIRE(ReplaceFile(path, "text").ok());
  const FileMark replaced = FileMarkOf(path);
  CHECK_FALSE(replaced == first);
  REQUIRE(ReplaceFile(path, "longer").ok());
  CHECK_FALSE(FileMarkOf(path) == replaced);
}

}  // namespace gamevents
