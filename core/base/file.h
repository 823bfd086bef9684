#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace gamevents {

/// Owns one file descriptor and closes it. -1 means none. Not thread-safe; movable.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  /// Takes over `fd`.
  explicit FileDescriptor(int fd) : fd_(fd) {}
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(other.Release()) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept;
  ~FileDescriptor() { Close(); }

  /// The descriptor, which stays owned; -1 for none.
  int get() const { return fd_; }
  /// Whether there is one.
  explicit operator bool() const { return fd_ >= 0; }

  /// Gives the descriptor away; the caller closes it.
  int Release();
  /// Closes now. An error of close(2) is of no use to anyone by then and is dropped: what must
  /// be on disk was synced before.
  void Close();

 private:
  int fd_ = -1;
};

/// Raises this process's limit on open descriptors to what the system lets it have: the usual soft
/// limit of 1,024 is there for programs that use select(2). Gives the limit that holds from now on,
/// RLIM_INFINITY when it is not known. Where it cannot be raised, whoever opens or accepts says so
/// when descriptors run out.
uint64_t RaiseDescriptorLimit();

/// The whole file. Errors: kNotFound; kFull when it is longer than `bytes_max`; kIo. The context
/// has the path.
Result<std::string> ReadFile(const std::string& path, size_t bytes_max);

/// Puts `bytes` in the place of the file at `path`, on disk when this returns: after a crash at any
/// moment the file is the old one or the new one. It keeps its owner and its mode; a new one is for
/// this user alone (0600). A symbolic link stays, what it points at is replaced. "PATH.part" is
/// written on the way, so two callers at once must be kept apart. Errors: kNotFound (no such
/// folder), kFull, kIo; the file is then as before.
Status ReplaceFile(const std::string& path, std::string_view bytes);

/// Writes all of `bytes` to `fd`, going on after short writes and EINTR. Errors: kClosed when the
/// reader of a pipe has gone (EPIPE); kFull; kIo.
Status WriteAll(int fd, std::string_view bytes);

}  // namespace gamevents
