#pragma once

#include "core/backup/job.h"
#include "core/backup/manifest.h"
#include "core/base/result.h"
#include "core/log/data_directory.h"
#include "core/log/types.h"

namespace gamevents::backup {

/// What the data directory's checkpoints say of a partition.
struct KnownOffsets {
  log::Offset start;    ///< below it records are deleted
  log::Offset durable;  ///< below it everything is on disk
};

/// Copies a partition's folder while another process may append to it and delete from it: its
/// segments up to the last whole batch, and the files that tell of them. Gives its offsets.
/// Errors: kNotFound (no partition is
/// there, or not any more; what was copied is dropped); kCorrupt (a record that was stored is
/// damaged, with file and position); kFull; kIo; kClosed.
Result<ManifestPartition> CopyPartition(Job& job, const ManifestTopic& topic,
                                        const log::PartitionFolder& partition,
                                        const KnownOffsets& known);

}  // namespace gamevents::backup
