// Goal: the room on a disk is that of the file system that the path is on. Method: the temporary
// folder, as the standard library sees it; a path that is not there.
#include "core/base/disk_space.h"

#include "tests/support/temp_folder.h"
#include "tests/unit/catch.h"

#include <filesystem>

namespace gamevents {

TEST_CASE("a folder's file system has its size and no more free than that") {
  const TempFolder folder;
  const auto found = FindDiskSpace(folder.path());
  REQUIRE(found.ok());
  CHECK(found->total_bytes == std::filesystem::space(folder.path()).capacity);
  CHECK(found->free_bytes <= found->total_bytes);
}

TEST_CASE("a path that is not there is named") {
  const auto missing = FindDiskSpace("/nowhere/at/all");
  REQUIRE(!missing.ok());
  CHECK(missing.error().fault == Fault::kNotFound);
  CHECK(missing.error().context.find("/nowhere/at/all") != std::string::npos);
}

}  // namespace gamevents
