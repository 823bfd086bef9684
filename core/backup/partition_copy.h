#pragma once

#include "core/backup/job.h"
#include "core/backup/manifest.h"
#include "core/base/result.h"
#include "core/log/data_directory.h"
#include "core/log/types.h"

namespace gamevents::backup {

/// Copies a partition's folder while another process may append to it and delete from it: its
/// segments up to the last whole batch, and the files that tell of them. Gives its offsets.
/// `start`: below it records are deleted, as far as is known. Errors: kNotFound (no partition is
/// there, or not any more; what was copied is dropped); kCorrupt (a record that was stored is
/// damaged, with file and position); kFull; kIo; kClosed.
Result<ManifestPartition> CopyPartition(Job& job, const ManifestTopic& topic,
                                        const log::PartitionFolder& partition, log::Offset start);

}  // namespace gamevents::backup
