#include "core/base/disk_space.h"

#include <sys/statvfs.h>

#include <cerrno>

namespace gamevents {

Result<DiskSpace> FindDiskSpace(const std::string& path) {
  struct statvfs disk = {};
  if (::statvfs(path.c_str(), &disk) != 0) return SystemError(path, errno);
  return DiskSpace{disk.f_blocks * disk.f_frsize, disk.f_bavail * disk.f_frsize};
}

}  // namespace gamevents
