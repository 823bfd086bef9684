// A backup is a folder with `manifest.json` and a folder `data-N` that the manifest names. The next
// one fills `data-N+1`, writes the manifest that names it, by a rename, and only then removes
// `data-N`. So at every moment there is one manifest, whole, whose folder is whole; what a killed
// backup leaves is a folder that no manifest names, and the next one removes it.
//
// The order of what is copied is in topic_copy.cpp; why a copy of a log that grows is a log is in
// partition_copy.cpp.

#include "core/backup/backup.h"

#include "core/backup/state_copy.h"
#include "core/backup/topic_copy.h"
#include "core/base/clock.h"
#include "core/base/number.h"
#include "core/base/text.h"
#include "core/log/data_directory.h"
#include "core/log/file_system.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

namespace gamevents::backup {
namespace {

constexpr size_t kIdsBytesMax = 4096;

// About what will be read: what the data directory has now.
uint64_t BytesIn(const std::string& directory) {
  uint64_t bytes = 0;
  std::error_code failed;
  std::filesystem::recursive_directory_iterator each(directory, failed);
  for (; !failed && each != std::filesystem::recursive_directory_iterator();
       each.increment(failed)) {
    std::error_code gone;
    const uint64_t size = each->is_regular_file(gone) ? each->file_size(gone) : 0;
    if (!gone && each->path().extension() != ".index" && each->path().extension() != ".timeindex") {
      bytes += size;
    }
  }
  return bytes;
}

// Errors: kBadInput.
Status CheckApart(const std::string& data_dir, const std::string& directory) {
  std::error_code failed;
  const auto data = std::filesystem::weakly_canonical(data_dir, failed);
  const auto target = std::filesystem::weakly_canonical(directory, failed);
  if (failed) return SystemError("find " + directory, failed.value());
  const auto [in_data, in_target] =
      std::mismatch(data.begin(), data.end(), target.begin(), target.end());
  if (in_data != data.end()) return Done{};
  return Error{Fault::kBadInput, directory + ": is within the data directory " + data_dir +
                                     ": name a folder elsewhere, best on another disk"};
}

class Backup {
 public:
  explicit Backup(const BackupOptions& options) : options_(options) {}

  Result<BackupSummary> Run() {
    auto cluster = log::ReadClusterId(files_, options_.data_dir);
    if (!cluster) return AboutSource(std::move(cluster).error());
    if (!IsUtf8(*cluster)) return Error{Fault::kCorrupt, options_.data_dir + ": its cluster.id"};
    cluster_id_ = std::move(*cluster);
    if (auto apart = CheckApart(options_.data_dir, options_.directory); !apart) {
      return std::move(apart).error();
    }
    if (auto made = MakeDirectory(); !made) return std::move(made).error();
    const auto lock = FolderLock::Take(options_.directory, /*exclusive=*/true);
    if (!lock) return Error(lock.error());
    if (auto found = FindPrevious(); !found) return std::move(found).error();
    if (auto cleared = RemoveOthers(); !cleared) return std::move(cleared).error();
    auto summary = Fill();
    if (summary) return summary;
    // A rename of the manifest that may not be on disk yet: either folder may be the one that
    // counts.
    const auto named = ReadManifest(options_.directory);
    if (named && options_.directory + "/" + named->folder == target_) return summary;
    // Room for what else is on that disk; what is left of it the next backup removes.
    static_cast<void>(RemoveFolder(target_).ok());
    if (previous_) summary.error().context += "; the backup that was there is as it was";
    return summary;
  }

 private:
  static Error AboutSource(Error error) {
    if (error.fault == Fault::kNotFound) error.context += ": there is no log to back up";
    return error;
  }

  Status MakeDirectory() {
    auto made = files_.CreateDirectory(options_.directory);
    if (!made && made.error().fault != Fault::kExists) return made;
    const auto names = files_.List(options_.directory);
    if (!names) return Error(names.error());
    for (const std::string& name : *names) {
      if (BelongsToBackup(name)) continue;
      return Error{Fault::kBadInput, options_.directory + ": has '" + name +
                                         "' in it, which belongs to no backup: name an empty "
                                         "folder, or one with an earlier backup"};
    }
    return Done{};
  }

  Status FindPrevious() {
    auto manifest = ReadManifest(options_.directory);
    if (!manifest && manifest.error().fault == Fault::kNotFound) return Done{};
    if (!manifest) {
      Error error = std::move(manifest).error();
      error.context += "; name another folder";
      return error;
    }
    if (manifest->cluster_id != cluster_id_) {
      return Error{Fault::kBadInput,
                   options_.directory + ": is the backup of another data directory (cluster id " +
                       manifest->cluster_id + ", not " + cluster_id_ + "): name another folder"};
    }
    std::string folder = options_.directory + "/" + manifest->folder;
    number_ = FolderNumber(manifest->folder).value_or(0);
    previous_ = Job::Previous{std::move(*manifest), std::move(folder)};
    return Done{};
  }

