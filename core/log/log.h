#pragma once

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/log/batch.h"
#include "core/log/committer.h"
#include "core/log/durable_end.h"
#include "core/log/file_pool.h"
#include "core/log/file_system.h"
#include "core/log/leader_epochs.h"
#include "core/log/log_options.h"
#include "core/log/producer_state.h"
#include "core/log/retention.h"
#include "core/log/types.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

// core/log keeps partitions on disk in Kafka's own format. It knows nothing of the protocol, of
// sockets or of consumer groups; the broker stands on it.

namespace gamevents::log {

class Segment;
struct BatchAt;

/// Where a batch came to stand.
struct Appended {
  Offset base_offset;
  Offset next_offset;           ///< one past its last record: what to hand to WhenCommitted
  TimestampMs append_time{-1};  ///< -1 under CreateTime
  bool duplicate = false;       ///< it was there already; the offsets are the first time's
};
using AppendOutcome = std::variant<Appended, Refused>;

/// Who sees to it that what was appended gets to disk.
enum class CommitBy : uint8_t {
  kCommitter,  ///< the committer, soon
  kCaller,     ///< the caller, by Sync, at once. Where nobody waits for the disk: the committer
};

/// Whole batches in one file, for sendfile. `file` keeps the bytes readable even if the segment is
/// deleted meanwhile.
struct Slice {
  std::shared_ptr<const File> file;  ///< null when there is nothing to read yet
  uint64_t position = 0;
  size_t length = 0;
};

/// What a consumer is answered with.
struct ReadResult {
  Slice slice;
  Offset high_watermark;
  Offset log_start;
};

/// What Open found and did.
struct RecoverySummary {
  uint64_t batches_checked = 0;
  uint64_t bytes_truncated = 0;  ///< a torn tail, or what repair cut off
  uint64_t indexes_rebuilt = 0;
  std::vector<std::string> notes;  ///< a sentence for each thing that was put right
};

/// An append-only sequence of record batches in one directory, cut into segments. One Append runs
/// at a time (others wait); any number of threads may read meanwhile. Owns its files; the
/// directory must be used by no other Log (the data directory's lock sees to that).
///
/// Offsets: log_start <= high_watermark <= log_end. Readers see what lies below the high watermark,
/// and an acknowledgement waits until it has passed: with Committer::always that is after
/// fdatasync, otherwise at once.
///
/// After a failed write or sync nobody knows what is on disk: the log takes a sticky fault, every
/// later Append returns it and everyone who waits is told. Reading goes on. Only opening it again,
/// which reads the tail and cuts it, clears it.
class Log : public Committable, public std::enable_shared_from_this<Log> {
 public:
  struct Environment {
    FileSystem& files;
    FilePool& pool;  ///< of all logs of the data directory
    Committer& committer;
    const Clock& clock;
  };

  /// What is known of the log before it is opened.
  struct OpenOptions {
    /// The last stop was clean: the tail need not be read.
    bool clean = false;
    /// Everything below is known to be on disk; segments from here on are read and checked.
    Offset recovery_point{0};
    /// Records below are deleted though their bytes may still be there.
    Offset log_start{0};
    /// Cut the log at damage in its middle instead of refusing it. What goes is in the summary.
    bool repair = false;
    /// Offsets may be missing between batches: Kafka compacted the log.
    bool gaps = false;
  };

  /// Opens the partition in `directory`, which exists; an empty one becomes an empty log. Above the
  /// durable mark (what is known to have been synced) it is cut at the first bad batch; indexes and
  /// producer state are rebuilt where they are missing or in doubt.
  /// Errors: kCorrupt (damage below the mark: file and position, and how to repair);
  ///         kUnsupported (a swap left by Kafka's log cleaner); kIo; kFull.
  static Result<std::shared_ptr<Log>> Open(const Environment& environment,
                                           const std::string& directory, const LogOptions& options,
                                           const OpenOptions& open);

  ~Log() override;

  /// Checks `batch` (exactly one, as a producer sent it) and writes it with the next offset and
  /// the leader epoch stamped in. On success its bytes are with the kernel, not yet on disk; see
  /// WhenCommitted. `batch` may be freed on return. A Refused producer wrote nothing.
  /// Errors: kFull (no room on the disk, no descriptor, no next segment; nothing was written, try
  ///         again later);
  ///         kIo (the log is in its sticky fault, see fault()); kClosed.
  Result<AppendOutcome> Append(std::span<const std::byte> batch,
                               CommitBy commit = CommitBy::kCommitter);
  /// The same for a batch that a BatchBuilder of this process has built and nobody has changed:
  /// its checksum is not compared and its records are not walked. `facts` are the builder's.
  /// Requires: it is not compressed.
  Result<AppendOutcome> AppendBuilt(std::span<const std::byte> batch, const RecordFacts& facts,
                                    CommitBy commit = CommitBy::kCommitter);

