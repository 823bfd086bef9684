#pragma once

#include "core/base/result.h"
#include "core/log/file_system.h"

#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <string>

namespace gamevents::log {

class PooledFile;

/// The open files of what is at rest: sealed segments and their indexes, small files that are
/// written now and then. At most so many are open; the one that was used longest ago makes room for
/// the next. So the descriptors that logs take do not grow with the logs. Thread-safe.
class FilePool {
 public:
  explicit FilePool(size_t files_max) : files_max_(files_max) {}

  /// Closes all of them, for one who ran out of descriptors; false when none was open. Those in
  /// use are closed when their users are done.
  bool CloseAll();

 private:
  friend class PooledFile;
  struct Entry {
    PooledFile* owner;
    std::shared_ptr<File> file;
  };
  using Entries = std::list<Entry>;

  std::shared_ptr<File> Find(PooledFile& owner);
  void Put(PooledFile& owner, const std::shared_ptr<File>& file);
  void Drop(PooledFile& owner);

  const size_t files_max_;
  std::mutex mutex_;
  Entries entries_;  // mutex_; the one that was used last is the first
};

/// A file that is opened when it is used, by its path, and closed when the pool needs the room.
/// Whoever was given it keeps it open while the pointer lives, also when it is removed.
/// Thread-safe.
class PooledFile {
 public:
  /// Both must outlive it. Opens nothing yet.
  PooledFile(FilePool& pool, FileSystem& files, std::string path, FileSystem::Mode mode);
  ~PooledFile();
  PooledFile(const PooledFile&) = delete;
  PooledFile& operator=(const PooledFile&) = delete;

  /// The file. When descriptors run out, those of the pool are given up first.
  /// Errors: as FileSystem::Open; kClosed after Retire.
  Result<std::shared_ptr<File>> Get();

  /// Forgets the open file, so that the next Get sees what stands at the path then.
  void Close();

  /// Opens it never again: its path may be another's soon. When this returns no Get is opening it.
  void Retire();

  const std::string& path() const { return path_; }

 private:
  friend class FilePool;

  FilePool& pool_;
  FileSystem& files_;
  const std::string path_;
  const FileSystem::Mode mode_;
  std::mutex opening_;    // one Get opens it at a time; taken before the pool's
  bool retired_ = false;  // opening_
  bool is_open_ = false;  // the pool's mutex, as what follows
  FilePool::Entries::iterator at_;
};

}  // namespace gamevents::log
