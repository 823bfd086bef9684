#pragma once

#include "core/base/result.h"
#include "core/log/file_pool.h"
#include "core/log/file_system.h"
#include "core/log/types.h"

#include <optional>
#include <string>

namespace gamevents::log {

/// How far a partition's log is known to be on disk: a note of twelve bytes in the partition's
/// folder, overwritten after each sync of the log and before anyone is acknowledged. It is not
/// synced itself, so it costs one short write. After kill -9 it is exact, for the kernel still has
/// what was written; after a power failure it may be some seconds old. It is never ahead of the
/// log, because it is written after the sync that it tells of. Not thread-safe.
class DurableEnd {
 public:
  DurableEnd(FilePool& pool, FileSystem& files, const std::string& directory);

  /// What the last process noted; nullopt when it did not, or what is there is torn.
  /// Errors: kIo; kFull (no descriptor).
  Result<std::optional<Offset>> Read();

  /// The same out of an open file. Errors: kIo.
  static Result<std::optional<Offset>> ReadFrom(const File& file);

  /// Notes that everything below `end` is on disk; makes the file when it is missing. Its name is
  /// not synced: without it the log is read as if nothing had been noted. After an error what is
  /// there is the earlier note, or torn. Errors: kClosed (retired); kFull; kIo.
  Status Note(Offset end);

  /// Returns when the last note is on disk: for one that takes an earlier one back. Errors: as
  /// Note.
  Status Sync();

  /// Never opens the file again.
  void Retire() { file_.Retire(); }

 private:
  FileSystem& files_;
  PooledFile file_;
};

}  // namespace gamevents::log
