#include "core/base/disk_space.h"

#include <sys/statvfs.h>

#include <cerrno>

namespace gamevents {

Result<DiskSpace> FindDiskSpace(const std::string& path) {
  struct statvfs disk = {};
  if (::statvfs(path.c_str(), &disk) != 0) return SystemError(path, errno);
  DiskSpace space{disk.f_blocks * disk.f_frsize, disk.f_bavail * disk.f_frsize};
  if (disk.f_files > 0) space.free_inodes = disk.f_favail;
  return space;
}

}  // namespace gamevents
