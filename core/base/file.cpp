#include "core/base/file.h"

#include "core/base/notes.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <cerrno>
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
