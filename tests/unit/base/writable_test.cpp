// Goal: what can be written is known before it is, and what stands in the way is named. Method: a
// folder of the test's own.
#include "core/base/writable.h"

#include "core/base/file.h"
#include "tests/unit/catch.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

namespace gamevents {

TEST_CASE("whether something can be written is known before it is") {
  char folder[] = "/tmp/gamevents-folder-XXXXXX";
  REQUIRE(::mkdtemp(folder) != nullptr);
  const std::string root = folder;
  const FileDescriptor file(::open((root + "/file").c_str(), O_WRONLY | O_CREAT, 0600));
  REQUIRE(file);
  for (const MissingFolders missing : {MissingFolders::kNone, MissingFolders::kAny}) {
    CHECK(CheckWritable(root, missing).ok());
    CHECK(CheckWritable(root + "/file", missing).ok());
    CHECK(CheckWritable(root + "/new", missing).ok());
    CHECK(CheckWritable(root + "/file/new", missing).error().context ==
          "write to " + root + "/file/new: Not a directory");
  }
  CHECK(CheckWritable(root + "/a/b/new", MissingFolders::kAny).ok());
  CHECK(CheckWritable(root + "/a/new", MissingFolders::kNone).error().context ==
        "write to " + root + "/a: No such file or directory");
  ::unlink((root + "/file").c_str());
  CHECK(::rmdir(folder) == 0);  // Nothing was made in it.
}

}  // namespace gamevents
