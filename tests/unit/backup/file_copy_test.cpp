// Goal: files are copied, shared and summed as they are, and an interrupted or impossible copy says
// so. Method: real files.
#include "core/backup/file_copy.h"

#include "core/base/bytes.h"
#include "core/base/crc32c.h"
#include "tests/support/temp_folder.h"
#include "tests/unit/catch.h"

#include <filesystem>
#include <string>

namespace gamevents::backup {
namespace {

const Watch kGoOn = [](uint64_t) { return true; };

}  // namespace

TEST_CASE("a copy has the bytes that it was to have, and its sum") {
  const TempFolder folder;
  const std::string text(3'000'000, 'x');
  const std::string from = folder.Write("from", text);
  const auto whole = CopyFile(from, folder.path() + "/whole", UINT64_MAX, kGoOn);
  REQUIRE(whole.ok());
  CHECK(whole->size == text.size());
  CHECK(whole->crc == Crc32c(0, AsBytes(text)));
  CHECK(folder.Read("whole") == text);
  CHECK(SumOf(from, kGoOn)->crc == whole->crc);
  const auto part = CopyFile(from, folder.path() + "/part", 2'000'001, kGoOn);
  REQUIRE(part.ok());
  CHECK(folder.Read("part") == text.substr(0, 2'000'001));
  CHECK(CopyFile(from, folder.path() + "/part", 1, kGoOn).error().fault == Fault::kExists);
  CHECK(CopyFile(folder.path() + "/no", folder.path() + "/n", 1, kGoOn).error().fault ==
        Fault::kNotFound);
  CHECK(CopyFile(from, folder.path() + "/s", UINT64_MAX, [](uint64_t) { return false; })
            .error()
            .fault == Fault::kClosed);
}

TEST_CASE("a shared file is the same, and stays when the other is removed") {
  const TempFolder folder;
  const std::string from = folder.Write("from", "abc");
  const std::string to = folder.path() + "/to";
  const auto means = ShareFile(from, to, kGoOn);
  REQUIRE(means.ok());
  CHECK(*means != Means::kCopied);
  std::filesystem::remove(from);
  CHECK(folder.Read("to") == "abc");
  CHECK(ShareFile(from, folder.path() + "/other", kGoOn).error().fault == Fault::kNotFound);
  CHECK_FALSE(folder.Has("other"));
}

TEST_CASE("a file of ours is cut and brought to disk") {
  const TempFolder folder;
  const std::string path = folder.Write("file", "abcdef");
  REQUIRE(CutFile(path, 3).ok());
  CHECK(folder.Read("file") == "abc");
  REQUIRE(SyncFile(path).ok());
  CHECK(FactsOf(path)->is_file);
  CHECK_FALSE(FactsOf(folder.path())->is_file);
  REQUIRE(SyncFolders(folder.path()).ok());
  REQUIRE(RemoveFolder(folder.path() + "/none").ok());
}

TEST_CASE("one process at a time has the lock of a folder") {
  const TempFolder folder;
  {
    CHECK(FolderLock::Take(folder.path(), false).ok());
  }
  CHECK_FALSE(folder.Has("LOCK"));
  {
    const auto lock = FolderLock::Take(folder.path(), true);
    REQUIRE(lock.ok());
    CHECK(FolderLock::Take(folder.path(), true).error().fault == Fault::kUnavailable);
    CHECK(FolderLock::Take(folder.path(), false).error().fault == Fault::kUnavailable);
  }
  const auto shared = FolderLock::Take(folder.path(), false);
  REQUIRE(shared.ok());
  CHECK(FolderLock::Take(folder.path(), false).ok());
  CHECK(FolderLock::Take(folder.path(), true).error().fault == Fault::kUnavailable);
}

}  // namespace gamevents::backup
