#pragma once

#include "core/backup/job.h"
#include "core/backup/manifest.h"
#include "core/base/result.h"

#include <vector>

namespace gamevents::backup {

/// Copies every topic of the data directory, by name, and the checkpoints that fit the copies. One
/// that is deleted meanwhile is left out with a note; one whose creation is not finished is left
/// out. Errors: as CopyPartition, without kNotFound.
Result<std::vector<ManifestTopic>> CopyTopics(Job& job);

}  // namespace gamevents::backup