  /// Whether a batch of so many bytes could be appended now: does what Append would do, down to
  /// beginning the next segment, but leaves no batch. It is for a log that said kFull, to find out
  /// that there is room again when nobody sends. Requires: a batch can be as small, and as large.
  /// Errors: kFull, kIo and kClosed as Append.
  Status TryAppend(size_t bytes);

  using CommitCallback = std::function<void(const Status&)>;

  /// Calls `done` once, when the high watermark has reached `end` or never will (the error). May
  /// call it at once, in this thread; otherwise in a committer thread, where it must not block or
  /// call into this log except for reading.
  void WhenCommitted(Offset end, CommitCallback done);

  /// The same, waiting. Not to be called from a committer thread.
  Status WaitCommitted(Offset end);

  /// Returns when everything appended before is on disk, whatever the committer's mode.
  Status Sync();

  /// Batches from the one that contains `from` on: whole ones, below the high watermark, of one
  /// segment, at most `bytes_max` bytes, but at least one batch if `at_least_one`. Offsets below
  /// `from` may be in the first. An empty slice where `from` is the high watermark.
  /// Errors: kNotFound (outside log_start … high_watermark); kClosed (abandoned); kIo; kCorrupt.
  Result<ReadResult> Read(Offset from, size_t bytes_max, bool at_least_one = true) const;

  /// The first record (lowest offset) whose timestamp is at least `time`; nullopt when there is
  /// none below the high watermark. Exact. Errors: kClosed (abandoned); kIo; kCorrupt.
  Result<std::optional<TimedOffset>> FindByTime(TimestampMs time) const;

  /// The record with the largest timestamp below the high watermark (the first of equals);
  /// nullopt for an empty log. Errors: kClosed (abandoned); kIo; kCorrupt.
  Result<std::optional<TimedOffset>> FindMaxTimestamp() const;

  /// The first offset that can be read.
  Offset log_start() const { return Offset(log_start_.load()); }
  /// Everything below is committed and can be read.
  Offset high_watermark() const { return Offset(high_watermark_.load()); }
  /// The offset that the next record gets.
  Offset log_end() const { return Offset(log_end_.load()); }
  /// The one that batches are written under now. It is raised by each opening after a stop that was
  /// not clean.
  LeaderEpoch leader_epoch() const;
  /// The one that the record at `offset` was written under.
  LeaderEpoch LeaderEpochAt(Offset offset) const;

  /// Where `epoch` ended: Kafka's OffsetForLeaderEpoch. The largest known epoch that is not above
  /// it, with the start of the next one (log_end for the latest); nullopt when `epoch` is newer
  /// than the latest.
  struct EpochEnd {
    LeaderEpoch epoch;
    Offset end;
  };
  std::optional<EpochEnd> FindEpochEnd(LeaderEpoch epoch) const;

  /// Deletes the records below `before` (-1: all committed ones): moves log_start and removes
  /// segments that lie below it. Gives the new log_start; it survives a restart only once the
  /// manager has checkpointed it. What was removed, none where it begins at `before` already, goes
  /// to `deletion`. Errors: kNotFound (above the high watermark); kUnavailable (somebody still
  /// needs records below it, see KeepFrom); kClosed; kIo.
  Result<Offset> DeleteRecordsBefore(Offset before, Deletion* deletion = nullptr);

  /// Removes whole segments that are past the options' age or size, rolling the last one when all
  /// of its records are too old. Gives what was removed, one entry for each reason at the most, up
  /// to an error's, which then is in `failed`.
  struct Retained {
    std::vector<Deletion> deletions;
    Status failed = Done{};  ///< kIo and nearer: what could not be removed now
  };
  Retained ApplyRetention(TimestampMs now);

  /// From now on the records from `offset` on are not deleted, neither by retention nor by
  /// DeleteRecordsBefore: somebody still needs them. What lies below may go. Thread-safe.
  void KeepFrom(Offset offset) { kept_from_ = offset.value; }
  /// What KeepFrom said last; above all offsets when it was never called.
  Offset kept_from() const { return Offset(kept_from_.load()); }

  /// The bytes of all segments' records.
  uint64_t size_bytes() const;
  /// How many segments there are; at least one.
  size_t segment_count() const;

  /// Everything below is on disk.
  Offset recovery_point() const;

  /// The sticky fault, if there is one.
  std::optional<Error> fault() const;

