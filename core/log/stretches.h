#pragma once

#include "core/base/result.h"
#include "core/log/file_pool.h"
#include "core/log/file_system.h"
#include "core/log/types.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace gamevents::log {

/// Whole batches that stand one after the other in one segment's file.
struct Stretch {
  /// Opened when it is read: a log has more segments than a process may have files. Gives
  /// kNotFound when the segment was deleted before that.
  std::shared_ptr<PooledFile> file;
  std::string path;    ///< for messages
  uint64_t begin = 0;  ///< bytes
  uint64_t end = 0;
};

/// Offsets [from, to).
struct OffsetRange {
  Offset from;
  Offset to;
};

/// Files of one FindStretches that are open at the same time.
inline constexpr size_t kStretchFilesMax = 32;

/// Where the records of `range` stand in the partition that another process, or a Log of this one,
/// keeps in `directory`: in offset order, cut after about `stretch_bytes` each. The first and the
/// last batch may hold records outside of the range. Opens files to read only and takes no lock:
/// the writer is not disturbed. What is below a high watermark never changes, so a range below it
/// is read as it is; a range above may be torn.
/// Errors: kNotFound (a segment went meanwhile: retention); kCorrupt (the log ends before `to`, or
/// batches are damaged, with file and position); kIo.
Result<std::vector<Stretch>> FindStretches(FileSystem& files, const std::string& directory,
                                           const OffsetRange& range, uint64_t stretch_bytes);

}  // namespace gamevents::log
