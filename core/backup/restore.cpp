#include "core/backup/restore.h"

#include "core/backup/file_copy.h"
#include "core/backup/verify.h"
#include "core/embedded/lock.h"
#include "core/log/data_directory.h"
#include "core/log/file_system.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

namespace gamevents::backup {
namespace {

// Where the files are put before they are renamed to where they belong.
constexpr std::string_view kBeside = ".restoring";
// What an empty data directory may have in it.
constexpr auto kNothing = std::to_array<std::string_view>({"LOCK", "lost+found", kBeside});

std::string TopOf(const std::string& path) { return path.substr(0, path.find('/')); }

// The data directory, which is to be empty and to have no other user.
class Target {
 public:
  explicit Target(const std::string& directory) : directory_(directory) {}

  // Whether something may be restored to the data directory; makes nothing in it.
  Status CheckEmpty() {
    const auto names = log::FileSystem::Posix().List(directory_);
    if (!names && names.error().fault != Fault::kNotFound) return Error(names.error());
    if (names) {
      const bool has_lock = std::ranges::binary_search(*names, std::string("LOCK"));
      if (auto taken = has_lock ? TakeLock() : Done{}; !taken) return taken;
      for (const std::string& name : *names) {
        if (std::ranges::find(kNothing, name) != kNothing.end()) continue;
        return Error{Fault::kBadInput, directory_ + ": is not empty: it has '" + name +
                                           "'; move it away (mv " + directory_ + " " + directory_ +
                                           ".before), or name another with --data-dir"};
      }
    }
    return Done{};
  }

  // Looks first, so that nothing is made in a folder that is refused.
  Status Take() {
    if (auto empty = CheckEmpty(); !empty) return empty;
    return lock_ ? Done{} : TakeLock();
  }

 private:
  Status TakeLock() {
    auto lock = embedded::DirectoryLock::TryTake(directory_);
    if (!lock) return std::move(lock).error();
    if (*lock) {
      lock_ = std::move(*lock);
      return Done{};
    }
    const auto holder = embedded::LastHolder(directory_);
    return Error{Fault::kExists,
                 directory_ + ": is in use by " +
                     (holder ? "process " + std::to_string(*holder) : "another process") +
                     ": stop it first, or name another data directory with --data-dir"};
  }

  const std::string directory_;
  std::optional<embedded::DirectoryLock> lock_;
};

class Restoration {
 public:
  Restoration(const RestoreOptions& options, const Manifest& manifest)
      : options_(options),
        manifest_(manifest),
        from_(options.directory + "/" + manifest.folder),
        beside_(options.data_dir + "/" + std::string(kBeside)),
        target_(options.data_dir) {}

  Status Run() {
    if (auto taken = target_.Take(); !taken) return taken;
    // Of a restore that did not come to its end.
    if (auto removed = RemoveFolder(beside_); !removed) return removed;
    auto done = CopyAll();
    if (done) done = MoveAll();
    if (!done) static_cast<void>(RemoveFolder(beside_).ok());
    return done;
  }

 private:
  Status CopyAll() {
    if (auto made = files_.CreateDirectory(beside_); !made) return made;
    std::set<std::string> folders;
    const uint64_t expected = BytesOf(manifest_);
    uint64_t done = 0;
    for (const ManifestFile& file : manifest_.files) {
      const std::string top = TopOf(file.path);
      if (top != file.path && folders.insert(top).second) {
        if (auto made = files_.CreateDirectory(beside_ + "/" + top); !made) return made;
      }
      const std::string to = beside_ + "/" + file.path;
      const auto copied = CopyFile(from_ + "/" + file.path, to, UINT64_MAX, [&](uint64_t bytes) {
        done += bytes;
        return options_.on_progress(done, expected);
      });
      if (!copied) return Error(copied.error());
      if (copied->size != file.size || copied->crc != file.crc) {
        return Error{Fault::kCorrupt,
                     from_ + "/" + file.path + ": has changed since it was verified a moment ago"};
      }
      if (auto given = GiveToOwner(to); !given) return given;
    }
    for (const std::string& folder : folders) {
      if (auto given = GiveToOwner(beside_ + "/" + folder); !given) return given;
    }
    return SyncFolders(beside_);
  }

  // What root restores is the service's.
  Status GiveToOwner(const std::string& path) const {
    if (::geteuid() != 0) return Done{};
    struct stat owner{};
    if (::stat(options_.data_dir.c_str(), &owner) != 0) {
      return SystemError("stat " + options_.data_dir, errno);
    }
    if (::lchown(path.c_str(), owner.st_uid, owner.st_gid) != 0) {
      return SystemError("chown " + path, errno);
    }
    return Done{};
  }

  Status MoveAll() {
    std::set<std::string> tops;
    for (const ManifestFile& file : manifest_.files) tops.insert(TopOf(file.path));
    tops.erase(log::kMetaFile);
    for (const std::string& top : tops) {
      if (auto moved = Move(top); !moved) return moved;
    }
    if (auto synced = files_.SyncDirectory(options_.data_dir); !synced) return synced;
    if (auto moved = Move(log::kMetaFile); !moved) return moved;
    if (auto given = GiveToOwner(options_.data_dir + "/LOCK"); !given) return given;
    if (auto removed = RemoveFolder(beside_); !removed) return removed;
    return files_.SyncDirectory(options_.data_dir);
  }

  Status Move(const std::string& top) {
    return files_.Rename(beside_ + "/" + top, options_.data_dir + "/" + top);
  }

  const RestoreOptions& options_;
  const Manifest& manifest_;
  const std::string from_;
  const std::string beside_;
  log::FileSystem& files_ = log::FileSystem::Posix();
  Target target_;
};

}  // namespace

Result<RestoreSummary> Restore(const RestoreOptions& options) {
  // Nobody is to write a backup over the one that is read.
  const auto lock = FolderLock::Take(options.directory, /*exclusive=*/false);
  if (!lock) return Error(lock.error());
  // Before the long reading, and again when it is taken.
  if (const auto manifest = ReadManifest(options.directory); !manifest) {
    return Error(manifest.error());
  }
  if (!options.only_check) {
    if (auto empty = Target(options.data_dir).CheckEmpty(); !empty) return std::move(empty).error();
  }
  auto verified = VerifyBackup(options.directory, options.on_progress);
  if (!verified) return std::move(verified).error();
  RestoreSummary summary{std::move(verified->manifest), std::move(verified->flaws),
                         std::move(verified->notes)};
  if (!summary.flaws.empty() || options.only_check) return summary;
  if (auto restored = Restoration(options, summary.manifest).Run(); !restored) {
    return std::move(restored).error();
  }
  return summary;
}

}  // namespace gamevents::backup
