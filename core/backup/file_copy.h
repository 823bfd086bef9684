#pragma once

#include "core/base/file.h"
#include "core/base/result.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

// Files of a backup: read through, shared, copied. Whatever is made here is for this user alone,
// and on disk when a call returns; its name is only after SyncFolders.

namespace gamevents::backup {

/// Is told how many more bytes have been read; false: stop, which gives kClosed.
using Watch = std::function<bool(uint64_t bytes)>;

/// What a file has in it.
struct FileSum {
  uint64_t size = 0;
  uint32_t crc = 0;  ///< CRC-32C
};

/// How a file came to where it is.
enum class Means : uint8_t {
  kCloned,  ///< a file of its own that shares the blocks (a reflink)
  kLinked,  ///< another name of the same file
  kCopied,
};

/// What is known of a file without reading it.
struct FileFacts {
  uint64_t size = 0;
  int64_t modified_ns = 0;
  bool is_file = false;  ///< no folder, link or device
};
/// Errors: kNotFound; kIo.
Result<FileFacts> FactsOf(const std::string& path);

/// Reads all of it. Errors: kNotFound; kIo; kClosed.
Result<FileSum> SumOf(const std::string& path, const Watch& watch);

/// Copies the first `size_max` bytes to the new file `to`, and gives what was written.
/// Errors: kNotFound (`from`); kExists; kFull; kIo; kClosed.
Result<FileSum> CopyFile(const std::string& from, const std::string& to, uint64_t size_max,
                         const Watch& watch);

/// Makes `to` the same as `from`, which nobody writes any more, without copying where the file
/// system can. Errors: as CopyFile.
Result<Means> ShareFile(const std::string& from, const std::string& to, const Watch& watch);

/// Brings a file to disk that another library wrote, and takes it from everybody else.
/// Errors: kNotFound; kIo.
Status SyncFile(const std::string& path);

/// Cuts a file of ours, and brings that to disk. Errors: kIo.
Status CutFile(const std::string& path, uint64_t size);

/// Brings the names in the folder, and in the folders that are in it, to disk. Errors: kIo.
Status SyncFolders(const std::string& path);

/// Removes a folder and what is in it; none there is no error. Errors: kIo.
Status RemoveFolder(const std::string& path);

/// A lock on the file LOCK in a folder, which is made for an exclusive one. A shared one of a
/// folder that has no such file, or on a file system without locks, is none.
class FolderLock {
 public:
  /// Errors: kUnavailable, at once, when another process has it; kIo; kFull.
  static Result<FolderLock> Take(const std::string& folder, bool exclusive);

 private:
  explicit FolderLock(FileDescriptor file) : file_(std::move(file)) {}
  FileDescriptor file_;
};

}  // namespace gamevents::backup
