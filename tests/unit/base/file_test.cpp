// Goal: files are read whole or refused by name. Method: real files and a real pipe.
#include "core/base/file.h"

#include "tests/support/temp_folder.h"
#include "tests/unit/catch.h"

#include <fcntl.h>
#include <signal.h>
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
