#include "core/log/file_system.h"

#include "core/base/bytes.h"
#include "core/base/file.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <utility>

namespace gamevents::log {
namespace {

constexpr size_t kPiecesMax = 8;  // of one write; a batch needs two

// A call that a signal interrupted is made again: network file systems return from any.
template <class Call>
int Repeat(Call call) {
  int result = call();
  while (result < 0 && errno == EINTR) result = call();
  return result;
}

class PosixFile final : public File {
 public:
  PosixFile(std::string path, FileDescriptor fd)
      : path_(std::move(path)), fd_(std::move(fd)), had_name_(HasName(fd_.get())) {}

  Status WriteAt(uint64_t position, std::span<const std::span<const std::byte>> pieces) override {
    INVARIANT(pieces.size() <= kPiecesMax);
    std::array<iovec, kPiecesMax> vectors{};
    size_t count = 0;
    for (const auto& piece : pieces) {
      if (!piece.empty()) {
        vectors[count++] = {const_cast<std::byte*>(piece.data()), piece.size()};
      }
    }
    std::span<iovec> left(vectors.data(), count);
    while (!left.empty()) {
      const ssize_t wrote = ::pwritev(fd_.get(), left.data(), static_cast<int>(left.size()),
                                      static_cast<off_t>(position));
      if (wrote < 0 && errno == EINTR) continue;
      if (wrote < 0) return SystemError("write " + path_, errno);
      position += static_cast<uint64_t>(wrote);
      left = Skip(left, static_cast<size_t>(wrote));
    }
    return Done{};
  }

  Result<size_t> ReadAt(uint64_t position, std::span<std::byte> into) const override {
    size_t done = 0;
    while (done < into.size()) {
      const ssize_t got = ::pread(fd_.get(), into.data() + done, into.size() - done,
                                  static_cast<off_t>(position + done));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return SystemError("read " + path_, errno);
      if (got == 0) break;
      done += static_cast<size_t>(got);
    }
    return done;
  }

  Status Sync() override {
    if (Repeat([this] { return ::fdatasync(fd_.get()); }) != 0) {
      return SystemError("fdatasync " + path_, errno);
    }
    struct stat facts{};
    if (had_name_ && ::fstat(fd_.get(), &facts) == 0 && facts.st_nlink == 0) {
      return Error{Fault::kIo, path_ + ": was removed while it was in use"};
    }
    return Done{};
  }

  Status Truncate(uint64_t size) override {
    if (Repeat([&] { return ::ftruncate(fd_.get(), static_cast<off_t>(size)); }) != 0) {
      return SystemError("truncate " + path_, errno);
    }
    return Done{};
  }

  Result<uint64_t> Size() const override {
    struct stat facts{};
    if (::fstat(fd_.get(), &facts) != 0) return SystemError("stat " + path_, errno);
    return static_cast<uint64_t>(facts.st_size);
  }

  Result<TimestampMs> ModifiedAt() const override {
    struct stat facts{};
    if (::fstat(fd_.get(), &facts) != 0) return SystemError("stat " + path_, errno);
    return TimestampMs(int64_t{facts.st_mtim.tv_sec} * 1000 + facts.st_mtim.tv_nsec / 1'000'000);
  }

  int descriptor() const override { return fd_.get(); }

 private:
  // What is left to write of `vectors` after `bytes`.
  static std::span<iovec> Skip(std::span<iovec> vectors, size_t bytes) {
    while (!vectors.empty() && bytes >= vectors.front().iov_len) {
      bytes -= vectors.front().iov_len;
      vectors = vectors.subspan(1);
    }
    if (!vectors.empty()) {
      vectors.front().iov_base = static_cast<char*>(vectors.front().iov_base) + bytes;
      vectors.front().iov_len -= bytes;
    }
    return vectors;
  }

  // Some file systems count no links, and have 0 from the beginning.
  static bool HasName(int fd) {
    struct stat facts{};
    return ::fstat(fd, &facts) == 0 && facts.st_nlink > 0;
  }

