#include "core/base/edit_file.h"

#include "core/base/file.h"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>
#include <chrono>
#include <filesystem>
#include <system_error>
#include <thread>
#include <utility>

namespace gamevents {
namespace {

// How long another process may keep the lock, and how often it is tried.
constexpr std::chrono::milliseconds kLockWaitMax{10'000};
constexpr std::chrono::milliseconds kLockTryEvery{50};

// The folder is locked because the file itself is replaced; and no lock file is left behind.
Result<FileDescriptor> LockFolderOf(const std::string& path) {
  std::error_code failed;
  const auto real = std::filesystem::weakly_canonical(std::filesystem::absolute(path), failed);
  if (failed) return SystemError("resolve " + path, failed.value());
  const std::string folder = real.parent_path().string();
  FileDescriptor lock(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!lock) return SystemError("open " + folder, errno);
  const auto until = std::chrono::steady_clock::now() + kLockWaitMax;
  while (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) return SystemError("lock " + folder, errno);
    if (std::chrono::steady_clock::now() >= until) {
      return Error{Fault::kUnavailable,
                   folder + ": another process keeps it locked; try again when it has ended"};
    }
    std::this_thread::sleep_for(kLockTryEvery);
  }
  return lock;
}

}  // namespace

Status EditFile(const std::string& path, size_t bytes_max,
                const std::function<Result<std::string>(std::string_view text)>& edit) {
  const auto lock = LockFolderOf(path);
  if (!lock) return Error(lock.error());
  const auto text = ReadFile(path, bytes_max);
  if (!text && text.error().fault != Fault::kNotFound) return Error(text.error());
  const auto after = edit(text ? std::string_view(*text) : std::string_view());
  if (!after) return Error(after.error());
  return ReplaceFile(path, *after);
}

}  // namespace gamevents
