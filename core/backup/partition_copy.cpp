// What is copied of a partition, and why that is a log which opens. The other process may append,
// begin segments and delete the oldest ones all the while; it is asked nothing.
//
// - Before anything is copied, `durable-end` and the recovery point are read: everything below
//   them is on disk, and so is
//   everything that was acknowledged before (with embedded.fsync: always; else it is at least in
//   the files, which is where it is copied from).
// - The segments are those that stand in the folder then. A segment that is begun later is left
//   out: the copy ends with one that was there, and so is a beginning of the log. A segment that
//   stands in the folder throughout is listed (readdir), so none is missed in the middle; and the
//   copy of each has to begin where the one before ended.
// - A segment is closed when a later one has records. From then on nothing in it changes: the log
//   appends to its last segment alone, recovery cuts nothing but that one, and a repair puts a new
//   file in the place of a segment that it cuts (Segment::CutToCopy). So it can be shared. What is
//   written in place otherwise (indexes, durable-end) is not copied at all: it is made again.
// - The other segments are copied as they are at that moment, and the copy is cut behind its last
//   whole batch: its length, offset and checksum tell, as at a recovery. A batch that was being
//   written is so left out, or is in it before it was acknowledged, as after a kill -9. A batch
//   that is wrong below the durable end is damage, and no backup is made of it.
// - A segment that is gone when its turn comes was deleted by retention or DeleteRecords, and so
//   were those before it: the log begins behind it. What was copied of the others is dropped.
//   One that was empty when it was listed was given up, and the log went on in the one before.
// - The durable end is not copied: the checkpoint of the backup says that all of it is on disk.
//   Restored, it is a log of an unclean stop whose records are all below the recovery point: each
//   is read and compared, none is ever cut as a tail, and a new leader epoch begins, by which
//   consumers learn that records which they read may be gone.

#include "core/backup/partition_copy.h"

#include "core/base/crc32c.h"
#include "core/log/batch_scanner.h"
#include "core/log/durable_end.h"
#include "core/log/format.h"
#include "core/log/segment.h"
#include "core/log/topic_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace gamevents::backup {
namespace {

// A segment's copy as it was read.
struct Scanned {
  log::Offset end;                  // behind the last whole batch
  uint64_t size = 0;                // up to there
  uint32_t crc = 0;                 // of that
  std::optional<std::string> flaw;  // of what stands behind it
};

class PartitionCopy {
 public:
  PartitionCopy(Job& job, const ManifestTopic& topic, const log::PartitionFolder& partition,
                const KnownOffsets& known)
      : job_(job),
        topic_(topic),
        folder_(log::PartitionFolderName(partition)),
        gaps_(partition.topic == log::kKafkaOffsetsTopic),
        start_(known.start),
        durable_(known.durable) {}

  Result<ManifestPartition> Run() {
    if (auto listed = List(); !listed) return std::move(listed).error();
    if (auto made = job_.MakeFolder(folder_); !made) return std::move(made).error();
    for (size_t i = 0; i < bases_.size() && !is_over_; ++i) {
      auto copied = CopySegment(i);
      if (copied) continue;
      if (copied.error().fault != Fault::kNotFound) return std::move(copied).error();
      if (i > closed_) break;
      if (auto dropped = job_.Drop(folder_, true); !dropped) return std::move(dropped).error();
      first_.reset();
    }
    if (!first_) {
      if (auto dropped = job_.Drop(folder_, false); !dropped) return std::move(dropped).error();
      return Error{Fault::kNotFound, job_.SourceOf(folder_) + ": is gone"};
    }
    if (end_ < durable_) {
      return Damaged(log::OffsetFileName(bases_.back()) + log::kLogSuffix,
                     fmt::format("the log ends at offset {}", end_.value));
    }
    if (auto copied = CopySmallFiles(); !copied) return std::move(copied).error();
    const log::Offset begin = std::clamp(start_, *first_, std::max(*first_, end_));
    if (*first_ != bases_.front()) {
      job_.Note(fmt::format("{}: begins at offset {}: what came before was deleted meanwhile",
                            folder_, begin.value));
    }
    return ManifestPartition{begin.value, end_.value};
  }

 private:
  std::string PathOf(const std::string& name) const { return folder_ + "/" + name; }
  std::string LogOf(log::Offset base) const {
    return PathOf(log::OffsetFileName(base) + log::kLogSuffix);
  }

  Error Damaged(const std::string& name, const std::string& flaw) const {
    return {Fault::kCorrupt,
            fmt::format("{}: {}, but records up to offset {} were stored: the log is damaged, and "
                        "no backup is made of it; keep the backups that there are, and see "
                        "gamevents broker --repair",
                        job_.SourceOf(PathOf(name)), flaw, durable_.value)};
  }