  /// Takes new limits for what comes.
  void SetOptions(const LogOptions& options);
  /// The limits in force.
  LogOptions options() const;

  /// `listener` is called after each move of the high watermark, in whatever thread moved it; it
  /// must not block; and once when the log is abandoned. For waking consumers who wait. Replaces
  /// the one before; null: none.
  void SetListener(std::function<void()> listener);

  /// The producers that the log remembers, for DescribeProducers.
  std::vector<ProducerState::Summary> Producers() const;

  /// Syncs, writes the indexes and a producer snapshot; every later Append is kClosed, reading
  /// goes on. Errors: kIo, kFull (the next open will have to read the tail).
  Status Close();

  /// Close without any of that: the directory is about to be removed. Waits for the append, roll or
  /// removal that is under way; when it returns, nothing of this log works on the directory any
  /// more, and nothing will: every later call that would is kClosed, reading too. Whoever waits is
  /// told.
  void Abandon();

  /// Whether Abandon was called: the topic was deleted.
  bool abandoned() const;

  const std::string& directory() const { return directory_; }
  /// What Open found and did.
  const RecoverySummary& recovery() const { return recovery_; }

  /// Called by the committer's threads.
  void Commit() override;

 private:
  // A place in the log: `end` is the offset that comes next, after `position` bytes of the segment.
  struct Mark {
    Offset end;
    Offset segment_base;
    uint64_t position = 0;
  };
  struct Waiter {
    Offset end;
    CommitCallback done;
  };
  using Segments = std::vector<std::shared_ptr<Segment>>;

  Log(const Environment& environment, std::string directory, const LogOptions& options);

  Result<AppendOutcome> AppendWhole(BatchHeader header, const RecordFacts& facts,
                                    std::span<const std::byte> batch, const LogOptions& options,
                                    CommitBy commit);
  // Appending; with append_mutex_ held. In log_append.cpp.
  Result<AppendOutcome> AppendChecked(const BatchHeader& header, std::span<const std::byte> batch,
                                      CommitBy commit);
  Result<AppendOutcome> Store(BatchHeader header, std::span<const std::byte> batch,
                              CommitBy commit);
  Status MakeRoomFor(const BatchHeader& header, const LogOptions& options);
  Status Roll();
  Status StartSegment(Offset base);
  Status WriteSnapshot(Offset end);

  // Committing. In log_commit.cpp.
  std::pair<Mark, std::shared_ptr<Segment>> End() const;
  Status SyncTo(const Mark& mark, Segment& segment);
  void Advance(const Mark& mark);
  void Publish(const Mark& mark);
  Error Fail(const Error& error);
  std::optional<Error> Obstacle() const;

  // Reading. In log_read.cpp.
  struct Reach {
    std::shared_ptr<Segment> segment;
    uint64_t end_position = 0;  // what is below the high watermark
  };
  Reach ReachOf(size_t index) const;
  Result<Reach> FindSegment(Offset from) const;
  Result<std::optional<std::pair<Reach, BatchAt>>> FindFirst(Offset from) const;
  Result<std::vector<Reach>> Committed() const;
  Error Abandoned() const;
  Error Unreadable(Offset from, const Error& error) const;
  bool WasDeleted(const Segment& segment, const Error& error) const;

  // Removing; with append_mutex_ held. In log_retention.cpp.
  /// Counts into `removed` what went, also before an error.
  Status RemoveOldest(size_t count, Deletion& removed);

  const Environment environment_;
  const std::string directory_;
  RecoverySummary recovery_;

  mutable std::mutex append_mutex_;  // one Append, Roll or removal at a time; taken before mutex_
  ProducerState producers_;          // append_mutex_
  std::mutex sync_mutex_;            // one Sync of the tail at a time; taken before mutex_
  DurableEnd durable_file_;          // sync_mutex_

  mutable std::mutex mutex_;  // what follows; never held during input or output
  LogOptions options_;
  Segments segments_;  // never empty; the last one is appended to
  Mark end_;
  Mark committed_;
  Offset durable_end_;
  LeaderEpochs epochs_;  // at least one
  std::vector<Waiter> waiters_;
  std::optional<Error> fault_;
  bool closed_ = false;
  bool abandoned_ = false;  // closed, and the directory may be another log's by now
  std::function<void()> listener_;

  // Copies for readers who need no lock.
  std::atomic<int64_t> log_start_{0};
  std::atomic<int64_t> high_watermark_{0};
  std::atomic<int64_t> log_end_{0};

  std::atomic<int64_t> kept_from_{INT64_MAX};
};

}  // namespace gamevents::log
