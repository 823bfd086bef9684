#include "core/broker/groups/coordinator.h"

#include "core/base/notes.h"
#include "core/broker/protocol/codec.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <set>
#include <utility>

namespace gamevents::broker {
namespace {

constexpr std::string_view kConsumerProtocol = "consumer";
// How often Tick looks for offsets that expire, and at the topic's size.
constexpr std::chrono::seconds kHousekeeping{60};

using SteadyClock = std::chrono::steady_clock;

// The topics out of a consumer's subscription, which is the clients' own format (its first fields
// are the same in all versions); nullopt when it is not one.
std::optional<std::vector<std::string>> SubscribedTopics(const Bytes& subscription) {
  WireReader in(subscription);
  in.ReadInt<int16_t>();  // version
  std::vector<std::string> topics;
  const auto count = in.ReadCount(Form::kPlain, sizeof(int16_t));
  for (size_t i = 0; count && i < *count; ++i) {
    if (const auto topic = in.ReadString(Form::kPlain)) topics.emplace_back(*topic);
  }
  if (!in.ok()) return std::nullopt;
  return topics;
}

// A disk in trouble is told as a coordinator that is not there: clients know no storage error in
// answers about groups, but they try this one again.
ErrorCode CodeOf(const Status& status) {
  if (status) return ErrorCode::kNone;
  return status.error().fault == Fault::kBadInput ? ErrorCode::kInvalidCommitOffsetSize
                                                  : ErrorCode::kCoordinatorNotAvailable;
}

}  // namespace

// Keeps group_bytes_ true over a change of a group.
class GroupCoordinator::Change {
 public:
  Change(GroupCoordinator& owner, const Group& group)
      : owner_(owner), group_(group), before_(group.BytesHeld()) {}
  ~Change() { owner_.group_bytes_ += group_.BytesHeld() - before_; }
  Change(const Change&) = delete;
  Change& operator=(const Change&) = delete;

