#include "core/embedded/lock.h"

#include "core/base/number.h"
#include "core/log/data_directory.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <sstream>
#include <utility>

namespace gamevents::embedded {
namespace {

constexpr size_t kLockBytesMax = 64;
constexpr size_t kLocksBytesMax = size_t{16} << 20;
constexpr int kLockAttempts = 10;

std::string LockPath(const std::string& directory) { return directory + "/LOCK"; }

// For messages only, so a disk without room for it is no reason to refuse.
void WriteHolder(int fd) {
  if (::ftruncate(fd, 0) != 0) return;
  static_cast<void>(WriteAll(fd, std::to_string(::getpid()) + "\n" + GAMEVENTS_VERSION "\n").ok());
}

}  // namespace

Result<std::optional<DirectoryLock>> DirectoryLock::TryTake(const std::string& directory) {
  if (auto made = log::MakeDataDirectory(log::FileSystem::Posix(), directory); !made) {
    return std::move(made).error();
  }
  const std::string path = LockPath(directory);
  // Again when the file was removed before it was locked: a lock on what nobody finds is none.
  for (int attempt = 0; attempt < kLockAttempts; ++attempt) {
    FileDescriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (!file) return SystemError("open " + path, errno);
    // flock and not fcntl's lock: that one belongs to the process, which could then take it twice.
    while (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
      if (errno == EWOULDBLOCK) return std::optional<DirectoryLock>();
      if (errno != EINTR) return SystemError("lock " + path, errno);
    }
    DirectoryLock lock(directory, std::move(file));
    if (!lock.IsHeld()) continue;
    WriteHolder(lock.file_.get());
    return std::optional(std::move(lock));
  }
  return Error{Fault::kIo, path + ": is removed again and again while it is being locked"};
}

// Where the path cannot be looked at, nothing can be opened by it either, and that is an error of
// its own; only a path that leads elsewhere, or nowhere, is a loss.
bool DirectoryLock::IsHeld() const {
  struct stat held{};
  struct stat found{};
  if (::fstat(file_.get(), &held) != 0) return true;
  if (::stat(LockPath(directory_).c_str(), &found) != 0) {
    return errno != ENOENT && errno != ENOTDIR;
  }
  return held.st_dev == found.st_dev && held.st_ino == found.st_ino;
}

std::optional<pid_t> LastHolder(const std::string& directory) {
  const auto text = ReadFile(LockPath(directory), kLockBytesMax);
  if (!text || text->empty()) return std::nullopt;
  return ParseWholeNumber<pid_t>(text->substr(0, text->find('\n')));
}

std::string LastHolderVersion(const std::string& directory) {
  const auto text = ReadFile(LockPath(directory), kLockBytesMax);
  const size_t first = text ? text->find('\n') : std::string::npos;
  if (first == std::string::npos) return {};
  return text->substr(first + 1, text->find('\n', first + 1) - first - 1);
}

// proc_locks(5): "1: FLOCK  ADVISORY  WRITE 1234 08:02:5678 0 EOF". The device is not compared:
// some file systems (btrfs, overlayfs) tell stat(2) of another one. Whoever took the lock wrote its
// number into the file instead.
std::optional<pid_t> CurrentHolder(const std::string& directory) {
  struct stat file{};
  if (::stat(LockPath(directory).c_str(), &file) != 0) return std::nullopt;
  const auto last = LastHolder(directory);
  const auto text = ReadFile("/proc/locks", kLocksBytesMax);
  if (!last || !text) return std::nullopt;
  const std::string ending = ":" + std::to_string(file.st_ino);
  std::istringstream lines(*text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string number, kind, mode, access, process, place;
    if (!(words >> number >> kind >> mode >> access >> process >> place)) continue;
    if (kind == "FLOCK" && process == std::to_string(*last) && place.ends_with(ending)) return last;
  }
  return std::nullopt;
}

}  // namespace gamevents::embedded
