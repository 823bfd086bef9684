#pragma once

#include "core/base/file.h"
#include "core/base/result.h"

#include <sys/types.h>

#include <optional>
#include <string>
#include <utility>

// core/embedded makes one process of all that use a data directory its broker: the first one locks
// it, opens the log and listens; the others find it. It knows nothing of commands or of events.

namespace gamevents::embedded {

/// The right to use a data directory, as a lock on the file LOCK in it. The kernel lets it go with
/// the process, however that ends, so a dead process never stands in the way. Movable.
class DirectoryLock {
 public:
  /// Makes the directory (and its parents, for this user only) where it is missing, and locks it.
  /// Gives nullopt at once when another holder has it, in this process or another.
  /// Errors: kBadInput (the directory has someone else's files); kIo (it cannot be written); kFull.
  static Result<std::optional<DirectoryLock>> TryTake(const std::string& directory);

  const std::string& directory() const { return directory_; }

  /// Whether the directory still has the file that is locked. False when it was removed or
  /// replaced: another process may have locked its own there. Thread-safe.
  bool IsHeld() const;

 private:
  DirectoryLock(std::string directory, FileDescriptor file)
      : directory_(std::move(directory)), file_(std::move(file)) {}

  std::string directory_;
  FileDescriptor file_;
};

/// The process that took the lock last, for messages: whether it still has it only TryTake tells.
/// Nullopt when nobody has, or it cannot be read.
std::optional<pid_t> LastHolder(const std::string& directory);

/// The release of gamevents that the process is of which took the lock last: "0.1.0". Empty when
/// nobody has, or one did of a release that does not say.
std::string LastHolderVersion(const std::string& directory);

/// The process that holds the lock now, as /proc/locks tells: found without taking the lock even
/// for a moment, which another process might want just then. Nullopt when nobody has it, or it is a
/// process of another container, whose locks are not shown.
std::optional<pid_t> CurrentHolder(const std::string& directory);

}  // namespace gamevents::embedded
