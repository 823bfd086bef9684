#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <optional>
#include <string>

namespace gamevents {

/// Of the file system that a path is on.
struct DiskSpace {
  uint64_t total_bytes = 0;
  uint64_t free_bytes = 0;  ///< that a user without privileges may take
  /// Files that such a user may still make; nullopt where their number is not fixed.
  std::optional<uint64_t> free_inodes = std::nullopt;
};

/// How much room there is where `path` is (statvfs(3)). Does not read from the disk. Errors: kIo,
/// kNotFound, with the path.
Result<DiskSpace> FindDiskSpace(const std::string& path);

}  // namespace gamevents
