#include "core/base/file_mark.h"

#include <sys/stat.h>

#include <cerrno>

namespace gamevents {

FileMark FileMarkOf(const std::string& path) {
  constexpr int64_t kNanoseconds = 1'000'000'000;
  struct stat found = {};
  if (::stat(path.c_str(), &found) != 0) return FileMark{.error = errno};
  return {.error = 0,
          .device = found.st_dev,
          .inode = found.st_ino,
          .size = found.st_size,
          .changed = int64_t{found.st_mtim.tv_sec} * kNanoseconds + found.st_mtim.tv_nsec};
}

}  // namespace gamevents
