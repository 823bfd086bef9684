#include "core/backup/file_copy.h"

#include "core/base/bytes.h"
#include "core/base/crc32c.h"
#include "core/log/file_system.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <filesystem>
#include <span>
#include <system_error>
#include <vector>

namespace gamevents::backup {
namespace {

constexpr size_t kPieceBytes = size_t{1} << 20;
constexpr mode_t kPrivate = 0600;

Result<FileDescriptor> OpenToRead(const std::string& path) {
  FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!file) return SystemError("open " + path, errno);
  return file;
}

Result<FileDescriptor> MakeNew(const std::string& path) {
  FileDescriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, kPrivate));
  if (!file) return SystemError("make " + path, errno);
  return file;
}

Status SyncOpen(const FileDescriptor& file, const std::string& path) {
  if (::fsync(file.get()) != 0) return SystemError("fsync " + path, errno);
  return Done{};
}

// The next piece, empty at the end.
Result<std::string_view> ReadPiece(const FileDescriptor& file, const std::string& path,
                                   std::span<char> into) {
  while (true) {
    const ssize_t got = ::read(file.get(), into.data(), into.size());
    if (got >= 0) return std::string_view(into.data(), static_cast<size_t>(got));
    if (errno != EINTR) return SystemError("read " + path, errno);
  }
}

// Reads the first `size_max` bytes of `from`, and writes them to `to` where there is one.
Result<FileSum> Drain(const FileDescriptor& from, const std::string& from_path,
                      const FileDescriptor* to, const std::string& to_path, uint64_t size_max,
                      const Watch& watch) {
  std::vector<char> buffer(kPieceBytes);
  FileSum sum;
  while (sum.size < size_max) {
    const size_t most = std::min<uint64_t>(buffer.size(), size_max - sum.size);
    const auto piece = ReadPiece(from, from_path, std::span(buffer).first(most));
    if (!piece) return Error(piece.error());
    if (piece->empty()) break;
    if (to != nullptr) {
      auto wrote = WriteAll(to->get(), *piece);
      if (!wrote) return std::move(wrote).error().In("write " + to_path);
    }
    sum.size += piece->size();
    sum.crc = Crc32c(sum.crc, AsBytes(*piece));
    if (!watch(piece->size())) return Error{Fault::kClosed, "interrupted"};
  }
  return sum;
}

}  // namespace

Result<FileFacts> FactsOf(const std::string& path) {
  struct stat facts{};
  if (::lstat(path.c_str(), &facts) != 0) return SystemError("stat " + path, errno);
  constexpr int64_t kNanoseconds = 1'000'000'000;
  return FileFacts{static_cast<uint64_t>(facts.st_size),
                   int64_t{facts.st_mtim.tv_sec} * kNanoseconds + facts.st_mtim.tv_nsec,
                   S_ISREG(facts.st_mode)};
}

Result<FileSum> SumOf(const std::string& path, const Watch& watch) {
  const auto file = OpenToRead(path);
  if (!file) return Error(file.error());
  return Drain(*file, path, nullptr, "", UINT64_MAX, watch);
}

Result<FileSum> CopyFile(const std::string& from, const std::string& to, uint64_t size_max,
                         const Watch& watch) {
  const auto source = OpenToRead(from);
  if (!source) return Error(source.error());
  const auto target = MakeNew(to);
  if (!target) return Error(target.error());
  auto sum = Drain(*source, from, &*target, to, size_max, watch);
  if (!sum) return sum;
  if (auto synced = SyncOpen(*target, to); !synced) return std::move(synced).error();
  return sum;
}

Result<Means> ShareFile(const std::string& from, const std::string& to, const Watch& watch) {
  {
    const auto source = OpenToRead(from);
    if (!source) return Error(source.error());
    const auto target = MakeNew(to);
    if (!target) return Error(target.error());
    if (::ioctl(target->get(), FICLONE, source->get()) == 0) {
      if (auto synced = SyncOpen(*target, to); !synced) return std::move(synced).error();
      return Means::kCloned;
    }
  }
  if (::unlink(to.c_str()) != 0) return SystemError("remove " + to, errno);
  // Whatever kept it from being linked (another file system, another user's file): a copy will do.
  if (::link(from.c_str(), to.c_str()) == 0) return Means::kLinked;
  const auto copied = CopyFile(from, to, UINT64_MAX, watch);
  if (!copied) return Error(copied.error());
  return Means::kCopied;
}

Status SyncFile(const std::string& path) {
  const auto file = OpenToRead(path);
  if (!file) return Error(file.error());
  if (::fchmod(file->get(), kPrivate) != 0) return SystemError("chmod " + path, errno);
  return SyncOpen(*file, path);
}

Status CutFile(const std::string& path, uint64_t size) {
  const FileDescriptor file(::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW));
  if (!file) return SystemError("open " + path, errno);
  if (::ftruncate(file.get(), static_cast<off_t>(size)) != 0) {
    return SystemError("truncate " + path, errno);
  }
  return SyncOpen(file, path);
}

Status SyncFolders(const std::string& path) {
  log::FileSystem& files = log::FileSystem::Posix();
  const auto names = files.List(path);
  if (!names) return Error(names.error());
  for (const std::string& name : *names) {
    const std::string entry = path + "/" + name;
    std::error_code unknown;
    if (!std::filesystem::is_directory(entry, unknown)) continue;
    if (auto synced = files.SyncDirectory(entry); !synced) return synced;
  }
  return files.SyncDirectory(path);
}

Status RemoveFolder(const std::string& path) {
  std::error_code failed;
  std::filesystem::remove_all(path, failed);
  if (failed) return SystemError("remove " + path, failed.value());
  return Done{};
}

Result<FolderLock> FolderLock::Take(const std::string& folder, bool exclusive) {
  const std::string path = folder + "/LOCK";
  const int flags = exclusive ? O_RDWR | O_CREAT : O_RDONLY;
  FileDescriptor file(::open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, kPrivate));
  if (!file && exclusive) return SystemError("open " + path, errno);
  if (!file) return FolderLock(FileDescriptor());
  if (::flock(file.get(), (exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB) == 0) {
    return FolderLock(std::move(file));
  }
  if (errno == EWOULDBLOCK) {
    return Error{Fault::kUnavailable, folder + ": another process backs up or restores here now"};
  }
  if (exclusive) return SystemError("lock " + path, errno);
  return FolderLock(FileDescriptor());
}

}  // namespace gamevents::backup
