#pragma once

#include "core/backup/job.h"
#include "core/base/result.h"

namespace gamevents::backup {

/// Where a data directory has the snapshots of the state (docs/state.md), each in TOPIC.sqlite.
inline constexpr char kStateFolder[] = ".state";

/// Copies what is in it: the snapshots, each as of one moment while another process may write it.
/// To be called before the topics are copied, so that none is ahead of its log. They are a cache:
/// one that cannot be read is left out with a note, and folded again after a restore. Errors:
/// kFull; kIo; kClosed.
Status CopyState(Job& job);

}  // namespace gamevents::backup
