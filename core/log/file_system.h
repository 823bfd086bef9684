#pragma once

#include "core/base/clock.h"
#include "core/base/result.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::log {

/// One open file, positioned access only. Any number of threads may ReadAt while one thread writes.
/// Closed when destroyed; closing syncs nothing.
class File {
 public:
  virtual ~File() = default;

  /// Writes the pieces one after the other from `position` on. On an error any part of them may
  /// have been written. Errors: kFull (no room on the disk); kIo.
  virtual Status WriteAt(uint64_t position, std::span<const std::span<const std::byte>> pieces) = 0;

  /// Fills `into` from `position`; gives fewer bytes only where the file ends. Errors: kIo.
  virtual Result<size_t> ReadAt(uint64_t position, std::span<std::byte> into) const = 0;

  /// Returns when the file's bytes and its size are on disk (fdatasync). After an error nobody
  /// knows what is: a later success proves nothing. A file that was removed while it was open is
  /// an error, too: what it has is lost. Errors: kFull; kIo.
  virtual Status Sync() = 0;

  /// Cuts the file to `size`, or extends it with zeros. Errors: kIo.
  virtual Status Truncate(uint64_t size) = 0;

  /// How many bytes it has. Errors: kIo.
  virtual Result<uint64_t> Size() const = 0;

  /// When it was last written to. Errors: kIo.
  virtual Result<TimestampMs> ModifiedAt() const = 0;

  /// For sendfile(2), valid as long as this object; -1 where there is none (a simulated disk).
  virtual int descriptor() const = 0;
};

/// The calls on names that the log needs, so that tests can stand a failing disk in its place.
/// Thread-safe. Errors of all: kNotFound, kExists, kFull, kIo, with the path.
class FileSystem {
 public:
  enum class Mode : uint8_t {
    kRead,    ///< an existing file, to read
    kUpdate,  ///< an existing file, to read and write
    kCreate,  ///< a new file, to read and write; kExists when there is one
  };

  virtual ~FileSystem() = default;

  virtual Result<std::shared_ptr<File>> Open(const std::string& path, Mode mode) = 0;
  /// The names in a directory, without "." and "..", sorted.
  virtual Result<std::vector<std::string>> List(const std::string& directory) = 0;
  /// Makes the directory; kExists when there is something by that name.
  virtual Status CreateDirectory(const std::string& path) = 0;
  /// Replaces `to` if it is there. Durable only after SyncDirectory of both parents.
  virtual Status Rename(const std::string& from, const std::string& to) = 0;
  /// Removes a file or an empty directory.
  virtual Status Remove(const std::string& path) = 0;
  /// Returns when creations, renames and removals in `path` are on disk. kFull when descriptors
  /// ran out before anything was done.
  virtual Status SyncDirectory(const std::string& path) = 0;

  /// The operating system's; lives for ever.
  static FileSystem& Posix();
};

/// The error of an attempt to make or open a file for writing, as kFull: whatever the reason was,
/// nothing was done, and it can be tried again. kExists stays.
Error NotMade(Error error);

/// Remove; what is not there is no error.
Status RemoveIfThere(FileSystem& files, const std::string& path);

/// A small file as a whole. Errors: as Open; kFull when it is longer than `bytes_max`.
Result<std::string> ReadWholeFile(FileSystem& files, const std::string& path, size_t bytes_max);

/// Replaces the file `name` in `directory` by `content` so that after a crash it is either the old
/// one or the new one: written beside it, synced, renamed, and the directory synced.
/// Errors: kFull (also when no file could be made, whatever the reason); kIo.
Status ReplaceFile(FileSystem& files, const std::string& directory, const std::string& name,
                   std::string_view content);

}  // namespace gamevents::log