 private:
  GroupCoordinator& owner_;
  const Group& group_;
  const size_t before_;
};

namespace {

void RunAll(Outbox& out) {
  for (auto& callback : out) callback();
}

// What is kept of a call, with the objects themselves: many empty ones are no less.
size_t BytesOf(const JoinCall& call) {
  size_t bytes = 0;
  for (const GroupProtocol& protocol : call.protocols) {
    bytes += sizeof(protocol) + protocol.name.size() + protocol.metadata.size();
  }
  return bytes;
}

size_t BytesOf(const SyncCall& call) {
  size_t bytes = 0;
  for (const auto& [member, assignment] : call.assignments) {
    bytes += sizeof(member) + member.size() + sizeof(assignment) + assignment.size();
  }
  return bytes;
}

ErrorCode CheckLimits(const GroupLimits& limits, const std::string& id, const JoinCall& call) {
  if (id.empty()) return ErrorCode::kInvalidGroupId;
  if (call.session_timeout < limits.session_timeout_min ||
      call.session_timeout > limits.session_timeout_max) {
    return ErrorCode::kInvalidSessionTimeout;
  }
  return BytesOf(call) > limits.member_metadata_bytes_max ? ErrorCode::kInvalidRequest
                                                          : ErrorCode::kNone;
}

}  // namespace

GroupCoordinator::GroupCoordinator(const GroupLimits& limits, const log::LogManager& logs,
                                   const Clock& clock, OffsetStore store)
    : limits_(limits), logs_(logs), clock_(clock), store_(std::move(store)) {}

Result<std::unique_ptr<GroupCoordinator>> GroupCoordinator::Open(const GroupLimits& limits,
                                                                 log::LogManager& logs,
                                                                 const Clock& clock) {
  auto store = OffsetStore::Open(logs, clock);
  if (!store) return std::move(store).error();
  if (store->WantsCompaction()) {
    if (auto compacted = store->Compact(); !compacted) return std::move(compacted).error();
  }
  return std::unique_ptr<GroupCoordinator>(
      new GroupCoordinator(limits, logs, clock, std::move(*store)));
}

// Whether a group is known, or there is room for one more. A group is in the store from its first
// generation or offset on, so each counts once or twice, never more.
bool GroupCoordinator::HasRoomFor(const std::string& id) const {
  return groups_.contains(id) || store_.Find(id) != nullptr ||
         std::max(groups_.size(), store_.groups().size()) < limits_.groups_max;
}

// The group, made when missing; null when there are as many as allowed.
Group* GroupCoordinator::FindOrMake(const std::string& id) {
  if (const auto found = groups_.find(id); found != groups_.end()) return &found->second;
  if (!HasRoomFor(id)) return nullptr;
  const OffsetStore::GroupEntry* stored = store_.Find(id);
  const int32_t generation = stored == nullptr ? 0 : stored->generation;
  Group* made = &groups_.try_emplace(id, id, limits_.members_max, generation).first->second;
  group_bytes_ += made->BytesHeld();
  return made;
}

void GroupCoordinator::Erase(const std::string& id) {
  const auto group = groups_.find(id);
  if (group == groups_.end()) return;
  group_bytes_ -= group->second.BytesHeld();
  groups_.erase(group);
}

Group* GroupCoordinator::Find(const std::string& id) {
  const auto found = groups_.find(id);
  return found == groups_.end() ? nullptr : &found->second;
}

// Generations are stored when they have become what members work under.
void GroupCoordinator::StoreGeneration(const Group& group) {
  const bool settled =
      group.state() == Group::State::kStable || group.state() == Group::State::kEmpty;
  const OffsetStore::GroupEntry* stored = store_.Find(group.id());
  const int32_t last = stored == nullptr ? 0 : stored->generation;
  if (!settled || group.generation() == last) return;
  store_.PutGeneration(group.id(), group.protocol_type(), group.generation(),
                       group.state() == Group::State::kStable);
}

bool GroupCoordinator::HasMembers(const std::string& id) const {
  const auto group = groups_.find(id);
  return group != groups_.end() && group->second.HasMembers();
}

// Whether there is memory for `bytes` in the place of `replaced`.
bool GroupCoordinator::HasMemoryFor(size_t bytes, size_t replaced) const {
  const size_t held = group_bytes_ + store_.text_bytes();
  if (bytes <= replaced || held + bytes - replaced <= limits_.memory_bytes_max) return true;
  Note(NoteLevel::kDebug, "groups hold " + std::to_string(held) + " bytes of memory, and are " +
                              "refused " + std::to_string(bytes - replaced) + " more");
  return false;
}

bool GroupCoordinator::HasMemoryFor(const std::string& id, const JoinCall& call) const {
  const auto group = groups_.find(id);
  const bool is_new = group == groups_.end();
  const size_t for_group =
      is_new ? sizeof(Group) + 3 * id.size() + 2 * call.protocol_type.size() : 0;
  return HasMemoryFor(Group::BytesFor(call) + for_group,
                      is_new ? 0 : group->second.BytesHeldBy(call));
}

bool GroupCoordinator::HasMemoryFor(const std::string& id,
                                    const OffsetsByPartition& offsets) const {
  const OffsetStore::GroupEntry* entry = store_.Find(id);
  size_t bytes = entry == nullptr ? id.size() : 0;
  size_t replaced = 0;
  for (const auto& [partition, offset] : offsets) {
    bytes += offset.metadata.size();
    if (entry == nullptr) continue;
    const auto old = entry->offsets.find(partition);
    if (old != entry->offsets.end()) replaced += old->second.metadata.size();
  }
  return HasMemoryFor(bytes, replaced);
}

// How many of `offsets` are of partitions for which the group has none yet.
size_t GroupCoordinator::CountNew(const std::string& id, const OffsetsByPartition& offsets) const {
  const OffsetStore::GroupEntry* entry = store_.Find(id);
  if (entry == nullptr) return offsets.size();
  return static_cast<size_t>(std::ranges::count_if(
      offsets, [&](const auto& offset) { return !entry->offsets.contains(offset.first); }));
}

void GroupCoordinator::Join(const std::string& id, const JoinCall& call, Group::OnJoin done) {
  Outbox out;
  const auto refuse = [&](ErrorCode error) {
    JoinAnswer answer;
    answer.error = error;
    answer.member_id = call.member_id;
    out.emplace_back([done = std::move(done), answer] { done(answer); });
  };
  {
    const std::lock_guard lock(mutex_);
    if (const ErrorCode error = CheckLimits(limits_, id, call); error != ErrorCode::kNone) {
      refuse(error);
    } else if (stopping_) {
      refuse(ErrorCode::kCoordinatorNotAvailable);
    } else if (Find(id) == nullptr && !call.member_id.empty()) {
      refuse(ErrorCode::kUnknownMemberId);
    } else if (!HasMemoryFor(id, call)) {
      refuse(ErrorCode::kGroupMaxSizeReached);
    } else if (Group* group = FindOrMake(id); group == nullptr) {
      refuse(ErrorCode::kCoordinatorNotAvailable);
    } else {
      JoinCall limited = call;
      limited.rebalance_timeout = std::min(call.rebalance_timeout, limits_.rebalance_timeout_max);
      const Change change(*this, *group);
      group->Join(limited, SteadyClock::now(), std::move(done), out);
      StoreGeneration(*group);
    }
  }
  RunAll(out);
}

void GroupCoordinator::Sync(const std::string& id, const SyncCall& call, Group::OnSync done) {
  Outbox out;
  {
    const std::lock_guard lock(mutex_);
    Group* group = Find(id);
    const size_t bytes = BytesOf(call);
    const bool too_large = bytes > limits_.assignments_bytes_max;
    const bool no_memory =
        group != nullptr && !too_large && group->WouldAssign(call) && !HasMemoryFor(bytes, 0);
    if (group == nullptr || stopping_ || too_large || no_memory) {
      SyncAnswer answer;
      answer.error = id.empty()         ? ErrorCode::kInvalidGroupId
                     : too_large        ? ErrorCode::kInvalidRequest
                     : group == nullptr ? ErrorCode::kUnknownMemberId
                                        : ErrorCode::kCoordinatorNotAvailable;
      out.emplace_back([done = std::move(done), answer] { done(answer); });
    } else {
      const Change change(*this, *group);
      group->Sync(call, SteadyClock::now(), std::move(done), out);
      StoreGeneration(*group);
    }
  }
  RunAll(out);
}

ErrorCode GroupCoordinator::Heartbeat(const std::string& id, const std::string& member_id,
                                      const std::optional<std::string>& instance_id,
                                      int32_t generation) {
  if (id.empty()) return ErrorCode::kInvalidGroupId;
  const std::lock_guard lock(mutex_);
  Group* group = Find(id);
  if (group == nullptr) return ErrorCode::kUnknownMemberId;
  return group->Heartbeat(member_id, instance_id, generation, SteadyClock::now());
}

ErrorCode GroupCoordinator::Leave(const std::string& id, const std::string& member_id,
                                  const std::optional<std::string>& instance_id) {
  if (id.empty()) return ErrorCode::kInvalidGroupId;
  Outbox out;
  ErrorCode error = ErrorCode::kUnknownMemberId;
  {
    const std::lock_guard lock(mutex_);
    if (Group* group = Find(id)) {
      const Change change(*this, *group);
      error = group->Leave(member_id, instance_id, SteadyClock::now(), out);
      StoreGeneration(*group);
    }
  }
  RunAll(out);
  return error;
}

// A group may have no name here, as in Kafka: old consumers without a group commit so.
ErrorCode GroupCoordinator::CheckCommit(const CommitCall& call) {
  if (Group* group = Find(call.group)) {
    return group->CheckCommit(call.member_id, call.instance_id, call.generation,
                              SteadyClock::now());
  }
  if (call.generation >= 0) {
    return store_.Find(call.group) != nullptr ? ErrorCode::kUnknownMemberId
                                              : ErrorCode::kGroupIdNotFound;
  }
  return HasRoomFor(call.group) ? ErrorCode::kNone : ErrorCode::kPolicyViolation;
}

// Commits the offsets whose code is kNone so far, or gives them the code that says why not. Whether
// their topics are there is asked here, under the lock that ForgetTopic takes: a commit that comes
// after a deletion is not kept, however long it waited for the lock.
OffsetStore::Written GroupCoordinator::Store(const CommitCall& call,
                                             std::vector<ErrorCode>& codes) {
  const auto refuse_all = [&codes](ErrorCode error) {
    std::ranges::fill(codes, error);
    return OffsetStore::Written(log::Offset(0));
  };
  store_.Settle();
  if (const ErrorCode error = CheckCommit(call); error != ErrorCode::kNone) {
    return refuse_all(error);
  }
  std::map<TopicPartition, OffsetStore::Offset> offsets;
  for (size_t i = 0; i < call.offsets.size(); ++i) {
    const CommittedOffset& offset = call.offsets[i];
    if (codes[i] != ErrorCode::kNone) continue;
    const auto id = logs_.IdOf(offset.topic);
    const bool is_there = id && (offset.topic_id == Uuid{} || offset.topic_id == *id) &&
                          logs_.Partition(offset.topic, offset.partition) != nullptr;
    if (!is_there) {
      codes[i] = ErrorCode::kUnknownTopicOrPartition;
      continue;
    }
    offsets[{offset.topic, offset.partition}] = {offset.offset, offset.leader_epoch,
                                                 offset.metadata, TimestampMs{}, *id};
  }
  if (store_.offset_count() + CountNew(call.group, offsets) > limits_.offsets_max) {
    return refuse_all(ErrorCode::kPolicyViolation);
  }
  if (!HasMemoryFor(call.group, offsets)) return refuse_all(ErrorCode::kInvalidCommitOffsetSize);
  return store_.Commit(call.group, offsets);
}

void GroupCoordinator::Commit(const CommitCall& call, OnCommitted done) {
  std::vector<ErrorCode> codes(call.offsets.size(), ErrorCode::kNone);
  for (size_t i = 0; i < call.offsets.size(); ++i) {
    if (call.offsets[i].metadata.size() > limits_.offset_metadata_bytes_max) {
      codes[i] = ErrorCode::kOffsetMetadataTooLarge;
    }
  }
  OffsetStore::Written written = log::Offset(0);
  {
    const std::lock_guard lock(mutex_);
    written = Store(call, codes);
  }
  if (std::ranges::count(codes, ErrorCode::kNone) == 0) return done(std::move(codes));
  store_.WhenDurable(written,
                     [codes = std::move(codes), done = std::move(done)](const Status& status) {
                       std::vector<ErrorCode> answer = codes;
                       for (ErrorCode& code : answer) {
                         if (code == ErrorCode::kNone) code = CodeOf(status);
                       }
                       done(std::move(answer));
                     });
}

std::vector<CommittedOffset> GroupCoordinator::Offsets(
    const std::string& id, const std::vector<TopicPartition>* partitions) const {
  const std::lock_guard lock(mutex_);
  store_.Settle();
  std::vector<CommittedOffset> found;
  const OffsetStore::GroupEntry* group = store_.Find(id);
  if (group == nullptr) return found;
  const auto add = [&](const TopicPartition& key, const OffsetStore::Offset& offset) {
    if (logs_.IdOf(key.topic) != offset.topic_id) return;
    found.push_back({key.topic, key.partition, offset.offset, offset.leader_epoch, offset.metadata,
                     offset.topic_id});
  };
  if (partitions == nullptr) {
    for (const auto& [key, offset] : group->offsets) add(key, offset);
    return found;
  }
  for (const TopicPartition& key : *partitions) {
    const auto offset = group->offsets.find(key);
    if (offset != group->offsets.end()) add(key, offset->second);
  }
  return found;
}

GroupLags GroupCoordinator::Lags(size_t shown_max) const {
  const std::lock_guard lock(mutex_);
  store_.Settle();
  GroupLags lags;
  for (const auto& [id, group] : store_.groups()) {
    for (const auto& [key, offset] : group.offsets) {
      if (lags.shown.size() == shown_max) {
        ++lags.left_out;
        continue;
      }
      if (logs_.IdOf(key.topic) != offset.topic_id) continue;
      const auto log = logs_.Partition(offset.topic_id, key.partition);
      if (!log) continue;
      const int64_t behind = log->high_watermark().value - offset.offset;
      lags.shown.push_back({id, key.topic, key.partition, std::max<int64_t>(behind, 0)});
    }
  }
  return lags;
}

void GroupCoordinator::DeleteOffsets(const std::string& id,
                                     const std::vector<TopicPartition>& partitions,
                                     OnDeleted done) {
  std::vector<ErrorCode> codes(partitions.size(), ErrorCode::kNone);
  ErrorCode error = ErrorCode::kNone;
  OffsetStore::Written written = log::Offset(0);
  {
    const std::lock_guard lock(mutex_);
    store_.Settle();
    const Group* group = Find(id);
    std::set<std::string> subscribed;
    bool to_all = false;
    if (id.empty()) {
      error = ErrorCode::kInvalidGroupId;
    } else if (group == nullptr && store_.Find(id) == nullptr) {
      error = ErrorCode::kGroupIdNotFound;
    } else if (group != nullptr && group->HasMembers()) {
      if (group->protocol_type() != kConsumerProtocol) error = ErrorCode::kNonEmptyGroup;
      for (const Bytes& subscription : group->Subscriptions()) {
        const auto topics = SubscribedTopics(subscription);
        if (topics) subscribed.insert(topics->begin(), topics->end());
        to_all = to_all || !topics;  // Which ones it reads is not known.
      }
    }
    std::vector<TopicPartition> removed;
    for (size_t i = 0; i < partitions.size() && error == ErrorCode::kNone; ++i) {
      if (to_all || subscribed.contains(partitions[i].topic)) {
        codes[i] = ErrorCode::kGroupSubscribedToTopic;
      } else {
        removed.push_back(partitions[i]);
      }
    }
    if (error == ErrorCode::kNone) written = store_.Remove(id, removed);
  }
  if (error != ErrorCode::kNone) return done(std::move(codes), error);
  store_.WhenDurable(written, [codes = std::move(codes), done = std::move(done)](
                                  const Status& status) { done(codes, CodeOf(status)); });
}

std::vector<GroupListing> GroupCoordinator::List() const {
  const std::lock_guard lock(mutex_);
  store_.Settle();
  std::vector<GroupListing> listings;
  for (const auto& [id, group] : groups_) {
    listings.push_back({id, group.protocol_type(), std::string(group.state_name())});
  }
  for (const auto& [id, entry] : store_.groups()) {
    if (!groups_.contains(id)) listings.push_back({id, entry.protocol_type, "Empty"});
  }
  return listings;
}

GroupDescription GroupCoordinator::Describe(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  store_.Settle();
  GroupDescription description;
  if (const auto group = groups_.find(id); group != groups_.end()) {
    description.state = group->second.state_name();
    description.protocol_type = group->second.protocol_type();
    const bool chosen = group->second.state() == Group::State::kStable;
    if (chosen) description.protocol_name = group->second.protocol_name();
    description.members = group->second.Members();
  } else if (const OffsetStore::GroupEntry* stored = store_.Find(id)) {
    description.state = "Empty";
    description.protocol_type = stored->protocol_type;
  } else {
    description.error = ErrorCode::kGroupIdNotFound;
  }
  return description;
}

void GroupCoordinator::Delete(const std::string& id, OnDone done) {
  ErrorCode error = ErrorCode::kNone;
  OffsetStore::Written written = log::Offset(0);
  {
    const std::lock_guard lock(mutex_);
    store_.Settle();
    const bool known = Find(id) != nullptr || store_.Find(id) != nullptr;
    if (!known) {
      error = ErrorCode::kGroupIdNotFound;
    } else if (HasMembers(id)) {
      error = ErrorCode::kNonEmptyGroup;
    } else {
      Erase(id);
      written = store_.RemoveGroup(id);
    }
  }
  if (error != ErrorCode::kNone) return done(error);
  store_.WhenDurable(written,
                     [done = std::move(done)](const Status& status) { done(CodeOf(status)); });
}

namespace {

// For changes that nobody waits for.
void WarnIfLost(const OffsetStore& store, const OffsetStore::Written& written) {
  store.WhenDurable(written, [](const Status& status) {
    if (!status) Note(NoteLevel::kWarning, "offsets were not forgotten: " + status.error().context);
  });
}

}  // namespace

void GroupCoordinator::ForgetTopic(const std::string& topic, OffsetStore::OnDurable done) {
  OffsetStore::Written written = log::Offset(0);
  {
    const std::lock_guard lock(mutex_);
    const auto id = logs_.IdOf(topic);
    written =
        store_.RemoveWhere([&](const TopicPartition& partition, const OffsetStore::Offset& offset) {
          return partition.topic == topic && (!id || offset.topic_id != *id);
        });
  }
  store_.WhenDurable(written, std::move(done));
}

// An offset's time runs from its commit, or from when the group lost its last member.
void GroupCoordinator::ExpireOffsets() {
  store_.Settle();
  const TimestampMs now = clock_.Now();
  const auto expired = [&](TimestampMs since) {
    return log::MsBetween(since, now) >= limits_.offsets_retention.count();
  };
  std::map<std::string, std::vector<TopicPartition>> gone;
  std::vector<std::string> empty;
  for (const auto& [id, entry] : store_.groups()) {
    if (HasMembers(id)) continue;
    size_t left = entry.offsets.size();
    for (const auto& [key, offset] : entry.offsets) {
      if (!expired(std::max(offset.committed_at, entry.changed_at))) continue;
      gone[id].push_back(key);
      --left;
    }
    if (left == 0 && expired(entry.changed_at)) empty.push_back(id);
  }
  for (const auto& [id, partitions] : gone) WarnIfLost(store_, store_.Remove(id, partitions));
  for (const std::string& id : empty) {
    Erase(id);
    WarnIfLost(store_, store_.RemoveGroup(id));
  }
}

void GroupCoordinator::Tick() {
  const auto now = SteadyClock::now();
  Outbox out;
  std::optional<OffsetStore::Written> rewritten;
  {
    const std::lock_guard lock(mutex_);
    for (auto& [id, group] : groups_) {
      group.Tick(now, out);
      StoreGeneration(group);
    }
    // What is left of a group without members is in the store.
    std::erase_if(groups_, [](const auto& entry) { return !entry.second.HasMembers(); });
    group_bytes_ = 0;
    for (const auto& [id, group] : groups_) group_bytes_ += group.BytesHeld();
    if (now >= next_housekeeping_) {
      next_housekeeping_ = now + kHousekeeping;
      ExpireOffsets();
      if (store_.WantsCompaction()) rewritten = store_.AppendAll();
    }
  }
  RunAll(out);
  if (!rewritten) return;
  // Without the lock: heartbeats do not wait for all the syncs that this takes.
  const Status compacted = *rewritten ? store_.DropBefore(**rewritten) : Status(rewritten->error());
  if (!compacted) Note(NoteLevel::kWarning, "offsets not compacted: " + compacted.error().context);
}

size_t GroupCoordinator::memory_bytes() const {
  const std::lock_guard lock(mutex_);
  store_.Settle();
  return group_bytes_ + store_.text_bytes();
}

void GroupCoordinator::BeginStop() {
  Outbox out;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    for (auto& [id, group] : groups_) {
      group.Abort(ErrorCode::kCoordinatorNotAvailable, out);
    }
  }
  RunAll(out);
}

}  // namespace gamevents::broker