  Status List() {
    log::FileSystem& files = log::FileSystem::Posix();
    const auto durable =
        files.Open(job_.SourceOf(PathOf(log::kDurableEndFile)), log::FileSystem::Mode::kRead);
    if (durable) {
      const auto noted = log::DurableEnd::ReadFrom(**durable);
      if (!noted) return Error(noted.error());
      durable_ = std::max(durable_, noted->value_or(log::Offset(0)));
    } else if (durable.error().fault != Fault::kNotFound) {
      return Error(durable.error());
    }
    const auto names = files.List(job_.SourceOf(folder_));
    if (!names) return Error(names.error());
    for (const std::string& name : *names) {
      if (const auto base = log::ParseOffsetFileName(name, log::kLogSuffix)) {
        bases_.push_back(*base);
      } else if (const auto offset = log::ParseOffsetFileName(name, log::kSnapshotSuffix)) {
        snapshots_.push_back(*offset);
      }
    }
    if (bases_.empty()) return Error{Fault::kNotFound, job_.SourceOf(folder_) + ": has no segment"};
    for (size_t i = bases_.size(); i-- > 1 && closed_ == 0;) {
      const auto facts = FactsOf(job_.SourceOf(LogOf(bases_[i])));
      if (facts && facts->size > 0) closed_ = i;
    }
    return Done{};
  }

  // Errors: kNotFound when it is gone.
  Status CopySegment(size_t index) {
    const std::string path = LogOf(bases_[index]);
    const bool is_closed = index < closed_;
    const auto original = FactsOf(job_.SourceOf(path));
    if (!original) return Error(original.error());
    if (is_closed) {
      const auto taken = job_.TakeOver(path, *original, topic_);
      if (!taken) return Error(taken.error());
      if (*taken) return Join(index, bases_[index + 1]);
    }
    if (auto placed = job_.Place(path, is_closed); !placed) return placed;
    auto scanned = Scan(job_.TargetOf(path), bases_[index]);
    if (!scanned) return std::move(scanned).error();
    if (scanned->flaw && (is_closed || scanned->end < durable_)) {
      return Damaged(log::OffsetFileName(bases_[index]) + log::kLogSuffix,
                     fmt::format("at byte {} (offset {}): {}", scanned->size, scanned->end.value,
                                 *scanned->flaw));
    }
    if (scanned->flaw) {
      if (auto cut = CutFile(job_.TargetOf(path), scanned->size); !cut) return cut;
      is_over_ = true;
    }
    job_.AddSegment(
        {path, scanned->size, scanned->crc, is_closed ? original->modified_ns : int64_t{0}});
    return Join(index, scanned->end);
  }

  // A segment has to begin where the one before ended.
  Status Join(size_t index, log::Offset end) {
    const log::Offset base = bases_[index];
    const bool joins = !first_ || (gaps_ ? base >= end_ : base == end_);
    if (!joins) {
      return Error{Fault::kCorrupt,
                   fmt::format("{}: the segment before it ends at offset {}: records are missing, "
                               "and no backup is made of it",
                               job_.SourceOf(LogOf(base)), end_.value)};
    }
    if (!first_) first_ = base;
    last_ = base;
    end_ = end;
    return Done{};
  }

  Result<Scanned> Scan(const std::string& path, log::Offset base) const {
    const auto file = log::FileSystem::Posix().Open(path, log::FileSystem::Mode::kRead);
    if (!file) return Error(file.error());
    const auto size = (*file)->Size();
    if (!size) return Error(size.error());
    log::BatchScanner scanner(**file, 0, *size, log::BatchScanner::kWholeChunk);
    Scanned scanned{base, 0, 0, std::nullopt};
    while (true) {
      const auto batch = scanner.NextGood(scanned.end, gaps_);
      if (!batch && batch.error().fault != Fault::kCorrupt) return Error(batch.error());
      if (!batch) scanned.flaw = batch.error().context;
      if (!batch || !batch->has_value()) return scanned;
      const auto& [header, bytes] = **batch;
      scanned.end = header.next_offset();
      scanned.size += bytes.size();
      scanned.crc = Crc32c(scanned.crc, bytes);
      if (!job_.watch()(bytes.size())) return Error{Fault::kClosed, "interrupted"};
    }
  }

  Status CopySmallFiles() {
    for (const char* name :
         {log::kPartitionMetadataFile, log::kTopicConfigFile, log::kLeaderEpochFile}) {
      if (auto copied = job_.CopyIfThere(PathOf(name)); !copied) return copied;
    }
    // The idempotent producers as of the newest segment; what came after, the batches tell.
    std::optional<log::Offset> newest;
    for (const log::Offset offset : snapshots_) {
      if (offset >= *first_ && offset <= last_) newest = std::max(offset, newest.value_or(offset));
    }
    if (!newest) return Done{};
    return job_.CopyIfThere(PathOf(log::OffsetFileName(*newest) + log::kSnapshotSuffix));
  }

  Job& job_;
  const ManifestTopic& topic_;
  const std::string folder_;
  const bool gaps_;
  const log::Offset start_;
  log::Offset durable_;
  std::vector<log::Offset> bases_;
  std::vector<log::Offset> snapshots_;
  size_t closed_ = 0;     // the segments before this one are closed
  bool is_over_ = false;  // the copy was cut: nothing follows
  std::optional<log::Offset> first_;
  log::Offset last_{0};
  log::Offset end_{0};
};

}  // namespace

Result<ManifestPartition> CopyPartition(Job& job, const ManifestTopic& topic,
                                        const log::PartitionFolder& partition,
                                        const KnownOffsets& known) {
  return PartitionCopy(job, topic, partition, known).Run();
}

}  // namespace gamevents::backup
