// Goal: one holder at a time, none after its death, and no trace in a folder that is not ours.
// Method: real files; a child process that is killed while it holds the lock.
#include "core/embedded/lock.h"

#include "tests/unit/catch.h"
#include "tests/unit/embedded/fixture.h"

#include <sys/stat.h>
#include <sys/wait.h>

#include <algorithm>
#include <csignal>
#include <optional>
#include <string>

namespace gamevents::embedded {
namespace {

bool IsFree(const std::string& directory) {
  const auto lock = DirectoryLock::TryTake(directory);
  REQUIRE(lock.ok());
  return lock->has_value();
}

// A child that has the lock of `directory`, and waits to be killed.
pid_t StartHolder(const std::string& directory) {
  int ready[2];
  REQUIRE(::pipe(ready) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const auto lock = DirectoryLock::TryTake(directory);
    const char answer = lock.ok() && lock->has_value() ? 'y' : 'n';
    if (::write(ready[1], &answer, 1) == 1) ::pause();
    ::_exit(0);
  }
  char answer = 0;
  CHECK(::read(ready[0], &answer, 1) == 1);
  CHECK(answer == 'y');
  ::close(ready[0]);
  ::close(ready[1]);
  return child;
}

}  // namespace

TEST_CASE("a directory is locked once, until the lock goes") {
  const TempFolder folder;
  {
    const DirectoryLock lock = MustLock(folder.path());
    CHECK(lock.directory() == folder.path());
    CHECK_FALSE(IsFree(folder.path()));
    CHECK(LastHolder(folder.path()) == ::getpid());
    CHECK(CurrentHolder(folder.path()) == ::getpid());
  }
  CHECK(LastHolder(folder.path()) == ::getpid());
  const std::string version = LastHolderVersion(folder.path());
  CHECK(std::count(version.begin(), version.end(), '.') == 2);
  CHECK(CurrentHolder(folder.path()) == std::nullopt);
  CHECK(IsFree(folder.path()));
}

TEST_CASE("a lock that is moved is still held once") {
  const TempFolder folder;
  DirectoryLock lock = MustLock(folder.path());
  {
    const DirectoryLock moved = std::move(lock);
    CHECK_FALSE(IsFree(folder.path()));
  }
  CHECK(IsFree(folder.path()));
}

TEST_CASE("a killed process lets its lock go") {
  const TempFolder folder;
  const pid_t child = StartHolder(folder.path());
  CHECK_FALSE(IsFree(folder.path()));
  CHECK(LastHolder(folder.path()) == child);
  REQUIRE(::kill(child, SIGKILL) == 0);
  REQUIRE(::waitpid(child, nullptr, 0) == child);
  CHECK(IsFree(folder.path()));
}

TEST_CASE("a missing directory is made for this user only, with its parents") {
  const TempFolder folder;
  const std::string directory = folder.path() + "/a/b";
  const DirectoryLock lock = MustLock(directory);
  for (const std::string& made : {folder.path() + "/a", directory}) {
    struct stat found{};
    REQUIRE(::stat(made.c_str(), &found) == 0);
    CHECK((found.st_mode & 0777) == 0700);
  }
}

TEST_CASE("someone else's folder is refused, and left as it was") {
  const TempFolder folder;
  folder.Write("holiday.jpg", "x");
  const auto lock = DirectoryLock::TryTake(folder.path());
  REQUIRE_FALSE(lock.ok());
  CHECK(lock.error().fault == Fault::kBadInput);
  CHECK(lock.error().context.find("holiday.jpg") != std::string::npos);
  CHECK_FALSE(folder.Has("LOCK"));
}

TEST_CASE("a file in the directory's place is refused") {
  const TempFolder folder;
  folder.Write("data", "x");
  const auto lock = DirectoryLock::TryTake(folder.path() + "/data");
  REQUIRE_FALSE(lock.ok());
  CHECK(lock.error().context.find(folder.path() + "/data") != std::string::npos);
}

TEST_CASE("a folder that cannot be written is refused with its name") {
  const TempFolder folder;
  REQUIRE(::chmod(folder.path().c_str(), 0555) == 0);
  // The superuser may write anywhere, so it is someone else for a moment.
  constexpr uid_t kNobody = 65534;
  const uid_t self = ::geteuid();
  if (self == 0) REQUIRE(::seteuid(kNobody) == 0);
  const auto lock = DirectoryLock::TryTake(folder.path());
  if (self == 0) REQUIRE(::seteuid(self) == 0);
  REQUIRE_FALSE(lock.ok());
  CHECK(lock.error().fault == Fault::kIo);
  CHECK(lock.error().context.find(folder.path()) != std::string::npos);
  CHECK(lock.error().context.find("Permission denied") != std::string::npos);
}

TEST_CASE("a lock that nobody has written has no holder") {
  const TempFolder folder;
  CHECK_FALSE(LastHolder(folder.path()));
  folder.Write("LOCK", "");
  CHECK_FALSE(LastHolder(folder.path()));
  folder.Write("LOCK", "nonsense\n");
  CHECK_FALSE(LastHolder(folder.path()));
}

}  // namespace gamevents::embedded
