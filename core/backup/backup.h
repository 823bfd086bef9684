#pragma once

#include "core/backup/file_copy.h"
#include "core/backup/job.h"
#include "core/backup/manifest.h"
#include "core/base/result.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

// core/backup copies a data directory of the embedded log while its broker runs, and puts such a
// copy in the place of a data directory. It knows nothing of commands or of events.

namespace gamevents::backup {

/// Is told how many bytes of how many have been read, about; false: stop, which gives kClosed.
using OnProgress = std::function<bool(uint64_t done, uint64_t expected)>;

/// The manifest of a backup, in its folder.
inline constexpr char kManifestName[] = "manifest.json";

/// What is backed up, and where to.
struct BackupOptions {
  std::string data_dir;
  std::string directory;  ///< made when missing
  std::string version;    ///< of gamevents, for the manifest
  OnProgress on_progress = [](uint64_t, uint64_t) { return true; };
};

/// What a backup took.
struct BackupSummary {
  Manifest manifest;
  FileCounts counts;
  std::vector<std::string> notes;
};

/// Copies the data directory into `directory`. Needs no lock on it: its broker may run, be killed
/// and start again meanwhile; see partition_copy.cpp for what of the log is in the copy. A backup
/// that is there already stays whole until the new one is, and gives what has not changed. One call
/// at a time for a `directory`. Errors, after each of which the backup that was there is as it was:
/// kNotFound (no data directory); kBadInput (`directory` has something else in it, or is within the
/// data directory, or is a backup of another one); kCorrupt (the log or the manifest is damaged);
/// kUnsupported (a newer format); kUnavailable (another backup is being written there); kFull; kIo;
/// kClosed.
Result<BackupSummary> MakeBackup(const BackupOptions& options);

/// What is in the folder of a backup beside its files: whether `name` may stand there.
bool BelongsToBackup(const std::string& name);

/// The manifest of the backup in `directory`. Errors: kNotFound (there is none: it was not
/// finished, or is no backup); as ParseManifest.
Result<Manifest> ReadManifest(const std::string& directory);

}  // namespace gamevents::backup
