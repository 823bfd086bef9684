#pragma once

#include "core/base/result.h"
#include "core/log/batch.h"
#include "core/log/batch_scanner.h"
#include "core/log/file_pool.h"
#include "core/log/file_system.h"
#include "core/log/index_file.h"
#include "core/log/types.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace gamevents::log {

/// What segments are opened with.
struct SegmentEnvironment {
  FileSystem& files;
  FilePool& pool;
};

/// One piece of a log: batches from a base offset on in a `.log` file, and its two sparse indexes.
/// One thread writes; any number may look things up meanwhile, in the part that was noted.
///
/// The segment that grows has its file open and its indexes in memory. One at rest has neither: its
/// files are opened when somebody reads, and closed when others need the descriptors.
class Segment {
 public:
  /// Makes an empty one, which grows. Not durable until the directory is synced.
  /// Errors: kExists; kFull (it could not be made, whatever the reason).
  static Result<std::shared_ptr<Segment>> Create(const SegmentEnvironment& environment,
                                                 const std::string& directory, Offset base);

  /// An existing one, at rest; opens nothing. Nothing is known of its batches before TrustIndexes
  /// or a Note for each of them.
  static std::shared_ptr<Segment> Find(const SegmentEnvironment& environment,
                                       const std::string& directory, Offset base);

  /// Takes the index files at their word and reads only the headers after their last entry. False
  /// when they are missing or do not fit the file: every batch has to be noted then.
  /// Errors: kIo; kFull (no descriptor).
  Result<bool> TrustIndexes();

  /// Forgets everything that is known of its batches, before noting them again.
  void Reset();

  /// Writes at size(). After kFull the file was cut back and is as before; after kIo its tail is
  /// in doubt. Requires: it grows.
  Status Write(std::span<const std::span<const std::byte>> pieces);

  /// Whether Write would succeed with so many bytes: writes zeros at size() and cuts them off
  /// again. Errors and requirement: Write's.
  Status TryWrite(size_t bytes);

  /// Takes the batch that stands at size() into the facts and the indexes.
  void Note(const BatchHeader& header, uint32_t index_interval_bytes);

  /// Errors: see File::Sync.
  Status Sync();

  /// Writes the indexes to their files. It still grows: when the log cannot go on to the next
  /// segment, this one goes on, and is sealed again. Errors: kIo; kFull (nothing is in doubt).
  Status Seal();

  /// Puts it to rest. Requires: sealed since its last batch.
  void Rest();

  /// Lets it grow (again). Errors: kIo; kFull (no descriptor).
  Status Grow();

  /// Cuts the file behind the last noted batch, and syncs it. Errors: kIo; kFull (no descriptor).
  Status CutToSize();

  /// Puts a new file in the place of this one, which has what stands up to the last noted batch.
  /// The old one stays as it was under any other name that it has. The rename is not synced.
  /// Requires: it rests. Errors: kIo; kFull.
  Status CutToCopy();

  /// Removes its files, the segment's snapshot too; open readers go on. Errors: kIo.
  Status RemoveFiles();

  /// Opens its files never again: their paths may be others' soon. What is open stays so.
  void Retire();

  /// The first batch that ends at or after `offset`, in the first `end` bytes; nullopt when there
  /// is none. Errors: kIo; kCorrupt, with the position.
  Result<std::optional<BatchAt>> FindBatch(Offset offset, uint64_t end) const;

  /// Where a slice of at most `bytes_max` bytes that begins with `first` has to end, so that it
  /// holds whole batches: by the index, so it may end up to an index interval early.
  Result<uint64_t> FindSliceEnd(const BatchAt& first, uint64_t bytes_max, uint64_t end) const;

  /// The first record at or after `from` in the first `end` bytes whose time is at least `time`.
  /// Errors: kIo; kCorrupt.
  Result<std::optional<TimedOffset>> FindByTime(TimestampMs time, Offset from, uint64_t end) const;

  /// The first of the records with the largest timestamp among those in the first `end` bytes, at
  /// or after `from`. Errors: kIo; kCorrupt.
  Result<std::optional<TimedOffset>> FindMaxTimestamp(Offset from, uint64_t end) const;

  /// What is known of the noted batches.
  struct Facts {
    uint64_t size = 0;  ///< bytes
    Offset next_offset;
    TimestampMs first_timestamp{-1};  ///< the largest of the first batch
    TimestampMs max_timestamp{-1};
    Offset max_timestamp_offset;  ///< the last offset of the first batch that has it
    size_t index_bytes = 0;       ///< of the larger index
  };
  Facts facts() const;

  /// The offset that it begins at: no record of it has a smaller one.
  Offset base() const { return base_; }
  const std::string& path() const { return path_; }
  /// Its open file. Errors: kNotFound (somebody removed it); kClosed (retired); kFull (no
  /// descriptor); kIo.
  Result<std::shared_ptr<File>> file() const;
  /// The bytes on disk, noted or not. Errors: as file.
  Result<uint64_t> FileSize() const;

 private:
  Segment(const SegmentEnvironment& environment, const std::string& directory, Offset base);
  Result<uint64_t> FindStart(const File& file, Offset offset, uint64_t end) const;
  Result<std::optional<BatchAt>> FindBatchIn(const File& file, Offset offset, uint64_t end) const;
  Result<std::optional<TimedOffset>> MaxOfBatch(const File& file, const BatchAt& batch,
                                                Offset from) const;
  Result<bool> ScanBehind(const File& file, const OffsetEntry& entry, uint64_t size,
                          Facts& facts) const;
  Error Damaged(uint64_t position, Error error) const;

  FileSystem& files_;
  const Offset base_;
  const std::string stem_;  // directory and the offset's digits
  const std::string path_;
  mutable PooledFile pooled_;  // for when it rests
  IndexFile<OffsetEntry> offsets_;
  IndexFile<TimeEntry> times_;
  mutable std::mutex mutex_;
  Facts facts_;                      // mutex_
  std::shared_ptr<File> growing_;    // mutex_; null when it rests
  uint64_t bytes_since_entry_ = 0;   // the writer's
  TimestampMs last_time_entry_{-1};  // the writer's
};

/// "00000000000000000042": what a segment's files are called before the suffix.
std::string OffsetFileName(Offset base);

/// The offset out of a file name with `suffix`; nullopt when it is not one of ours.
std::optional<Offset> ParseOffsetFileName(std::string_view name, std::string_view suffix);

/// The records of `batch`, read from `file`, one by one until `visit` gives true.
/// Errors: kIo; kCorrupt.
Status VisitRecords(const File& file, const BatchAt& batch,
                    const std::function<bool(const Record&)>& visit);

}  // namespace gamevents::log