  // What the manifest does not name: of a backup that did not come to its end.
  Status RemoveOthers() {
    const auto names = files_.List(options_.directory);
    if (!names) return Error(names.error());
    for (const std::string& name : *names) {
      if (!FolderNumber(name) || (previous_ && name == previous_->manifest.folder)) continue;
      if (auto removed = RemoveFolder(options_.directory + "/" + name); !removed) return removed;
    }
    return Done{};
  }

  Result<BackupSummary> Fill() {
    Manifest manifest;
    manifest.gamevents = options_.version;
    manifest.made_at = FormatTimestamp(Clock::System().Now());
    manifest.cluster_id = cluster_id_;
    manifest.data_format = log::kMetaVersion;
    manifest.folder = FolderName(number_ + 1);
    target_ = options_.directory + "/" + manifest.folder;
    if (auto made = files_.CreateDirectory(target_); !made) return std::move(made).error();
    Job job(
        options_.data_dir, target_, previous_,
        [this, done = uint64_t{0}, expected = BytesIn(options_.data_dir)](uint64_t bytes) mutable {
          done += bytes;
          return options_.on_progress(done, std::max(done, expected));
        });
    if (auto copied = CopyState(job); !copied) return std::move(copied).error();
    auto topics = CopyTopics(job);
    if (!topics) return std::move(topics).error();
    manifest.topics = std::move(*topics);
    if (auto copied = job.Copy(log::kMetaFile); !copied) return std::move(copied).error();
    if (auto copied = job.CopyIfThere(std::string(log::kUsersFile)); !copied) {
      return std::move(copied).error();
    }
    if (auto skipped = SkipProducerIds(job); !skipped) return std::move(skipped).error();
    if (auto synced = SyncFolders(target_); !synced) return std::move(synced).error();
    if (auto synced = files_.SyncDirectory(options_.directory); !synced) {
      return std::move(synced).error();
    }
    manifest.files = job.files();
    const std::string text = PrintManifest(manifest);
    if (text.size() > kManifestBytesMax) {
      return Error{Fault::kFull, options_.directory + ": more files than a manifest can name"};
    }
    auto wrote = log::ReplaceFile(files_, options_.directory, kManifestName, text);
    if (!wrote) return std::move(wrote).error();
    return Finish(std::move(manifest), job);
  }

  // A producer may outlive a restore. Were its id, which was given after the backup, given again,
  // the batches of one could be taken for repeats of the other's, and be acknowledged and lost. So
  // the copy goes on with ids that the original does not come to.
  Status SkipProducerIds(Job& job) const {
    constexpr int64_t kSkipped = int64_t{1} << 32;
    const std::string name(log::kProducerIdsFile);
    const auto text = log::ReadWholeFile(files_, job.SourceOf(name), kIdsBytesMax);
    if (!text && text.error().fault != Fault::kNotFound) return Error(text.error());
    const std::string_view digits = text ? std::string_view(*text) : "0\n";
    const auto next = ParseWholeNumber<int64_t>(digits.substr(0, digits.find('\n')));
    if (!next || *next < 0 || *next > INT64_MAX - kSkipped) return job.Copy(name);
    auto wrote = log::ReplaceFile(files_, target_, name, std::to_string(*next + kSkipped) + "\n");
    return wrote ? job.AddMade(name) : std::move(wrote);
  }

  // The new backup stands; nothing that fails from here on takes that back.
  BackupSummary Finish(Manifest manifest, const Job& job) const {
    BackupSummary summary{std::move(manifest), job.counts(), job.notes()};
    if (!previous_) return summary;
    if (auto removed = RemoveFolder(previous_->folder); !removed) {
      summary.notes.push_back("the backup before is left to the next one to remove: " +
                              removed.error().context);
    }
    return summary;
  }

  const BackupOptions& options_;
  log::FileSystem& files_ = log::FileSystem::Posix();
  std::string cluster_id_;
  std::optional<Job::Previous> previous_;
  uint64_t number_ = 0;
  std::string target_;
};

}  // namespace

bool BelongsToBackup(const std::string& name) {
  return name == kManifestName || name == std::string(kManifestName) + ".tmp" || name == "LOCK" ||
         name == "lost+found" || FolderNumber(name);
}

Result<BackupSummary> MakeBackup(const BackupOptions& options) { return Backup(options).Run(); }

Result<Manifest> ReadManifest(const std::string& directory) {
  const std::string path = directory + "/" + kManifestName;
  const auto text = log::ReadWholeFile(log::FileSystem::Posix(), path, kManifestBytesMax);
  if (!text && text.error().fault == Fault::kNotFound) {
    return Error{Fault::kNotFound, path +
                                       ": is not there: the backup was not finished, or this "
                                       "folder is none"};
  }
  if (!text) return Error(text.error());
  auto manifest = ParseManifest(*text);
  if (!manifest) return std::move(manifest).error().In(path);
  return manifest;
}

}  // namespace gamevents::backup
