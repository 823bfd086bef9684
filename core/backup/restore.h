#pragma once

#include "core/backup/backup.h"
#include "core/backup/manifest.h"
#include "core/base/result.h"

#include <cstdint>
#include <string>
#include <vector>

namespace gamevents::backup {

/// What is restored, and where to.
struct RestoreOptions {
  std::string directory;    ///< the backup
  std::string data_dir;     ///< made when missing, with its parents
  bool only_check = false;  ///< verify the backup, and look at `data_dir` no further
  OnProgress on_progress = [](uint64_t, uint64_t) { return true; };
};

/// What a restore found and did. With flaws it did nothing.
struct RestoreSummary {
  Manifest manifest;
  std::vector<std::string> flaws;  ///< see Verified
  std::vector<std::string> notes;
};

/// Reads the whole backup and compares it with its manifest; then copies it into the data
/// directory, which has to be empty, and compares what it copies again. meta.properties comes last:
/// without it no broker takes the folder for a data directory. The user of a data directory that
/// was there owns what is put into it. Errors: as VerifyBackup, and kBadInput (the data directory
/// is not empty), kExists (it is in use), kFull, kCorrupt (the backup changed meanwhile).
Result<RestoreSummary> Restore(const RestoreOptions& options);

}  // namespace gamevents::backup
