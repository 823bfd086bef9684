#include "core/base/file.h"

#include "core/base/notes.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

namespace gamevents {

FileDescriptor& FileDescriptor::operator=(FileDescriptor&& other) noexcept {
  if (this != &other) {
    Close();
    fd_ = other.Release();
  }
  return *this;
}

int FileDescriptor::Release() { return std::exchange(fd_, -1); }

void FileDescriptor::Close() {
  if (fd_ >= 0) ::close(Release());
}

uint64_t RaiseDescriptorLimit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return RLIM_INFINITY;
  rlimit raised = limit;
  raised.rlim_cur = limit.rlim_max;
  if (::setrlimit(RLIMIT_NOFILE, &raised) == 0) return raised.rlim_cur;
  Note(NoteLevel::kDebug, "the descriptor limit stays");
  return limit.rlim_cur;
}

Result<std::string> ReadFile(const std::string& path, size_t bytes_max) {
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return SystemError("open " + path, errno);
  std::string content;
  std::array<char, 64 * 1024> chunk;
  for (;;) {
    const ssize_t got = ::read(file.get(), chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return SystemError("read " + path, errno);
    if (got == 0) return content;
    content.append(chunk.data(), static_cast<size_t>(got));
    if (content.size() > bytes_max) {
      return Error{Fault::kFull,
                   path + ": longer than the " + std::to_string(bytes_max) + " bytes allowed"};
    }
  }
}

namespace {

// The file that ReplaceFile moves into the place of `path`, like the one that is there now.
Status WritePart(const std::string& part, const std::string& path, std::string_view bytes) {
  constexpr mode_t kPrivate = 0600;
  const FileDescriptor file(
      ::open(part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, kPrivate));
  if (!file) return SystemError("open " + part, errno);
  struct stat now = {};
  if (::stat(path.c_str(), &now) == 0) {
    const bool own = now.st_uid == ::geteuid() && now.st_gid == ::getegid();
    if (!own && ::fchown(file.get(), now.st_uid, now.st_gid) != 0) {
      return SystemError("give " + part + " the owner of " + path, errno);
    }
    if (::fchmod(file.get(), now.st_mode & 07777) != 0) return SystemError("chmod " + part, errno);
  }
  if (Status written = WriteAll(file.get(), bytes); !written) {
    return std::move(written).error().In(part);
  }
  return ::fsync(file.get()) == 0 ? Status(Done{}) : SystemError("sync " + part, errno);
}

}  // namespace

Status ReplaceFile(const std::string& path, std::string_view bytes) {
  std::error_code failed;
  const auto real = std::filesystem::weakly_canonical(std::filesystem::absolute(path), failed);
  if (failed) return SystemError("resolve " + path, failed.value());
  const std::string part = real.string() + ".part";
  // What a crash has left.
  if (::unlink(part.c_str()) != 0 && errno != ENOENT) return SystemError("remove " + part, errno);
  Status written = WritePart(part, real.string(), bytes);
  if (written && std::rename(part.c_str(), real.c_str()) != 0) {
    written = SystemError("rename " + part, errno);
  }
  if (!written) {
    ::unlink(part.c_str());
    return written;
  }
  const FileDescriptor folder(
      ::open(real.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder || ::fsync(folder.get()) != 0)
    return SystemError("sync the folder of " + path, errno);
  return Done{};
}

Status WriteAll(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::write(fd, bytes.data(), bytes.size());
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && errno == EPIPE) return Error{Fault::kClosed, "write: the reader has gone"};
    if (sent < 0) return SystemError("write", errno);
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  return Done{};
}

}  // namespace gamevents
