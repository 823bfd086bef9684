#pragma once

#include "core/backup/file_copy.h"
#include "core/backup/manifest.h"
#include "core/base/result.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gamevents::backup {

/// How the files of a backup came to it.
struct FileCounts {
  size_t taken_over = 0;  ///< from the backup before
  size_t cloned = 0;
  size_t linked = 0;
  size_t copied = 0;
  uint64_t bytes_copied = 0;
};

/// One backup while it is being made: files go from the data directory to a new folder, and into
/// the manifest. Paths are within both. Not thread-safe.
class Job {
 public:
  /// A backup that is there already.
  struct Previous {
    Manifest manifest;
    std::string folder;  ///< the full path of its files
  };

  Job(std::string data_dir, std::string target, std::optional<Previous> previous, Watch watch);
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;

  /// Makes a folder in the backup. Errors: kExists; kFull; kIo.
  Status MakeFolder(const std::string& name) const;

  /// Copies a file that is replaced as a whole when it changes. Errors: as backup::CopyFile.
  Status Copy(const std::string& path);
  /// The same; one that is not there is left out.
  Status CopyIfThere(const std::string& path);
  /// Takes a file into the manifest that was put into the backup. Errors: as SumOf.
  Status AddMade(const std::string& path);

  /// Whether the backup before has the closed segment, of the same topic, with the size and the
  /// time of the original, and its bytes are those of its manifest: then it is taken from there.
  /// Errors: kIo; kFull; kClosed.
  Result<bool> TakeOver(const std::string& path, const FileFacts& original,
                        const ManifestTopic& topic);
  /// Copies or shares a segment. Its sum is for the caller to find; see AddSegment.
  /// Errors: as backup::CopyFile.
  Status Place(const std::string& path, bool closed);
  void AddSegment(ManifestFile file) { files_.push_back(std::move(file)); }

  /// Forgets the files of a folder and removes them: its topic is gone, or begins later now.
  /// `keep_folder`: an empty one stays. Errors: kIo; kFull.
  Status Drop(const std::string& folder, bool keep_folder);

  /// Something that who asked for the backup should know.
  void Note(std::string sentence) { notes_.push_back(std::move(sentence)); }

  std::string SourceOf(const std::string& path) const { return data_dir_ + "/" + path; }
  std::string TargetOf(const std::string& path) const { return target_ + "/" + path; }
  const std::string& data_dir() const { return data_dir_; }
  const std::string& target() const { return target_; }
  const Watch& watch() const { return watch_; }
  const std::vector<ManifestFile>& files() const { return files_; }
  const FileCounts& counts() const { return counts_; }
  const std::vector<std::string>& notes() const { return notes_; }

 private:
  bool HadTopic(const ManifestTopic& topic) const;
  Status Add(const std::string& path, const Result<FileSum>& sum);

  const std::string data_dir_;
  const std::string target_;
  const std::optional<Previous> previous_;
  const Watch watch_;
  std::map<std::string_view, const ManifestFile*> before_;  // by path, of previous_
  std::vector<ManifestFile> files_;
  FileCounts counts_;
  std::vector<std::string> notes_;
};

}  // namespace gamevents::backup
