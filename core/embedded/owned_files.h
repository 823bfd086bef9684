#pragma once

#include "core/base/result.h"
#include "core/embedded/lock.h"
#include "core/log/file_system.h"

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace gamevents::embedded {

/// The file system of a data directory that this process has locked, for as long as it has it. A
/// running broker does not keep its directory: somebody removes it or moves it away, and the next
/// command makes another in its place and locks that. From then on what is written to the open
/// files is lost, and what is done by path damages the other's. So this looks whether the
/// directory's LOCK is still the file that is locked: before everything that is done by path, after
/// each sync before it counts, and between writes every few milliseconds, for logs that acknowledge
/// what they have not synced. Once it is not, every such call fails with the same error, and
/// nothing is done. Reading open files goes on. Thread-safe.
class OwnedFiles final : public log::FileSystem {
 public:
  /// How old a look may be that a write relies on. Two calls of stat then cost next to nothing.
  static constexpr std::chrono::milliseconds kLookEvery{5};

  /// Both must outlive it, and every file that it opens; the lock must stay where it is.
  OwnedFiles(const DirectoryLock& lock, log::FileSystem& files) : lock_(lock), files_(files) {}

  /// Looks. Errors: kIo, with the directory, when it is ours no more. The first time that is also
  /// logged.
  Status Check();
  /// Looks, unless that was done within kLookEvery.
  Status CheckRecent();

  // Errors of all: as log::FileSystem, and Check's.
  Result<std::shared_ptr<log::File>> Open(const std::string& path, Mode mode) override;
  Result<std::vector<std::string>> List(const std::string& directory) override;
  Status CreateDirectory(const std::string& path) override;
  Status Rename(const std::string& from, const std::string& to) override;
  Status Remove(const std::string& path) override;
  Status SyncDirectory(const std::string& path) override;

 private:
  const DirectoryLock& lock_;
  log::FileSystem& files_;
  std::atomic<std::chrono::steady_clock::rep> looked_{0};
  std::atomic<bool> lost_{false};
};

}  // namespace gamevents::embedded
