#pragma once

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/log/log_manager.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::broker {

/// The topic that holds committed offsets and groups; clients may read it but not write it.
inline constexpr std::string_view kOffsetsTopic = "__consumer_offsets";

struct TopicPartition {
  std::string topic;
  int32_t partition = 0;
  friend auto operator<=>(const TopicPartition&, const TopicPartition&) = default;
};

/// What groups have committed: a map in memory, and the same as records of `__consumer_offsets` in
/// Kafka's own format. A change is appended first, and is in the map when that worked; it is to be
/// acknowledged when WhenDurable says so. Not thread-safe, but for WhenDurable.
class OffsetStore {
 public:
  struct Offset {
    int64_t offset = -1;
    int32_t leader_epoch = -1;
    std::string metadata;
    TimestampMs committed_at{-1};
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
  /// come back: that is noted, and its offsets' time begins to run. Errors: kCorrupt; kIo; kFull.
  static Result<OffsetStore> Open(log::LogManager& logs, const Clock& clock);

  const std::map<std::string, GroupEntry, std::less<>>& groups() const { return groups_; }
  const GroupEntry* Find(std::string_view group) const;
  size_t offset_count() const { return offset_count_; }

  /// All of them in one batch: after a crash either all are there or none is.
  Written Commit(const std::string& group, const std::map<TopicPartition, Offset>& offsets);
  /// Forgets some offsets of a group.
  Written Remove(const std::string& group, std::span<const TopicPartition> partitions);
  /// Forgets a group with all that it committed.
  Written RemoveGroup(const std::string& group);
  /// Notes a group's generation, so that it goes on from there after a restart. Nobody waits for
  /// it: one that is lost is counted again from the one before.
  void PutGeneration(const std::string& group, const std::string& protocol_type, int32_t generation,
                     bool occupied);

  /// Whether most of the topic is outdated and it is worth rewriting.
  bool WantsCompaction() const;
  /// Appends all that is in the map, waits until that is durable, and deletes what was before:
  /// after a crash at any point the records that are there give the same map. Errors: kIo; kFull.
  Status Compact();

 private:
  OffsetStore(log::LogManager& logs, std::shared_ptr<log::Log> log, const Clock& clock)
      : logs_(&logs), log_(std::move(log)), clock_(&clock) {}

  Status Load();
  Status LoadBatches(std::span<const std::byte> bytes);
  Status Apply(std::span<const std::byte> key, std::optional<std::span<const std::byte>> value);
  void NoteThatNobodyIsHere();
  uint64_t BytesAlive() const;

  log::LogManager* logs_;
  std::shared_ptr<log::Log> log_;
  const Clock* clock_;
  std::map<std::string, GroupEntry, std::less<>> groups_;
  size_t offset_count_ = 0;
};

}  // namespace gamevents::broker
