#include "core/base/standard_streams.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace gamevents {

Status FillStandardStreams() {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(fd, F_GETFD) != -1 || errno != EBADF) continue;
    // The wrong way round on purpose: reading stdin and writing the others must stay errors. All
    // lower numbers are taken, so the lowest free one, which open gives, is `fd`.
    const int opened = ::open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
    if (opened < 0) return SystemError("open /dev/null", errno);
    INVARIANT(opened == fd);
  }
  return Done{};
}

}  // namespace gamevents
