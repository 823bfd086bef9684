#pragma once

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/base/uuid.h"
#include "core/log/log_manager.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gamevents::broker {

/// The topic that holds committed offsets and groups; clients may read it but not write it.
inline constexpr std::string_view kOffsetsTopic = "__consumer_offsets";

/// A partition by its topic's name.
struct TopicPartition {
  std::string topic;
  int32_t partition = 0;
  friend auto operator<=>(const TopicPartition&, const TopicPartition&) = default;
};

/// What groups have committed: a map in memory, and the same as records of `__consumer_offsets` in
/// Kafka's own format. A change is appended first; it is to be acknowledged when WhenDurable says
/// so. A commit is in the map when it is durable, so that nobody is told an offset that a crash, or
/// a disk that failed meanwhile, takes back. Not thread-safe, but for WhenDurable and DropBefore.
///
/// An offset belongs to a topic, not to a name: each carries the topic's id, in Kafka's own field
/// for it, and one of a topic that was deleted never counts for the next of its name.
class OffsetStore {
 public:
  struct Offset {
    int64_t offset = -1;
    int32_t leader_epoch = -1;
    std::string metadata;
    TimestampMs committed_at{-1};
    Uuid topic_id{};  ///< all zero: written by a Kafka or a release that did not store it
  };
  struct GroupEntry {
    std::string protocol_type;
    int32_t generation = 0;
    TimestampMs changed_at{-1};  ///< when the generation was written
    bool has_metadata = false;   ///< there is a group record, not only offsets
    bool occupied = false;       ///< it had members when the generation was written
    std::map<TopicPartition, Offset> offsets;
  };
  /// How far the topic must be on disk for a change to be; or why nothing was changed: kBadInput
  /// (more than a batch can hold), kFull, kIo, kClosed.
  using Written = Result<log::Offset>;

  /// Calls `done` once, when what was written is durable or never will be (or at once with the
  /// error in `written`), in this thread or a committer's: it must not block. Thread-safe.
  using OnDurable = std::function<void(const Status&)>;
  void WhenDurable(const Written& written, OnDurable done) const;

  /// Reads the topic, making it when missing. A group that had members has none now, until they
  /// come back: that is noted, and its offsets' time begins to run. Offsets of topics and
  /// partitions that are not there any more are forgotten, durably.
  /// Kafka spreads groups over the topic's partitions; here all of them are in partition 0, and
  /// what the others have is brought there. Errors: kCorrupt; kIo; kFull.
  static Result<OffsetStore> Open(log::LogManager& logs, const Clock& clock);

  const std::map<std::string, GroupEntry, std::less<>>& groups() const { return groups_; }
  /// The group of that id, or null. Valid until the next change.
  const GroupEntry* Find(std::string_view group) const;
  /// With those that are not durable yet.
  size_t offset_count() const { return offset_count_ + pending_.size(); }
  /// What clients chose the length of: groups' ids and protocol types, and the offsets' metadata,
  /// with those that are not durable yet.
  size_t text_bytes() const { return text_bytes_; }

  /// Takes the commits that have become durable into the map. What changes or forgets something
  /// does it itself; to be called before looking.
  void Settle();

  /// All of them in one batch: after a crash either all are there or none is.
  Written Commit(const std::string& group, const std::map<TopicPartition, Offset>& offsets);
  /// Forgets some offsets of a group.
  Written Remove(const std::string& group, std::span<const TopicPartition> partitions);
  /// Forgets a group with all that it committed.
  Written RemoveGroup(const std::string& group);
  /// Forgets what every group committed where `gone` says so.
  using IsGone = std::function<bool(const TopicPartition&, const Offset&)>;
  Written RemoveWhere(const IsGone& gone);
  /// Notes a group's generation, so that it goes on from there after a restart. Nobody waits for
  /// it: one that is lost is counted again from the one before.
  void PutGeneration(const std::string& group, const std::string& protocol_type, int32_t generation,
                     bool occupied);

  /// Whether most of the topic is outdated and it is worth rewriting.
  bool WantsCompaction() const;
  /// Appends all that is known, and waits for nothing; gives the offset where that begins, which
  /// is to be handed to DropBefore. Errors: kIo; kFull.
  Written AppendAll();
  /// Waits until what AppendAll wrote is durable, then deletes what was before: after a crash at
  /// any point the records that are there give the same map. It takes many syncs, and may run
  /// beside anything else. Errors: kIo; kFull.
  Status DropBefore(log::Offset start) const;
  /// Both. Errors: kIo; kFull.
  Status Compact();

 private:
  OffsetStore(log::LogManager& logs, std::shared_ptr<log::Log> log, const Clock& clock)
      : logs_(&logs), log_(std::move(log)), clock_(&clock) {}

  Status Load(const log::Log& log);
  Status LoadBatches(std::span<const std::byte> bytes);
  Status Apply(std::span<const std::byte> key, std::optional<std::span<const std::byte>> value);
  void NoteThatNobodyIsHere();
  Status GatherOtherPartitions();
  Status ForgetMissing();
  std::set<TopicPartition> PartitionsOf(const std::string& group) const;
  using Groups = std::map<std::string, GroupEntry, std::less<>>;
  GroupEntry& FindOrMake(const std::string& group);
  void SetProtocolType(GroupEntry& group, std::string protocol_type);
  void Put(GroupEntry& group, const TopicPartition& partition, Offset offset);
  void Drop(GroupEntry& group, const TopicPartition& partition);
  void Drop(Groups::iterator group);
  uint64_t BytesAlive() const;

  log::LogManager* logs_;
  std::shared_ptr<log::Log> log_;
  const Clock* clock_;
  // These three are changed by the functions above only.
  Groups groups_;
  size_t offset_count_ = 0;
  size_t text_bytes_ = 0;

  // A commit that is in the log up to `end`, and not yet durable.
  struct PendingCommit {
    log::Offset end;
    std::string group;
    TopicPartition partition;
    Offset offset;

    size_t text_bytes() const { return group.size() + offset.metadata.size(); }
  };
  void DropPending(const std::function<bool(const PendingCommit&)>& gone);
  std::deque<PendingCommit> pending_;  // in the log's order; text_bytes_ has theirs
};

}  // namespace gamevents::broker