  const std::string path_;
  const FileDescriptor fd_;
  const bool had_name_;
};

class PosixFileSystem final : public FileSystem {
 public:
  Result<std::shared_ptr<File>> Open(const std::string& path, Mode mode) override {
    int flags = O_CLOEXEC | (mode == Mode::kRead ? O_RDONLY : O_RDWR);
    if (mode == Mode::kCreate) flags |= O_CREAT | O_EXCL;
    FileDescriptor fd(Repeat([&] { return ::open(path.c_str(), flags, 0644); }));
    if (!fd) return SystemError("open " + path, errno);
    return std::shared_ptr<File>(std::make_shared<PosixFile>(path, std::move(fd)));
  }

  Result<std::vector<std::string>> List(const std::string& directory) override {
    DIR* open = ::opendir(directory.c_str());
    if (open == nullptr) return SystemError("list " + directory, errno);
    std::vector<std::string> names;
    errno = 0;
    while (const dirent* entry = ::readdir(open)) {
      const std::string_view name = entry->d_name;
      if (name != "." && name != "..") names.emplace_back(name);
    }
    const int error = errno;
    ::closedir(open);
    if (error != 0) return SystemError("list " + directory, error);
    std::sort(names.begin(), names.end());
    return names;
  }

  Status CreateDirectory(const std::string& path) override {
    if (::mkdir(path.c_str(), 0700) != 0) return SystemError("make directory " + path, errno);
    return Done{};
  }

  Status Rename(const std::string& from, const std::string& to) override {
    if (::rename(from.c_str(), to.c_str()) != 0) {
      return SystemError("rename " + from + " to " + to, errno);
    }
    return Done{};
  }

  Status Remove(const std::string& path) override {
    if (std::remove(path.c_str()) != 0) return SystemError("remove " + path, errno);
    return Done{};
  }

  Status SyncDirectory(const std::string& path) override {
    const FileDescriptor fd(
        Repeat([&] { return ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); }));
    if (!fd) return SystemError("open " + path, errno);
    if (Repeat([&] { return ::fsync(fd.get()); }) == 0) return Done{};
    // Not kFull, also when the disk is: names may be on it or not.
    return Error{Fault::kIo, SystemError("fsync " + path, errno).context};
  }
};

}  // namespace

FileSystem& FileSystem::Posix() {
  static PosixFileSystem files;
  return files;
}

Error NotMade(Error error) {
  if (error.fault != Fault::kExists) error.fault = Fault::kFull;
  return error;
}

Status RemoveIfThere(FileSystem& files, const std::string& path) {
  auto removed = files.Remove(path);
  if (!removed && removed.error().fault == Fault::kNotFound) return Done{};
  return removed;
}

Result<std::string> ReadWholeFile(FileSystem& files, const std::string& path, size_t bytes_max) {
  auto file = files.Open(path, FileSystem::Mode::kRead);
  if (!file) return std::move(file).error();
  const auto size = (*file)->Size();
  if (!size) return Error(size.error());
  if (*size > bytes_max) {
    return Error{Fault::kFull, path + ": " + std::to_string(*size) + " bytes, more than the " +
                                   std::to_string(bytes_max) + " that are read"};
  }
  std::string content(*size, '\0');
  const auto got = (*file)->ReadAt(0, std::as_writable_bytes(std::span(content)));
  if (!got) return Error(got.error());
  content.resize(*got);
  return content;
}

Status ReplaceFile(FileSystem& files, const std::string& directory, const std::string& name,
                   std::string_view content) {
  const std::string path = directory + "/" + name;
  const std::string beside = path + ".tmp";
  if (auto removed = RemoveIfThere(files, beside); !removed) {
    return NotMade(std::move(removed).error());
  }
  auto file = files.Open(beside, FileSystem::Mode::kCreate);
  if (!file) return NotMade(std::move(file).error());
  const std::array pieces{AsBytes(content)};
  if (auto wrote = (*file)->WriteAt(0, pieces); !wrote) return wrote;
  if (auto synced = (*file)->Sync(); !synced) return synced;
  if (auto renamed = files.Rename(beside, path); !renamed) return renamed;
  return files.SyncDirectory(directory);
}

}  // namespace gamevents::log
