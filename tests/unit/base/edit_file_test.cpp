// Goal: a file is changed whole, and by one at a time. Method: files that are there and are not,
// edits that fail, a folder that stays locked for a while, and many threads at once.
#include "core/base/edit_file.h"

#include "core/base/check.h"
#include "core/base/file.h"
#include "tests/support/temp_folder.h"
#include "tests/unit/catch.h"

#include <fcntl.h>
#include <sys/file.h>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

namespace gamevents {
namespace {

constexpr size_t kFileBytesMax = 100;

Status Append(const std::string& path, const std::string& more) {
  return EditFile(path, kFileBytesMax,
                  [&](std::string_view text) { return Result(std::string(text) + more); });
}

}  // namespace

TEST_CASE("a file is replaced by what the edit makes of it") {
  const TempFile file;
  REQUIRE(Append(file.path(), "a").ok());
  REQUIRE(Append(file.path(), "b").ok());
  CHECK(file.Read() == "ab");
  const Status failed = EditFile(file.path(), kFileBytesMax, [](std::string_view) {
    return Result<std::string>(Error{Fault::kExists, "no"});
  });
  CHECK(failed.error().fault == Fault::kExists);
  CHECK(failed.error().context == "no");
  CHECK(file.Read() == "ab");
  file.Write(std::string(kFileBytesMax + 1, 'x'));
  CHECK(Append(file.path(), "a").error().fault == Fault::kFull);
  CHECK(Append(file.path() + "/no/file", "a").error().fault != Fault::kBadInput);
}

TEST_CASE("an edit waits for the folder's lock") {
  const TempFolder folder;
  FileDescriptor lock(::open(folder.path().c_str(), O_RDONLY | O_DIRECTORY));
  REQUIRE(::flock(lock.get(), LOCK_EX) == 0);
  std::thread other([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    folder.Write("file", "first ");
    lock.Close();
  });
  CHECK(Append(folder.path() + "/file", "second").ok());
  other.join();
  CHECK(folder.Read("file") == "first second");
}

TEST_CASE("edits at once lose nothing") {
  const TempFile file;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] { INVARIANT(Append(file.path(), "x").ok()); });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(file.Read() == "xxxxxxxx");
}

}  // namespace gamevents
