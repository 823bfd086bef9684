#pragma once

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/broker/groups/group.h"
#include "core/broker/groups/offset_store.h"
#include "core/log/log_manager.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace gamevents::broker {

/// What groups may take.
struct GroupLimits {
  size_t groups_max = 10'000;  ///< with members, and as many with stored offsets
  size_t members_max = 1'000;  ///< of one group
  /// What all groups may keep in memory together of what clients choose the length of: members,
  /// what they say of themselves and are assigned, names, the metadata of offsets. Over it nothing
  /// is taken that is more than what it replaces: a join is told GROUP_MAX_SIZE_REACHED; an
  /// assignment COORDINATOR_NOT_AVAILABLE, which clients try again after a pause, where most other
  /// errors of a sync end them; a commit INVALID_COMMIT_OFFSET_SIZE.
  size_t memory_bytes_max = size_t{64} << 20;
  /// What one member may say of itself; kept as long as it is a member.
  size_t member_metadata_bytes_max = size_t{1} << 20;
  /// What a leader may assign to all members together; kept until the next generation.
  size_t assignments_bytes_max = size_t{1} << 20;
  std::chrono::milliseconds session_timeout_min{6'000};  ///< a join that asks for less is refused
  /// A join that asks for more is refused.
  std::chrono::milliseconds session_timeout_max{1'800'000};
  std::chrono::milliseconds rebalance_timeout_max{1'800'000};
  size_t offset_metadata_bytes_max = 4096;  ///< of one committed offset
  /// Committed offsets of all groups together.
  size_t offsets_max = 1'000'000;
  /// A group without members keeps its offsets for this long after the last one left.
  std::chrono::milliseconds offsets_retention = std::chrono::hours(24 * 7);
};

/// Where a group has got to in one partition.
struct CommittedOffset {
  std::string topic;
  int32_t partition = 0;
  int64_t offset = -1;
  int32_t leader_epoch = -1;
  std::string metadata;
  /// In a CommitCall: which topic was meant, as it was looked up; all zero: the one that has the
  /// name when the commit is made.
  Uuid topic_id{};
};

/// Who commits: see Group::CheckCommit.
struct CommitCall {
  std::string group;
  std::string member_id;
  std::optional<std::string> instance_id;
  int32_t generation = -1;
  std::vector<CommittedOffset> offsets;
};

/// How far a group is behind the end of a partition that it has committed an offset of.
struct GroupLag {
  std::string group;
  std::string topic;
  int32_t partition = 0;
  int64_t records = 0;  ///< offsets from the committed one to the high watermark
};

/// Some of these, by group, topic and partition, and how many there are beside.
struct GroupLags {
  std::vector<GroupLag> shown;
  size_t left_out = 0;
};

/// One group as ListGroups shows it.
struct GroupListing {
  std::string id;
  std::string protocol_type;
  std::string state;
};

/// One group as DescribeGroups shows it; "Dead" when there is none of that id.
struct GroupDescription {
  ErrorCode error = ErrorCode::kNone;
  std::string state = "Dead";
  std::string protocol_type;
  std::string protocol_name;
  std::vector<Group::MemberView> members;
};

/// All groups and their offsets. Offsets and generations are records of `__consumer_offsets`, in
/// Kafka's own format, and are answered after they are durable. Thread-safe; callbacks run in
/// whatever thread completes them, without a lock held.
class GroupCoordinator {
 public:
  /// Reads `__consumer_offsets` (and makes it when missing). `logs` and `clock` must outlive the
  /// coordinator. Errors: kCorrupt; kIo; kFull.
  static Result<std::unique_ptr<GroupCoordinator>> Open(const GroupLimits& limits,
                                                        log::LogManager& logs, const Clock& clock);

  void Join(const std::string& group, const JoinCall& call, Group::OnJoin done);
  void Sync(const std::string& group, const SyncCall& call, Group::OnSync done);
  /// As Group::Heartbeat; kUnknownMemberId where there is no such group.
  ErrorCode Heartbeat(const std::string& group, const std::string& member_id,
                      const std::optional<std::string>& instance_id, int32_t generation);
  ErrorCode Leave(const std::string& group, const std::string& member_id,
                  const std::optional<std::string>& instance_id);

  /// One code for each of the call's offsets, in their order. One for a topic that is not there
  /// (any more) is kUnknownTopicOrPartition.
  using OnCommitted = std::function<void(std::vector<ErrorCode>)>;
  void Commit(const CommitCall& call, OnCommitted done);

  /// The offset of each partition that has one; all of the group's when `partitions` is null. What
  /// is not durable yet, or was committed for a topic that is gone, is not among them.
  std::vector<CommittedOffset> Offsets(const std::string& group,
                                       const std::vector<TopicPartition>* partitions) const;

  /// How far behind the groups are, the first `shown_max` of what Offsets would give of all.
  GroupLags Lags(size_t shown_max) const;

  /// One code for each partition: kGroupSubscribedToTopic while a member reads the topic. The
  /// group's own error, if any, is the second.
  using OnDeleted = std::function<void(std::vector<ErrorCode>, ErrorCode)>;
  void DeleteOffsets(const std::string& group, const std::vector<TopicPartition>& partitions,
                     OnDeleted done);

  /// As bounded as what groups may keep in memory.
  std::vector<GroupListing> List() const;
  GroupDescription Describe(const std::string& group) const;

  /// kNonEmptyGroup, kGroupIdNotFound, or kNone once its removal is durable.
  using OnDone = std::function<void(ErrorCode)>;
  void Delete(const std::string& group, OnDone done);

  /// Forgets what all groups committed for the topics that have had this name, but for the one that
  /// has it now. `done` is called once that is durable, or with the error.
  void ForgetTopic(const std::string& topic, OffsetStore::OnDurable done);

  /// Drops silent members and, each minute, expired offsets; compacts the topic when it has grown.
  /// To be called a few times a second.
  void Tick();

  /// Of GroupLimits::memory_bytes_max.
  size_t memory_bytes() const;

  /// Answers everyone who waits, and lets nobody wait from now on.
  void BeginStop();

 private:
  class Change;
  using OffsetsByPartition = std::map<TopicPartition, OffsetStore::Offset>;

  GroupCoordinator(const GroupLimits& limits, const log::LogManager& logs, const Clock& clock,
                   OffsetStore store);

  // All of these with mutex_ held.
  bool HasRoomFor(const std::string& id) const;
  Group* FindOrMake(const std::string& id);
  Group* Find(const std::string& id);
  void Erase(const std::string& id);
  void StoreGeneration(const Group& group);
  bool HasMembers(const std::string& id) const;
  bool HasMemoryFor(size_t bytes, size_t replaced) const;
  bool HasMemoryFor(const std::string& id, const JoinCall& call) const;
  bool HasMemoryFor(const std::string& id, const OffsetsByPartition& offsets) const;
  size_t CountNew(const std::string& id, const OffsetsByPartition& offsets) const;
  ErrorCode CheckCommit(const CommitCall& call);
  OffsetStore::Written Store(const CommitCall& call, std::vector<ErrorCode>& codes);
  void ExpireOffsets();

  const GroupLimits limits_;
  const log::LogManager& logs_;
  const Clock& clock_;
  mutable std::mutex mutex_;   // guards what follows; not held when callbacks run
  mutable OffsetStore store_;  // a look settles what has become durable
  std::map<std::string, Group> groups_;
  size_t group_bytes_ = 0;  // what they hold together; see Change
  bool stopping_ = false;
  std::chrono::steady_clock::time_point next_housekeeping_{};
};

}  // namespace gamevents::broker
