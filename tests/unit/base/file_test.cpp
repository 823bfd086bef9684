// Goal: files are read whole or refused by name. Method: real files and a real pipe.
#include "core/base/file.h"

#include "tests/support/temp_folder.h"
#include "tests/unit/catch.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>

namespace gamevents {

TEST_CASE("a file is read whole, and refused when it is too long") {
  const TempFolder folder;
  const std::string path = folder.path() + "/file";
  const FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  REQUIRE(file);
  REQUIRE(WriteAll(file.get(), "swords\n").ok());
  CHECK(ReadFile(path, 7).value() == "swords\n");
  CHECK(ReadFile(path, 6).error().fault == Fault::kFull);
  std::filesystem::remove(path);
  const auto gone = ReadFile(path, 7);
  CHECK(gone.error().fault == Fault::kNotFound);
  CHECK(gone.error().context == "open " + path + ": No such file or directory");
}

TEST_CASE("a file is replaced whole, keeps its mode, and a link to it stays a link") {
  const TempFolder folder;
  const std::string path = folder.path() + "/file";
  const auto mode = [&] {
    struct stat now = {};
    REQUIRE(::stat(path.c_str(), &now) == 0);
    return now.st_mode & 07777;
  };
  REQUIRE(ReplaceFile(path, "one\n").ok());
  CHECK(mode() == 0600);
  REQUIRE(::chmod(path.c_str(), 0640) == 0);
  folder.Write("file.part", "what a crash has left");
  std::filesystem::create_symlink("file", folder.path() + "/link");
  REQUIRE(ReplaceFile(folder.path() + "/link", "two\n").ok());
  CHECK(folder.Read("file") == "two\n");
  CHECK(mode() == 0640);
  CHECK(std::filesystem::is_symlink(folder.path() + "/link"));
  CHECK_FALSE(folder.Has("file.part"));
  CHECK(ReplaceFile(folder.path() + "/no/file", "x").error().fault == Fault::kNotFound);
  // A folder cannot be replaced by a file.
  std::filesystem::create_directory(folder.path() + "/folder");
  CHECK_FALSE(ReplaceFile(folder.path() + "/folder", "x").ok());
  CHECK_FALSE(folder.Has("folder.part"));
}

TEST_CASE("writing to a pipe whose reader has gone says so") {
  ::signal(SIGPIPE, SIG_IGN);
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const FileDescriptor writer(ends[1]);
  {
    const FileDescriptor reader(ends[0]);
  }
  CHECK(WriteAll(writer.get(), "x").error().fault == Fault::kClosed);
}

}  // namespace gamevents
