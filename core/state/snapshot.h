#pragma once

#include "core/base/file.h"
#include "core/base/result.h"
#include "core/state/replica.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace gamevents::state {

/// What has changed in a replica since the last time, copied out, so that it can be written while
/// the fold goes on.
struct SnapshotChanges {
  struct UserRow {
    std::string name;
    std::string row;  ///< EncodeUser
  };
  bool whole = false;                  ///< all there is: what the file had before is dropped
  std::vector<std::string> forgotten;  ///< users' names; dropped before `users` are written
  std::vector<UserRow> users;
  size_t user_count = 0;  ///< how many there are with those of before
  Positions positions;
  Counts counts;
};

/// A replica in a file: only a cache of what the log says. SQLite, one transaction a snapshot, so
/// that the offsets are those of the rest. One process writes it, and holds `PATH.lock`; others
/// may read meanwhile. Not thread-safe.
class SnapshotFile {
 public:
  /// Takes the lock; makes the folder, and those above it, where there are none. What is made is
  /// for this user alone, for it says who owns what. Errors: kExists when another process holds
  /// the lock; kIo, kFull.
  static Result<std::unique_ptr<SnapshotFile>> Open(const std::string& path,
                                                    const std::string& topic);

  /// Moves a snapshot here that an earlier version left at `from`, with the one that was set aside
  /// there. Does nothing where there is none, or where there is one here. Errors: kExists when
  /// another process holds its lock; kIo. It stays where it was then.
  Status Adopt(const std::string& from);

  /// Copies out what has changed in `replica` since the last call. After a Save that failed, and
  /// the first time unless `replica` was loaded from here, that is everything.
  SnapshotChanges TakeChanges(Replica& replica);

  /// Writes one snapshot. Errors: of SQLite; the file then has the snapshot before.
  Status Save(SnapshotChanges changes);

  /// What is there, to go on from. Errors: as LoadSnapshot.
  Result<std::unique_ptr<Replica>> Load();

  /// Renames what is there to PATH.set-aside, over one that was set aside before. Errors: kIo.
  Status SetAside();

 private:
  SnapshotFile(std::string path, std::string topic, FileDescriptor lock)
      : path_(std::move(path)), topic_(std::move(topic)), lock_(std::move(lock)) {}

  const std::string path_;
  const std::string topic_;
  const FileDescriptor lock_;
  bool whole_next_ = true;
};

/// Reads the snapshot at `path` of `topic`. Errors: kNotFound; kUnsupported (another format),
/// kBadInput (of another topic), kCorrupt: the log must be folded from its beginning instead;
/// kUnavailable (another process holds it), kIo, kFull: it may be sound, and readable later.
Result<std::unique_ptr<Replica>> LoadSnapshot(const std::string& path, const std::string& topic);

/// Whether such an error of LoadSnapshot is about the snapshot, and not about this moment.
bool IsWorthless(Fault fault);

}  // namespace gamevents::state
