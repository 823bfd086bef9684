#pragma once

#include "core/backup/backup.h"
#include "core/backup/manifest.h"
#include "core/base/result.h"

#include <string>
#include <vector>

namespace gamevents::backup {

/// A backup that was read through.
struct Verified {
  Manifest manifest;
  /// One sentence for each file that is not as the manifest says: it is missing, cut off, changed,
  /// or not in the manifest.
  std::vector<std::string> flaws;
  std::vector<std::string> notes;
};

/// Reads every file of the backup in `directory` and compares it with the manifest; changes
/// nothing. Errors: as ReadManifest; kIo; kClosed.
Result<Verified> VerifyBackup(const std::string& directory, const OnProgress& on_progress);

}  // namespace gamevents::backup
