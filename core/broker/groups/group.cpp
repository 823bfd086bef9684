// The rebalance of the classic protocol, in two rounds of the members. In the first each says which
// protocols it knows and then waits (kPreparingRebalance) until all members of the generation
// before have joined again, or the longest of their rebalance times is over. All are answered
// together, the leader with everybody's subscriptions. In the second the others wait for what the
// leader assigns (kCompletingRebalance). The brokers never read subscriptions or assignments.
//
// What makes it hard is what comes in between. A member that joins again while others wait may be
// the same client after its own time-out: the latest call takes the earlier one's place, which is
// answered so that nothing waits for ever. A member that leaves or falls silent must not keep the
// rest waiting (CompleteJoinIfAllAreHere is asked after every removal). A static member may be
// restarted within its session without anybody noticing, so its place outlives its id (KIP-345).
// Answers are put into an Outbox, because their callbacks may come back into the coordinator, whose
// lock is held here.

#include "core/broker/groups/group.h"

#include "core/base/check.h"
#include "core/base/uuid.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace gamevents::broker {
namespace {

constexpr size_t kMemberNameBytesMax = 255;
// What a member takes besides its texts, its map's nodes and callbacks included.
constexpr size_t kMemberBytes = 512;
// What an id that was given out takes besides its text.
constexpr size_t kPromiseBytes = 128;
// What NewMemberId adds to the client's name: a hyphen and a UUID.
constexpr size_t kIdSuffixBytes = 37;

size_t BytesOfProtocols(const std::vector<GroupProtocol>& protocols) {
  size_t bytes = 0;
  for (const GroupProtocol& protocol : protocols) {
    bytes += sizeof(protocol) + protocol.name.size() + protocol.metadata.size();
  }
  return bytes;
}

// Of a member without its assignment; its id and a static one's name are in two maps.
template <class Member>
size_t BytesOfMember(const Member& member, size_t id_bytes) {
  const size_t instance_bytes = member.instance_id ? member.instance_id->size() : 0;
  return kMemberBytes + 2 * id_bytes + 2 * instance_bytes + member.client_id.size() +
         member.client_host.size() + BytesOfProtocols(member.protocols);
}

JoinAnswer JoinError(ErrorCode error, std::string member_id) {
  JoinAnswer answer;
  answer.error = error;
  answer.member_id = std::move(member_id);
  return answer;
}

SyncAnswer SyncError(ErrorCode error) {
  SyncAnswer answer;
  answer.error = error;
  return answer;
}

// Takes the callback out, so that it can be called once only, and leaves it for after the lock.
template <class Callback, class Answer>
void Post(Outbox& out, Callback& callback, Answer answer) {
  out.emplace_back([done = std::exchange(callback, nullptr), answer = std::move(answer)]() mutable {
    done(std::move(answer));
  });
}

}  // namespace

const Bytes& Group::Member::MetadataFor(const std::string& protocol) const {
  static const Bytes kNoMetadata;
  for (const GroupProtocol& candidate : protocols) {
    if (candidate.name == protocol) return candidate.metadata;
  }
  return kNoMetadata;
}

Group::Group(std::string id, size_t members_max, int32_t generation)
    : id_(std::move(id)), members_max_(members_max), generation_(generation) {}

std::string_view Group::state_name() const {
  switch (state_) {
    case State::kEmpty:
      return "Empty";
    case State::kPreparingRebalance:
      return "PreparingRebalance";
    case State::kCompletingRebalance:
      return "CompletingRebalance";
    case State::kStable:
      return "Stable";
  }
  return "Dead";
}

// The client's id and a random part: a name that people recognise in a group's description. Short
// enough for the protocol's strings, however long the client's id is.
std::string Group::NewMemberId(const JoinCall& call) const {
  return call.instance_id.value_or(call.client_id).substr(0, kMemberNameBytesMax) + "-" +
         FormatUuid(MakeUuidV4());
}

size_t Group::BytesFor(const JoinCall& call) {
  const std::string& name = call.instance_id ? *call.instance_id : call.client_id;
  const size_t new_id_bytes = std::min(name.size(), kMemberNameBytesMax) + kIdSuffixBytes;
  return BytesOfMember(call, call.member_id.empty() ? new_id_bytes : call.member_id.size());
}

size_t Group::BytesHeldBy(const JoinCall& call) const {
  std::string id = call.member_id;
  if (id.empty() && call.instance_id) {
    const auto known = static_members_.find(*call.instance_id);
    if (known != static_members_.end()) id = known->second;
  }
  const auto member = members_.find(id);
  return member == members_.end() ? 0 : BytesOfMember(member->second, id.size());
}

size_t Group::BytesHeld() const {
  size_t bytes = sizeof(Group) + 2 * id_.size() + protocol_type_.size() + protocol_name_.size() +
                 leader_.size();
  for (const auto& [id, member] : members_) {
    bytes += BytesOfMember(member, id.size()) + member.assignment.size();
  }
  for (const auto& [id, until] : promised_) bytes += kPromiseBytes + id.size();
  return bytes;
}

bool Group::WouldAssign(const SyncCall& call) const {
  return state_ == State::kCompletingRebalance && call.member_id == leader_;
}

void Group::BeginGeneration() {
  generation_ = generation_ == std::numeric_limits<int32_t>::max() ? 1 : generation_ + 1;
}

void Group::Renew(Member& member, TimePoint now) const {
  member.session_ends = now + member.session_timeout;
}

// A group has one protocol type, and at least one protocol that every member can do.
ErrorCode Group::CheckProtocols(const JoinCall& call) const {
  if (call.protocols.empty() || call.protocol_type.empty()) {
    return ErrorCode::kInconsistentGroupProtocol;
  }
  if (members_.empty()) return ErrorCode::kNone;
  if (call.protocol_type != protocol_type_) return ErrorCode::kInconsistentGroupProtocol;
  for (const GroupProtocol& protocol : call.protocols) {
    const bool all = std::ranges::all_of(members_, [&](const auto& entry) {
      return std::ranges::any_of(entry.second.protocols, [&](const GroupProtocol& other) {
        return other.name == protocol.name;
      });
    });
    if (all) return ErrorCode::kNone;
  }
  return ErrorCode::kInconsistentGroupProtocol;
}

ErrorCode Group::CheckMember(const std::string& member_id,
                             const std::optional<std::string>& instance_id) const {
  if (instance_id) {
    const auto known = static_members_.find(*instance_id);
    if (known == static_members_.end()) return ErrorCode::kUnknownMemberId;
    if (known->second != member_id) return ErrorCode::kFencedInstanceId;
  }
  return members_.contains(member_id) ? ErrorCode::kNone : ErrorCode::kUnknownMemberId;
}

void Group::Join(const JoinCall& call, TimePoint now, OnJoin done, Outbox& out) {
  const auto refuse = [&](ErrorCode error, std::string member_id) {
    Post(out, done, JoinError(error, std::move(member_id)));
  };
  if (const ErrorCode error = CheckProtocols(call); error != ErrorCode::kNone) {
    return refuse(error, call.member_id);
  }
  if (call.member_id.empty()) {
    if (call.instance_id && static_members_.contains(*call.instance_id)) {
      Member& old = members_.at(static_members_.at(*call.instance_id));
      return ReplaceStatic(call, old, now, std::move(done), out);
    }
    if (members_.size() + promised_.size() >= members_max_) {
      return refuse(ErrorCode::kGroupMaxSizeReached, "");
    }
    std::string member_id = NewMemberId(call);
    if (!call.id_first || call.instance_id) {
      return JoinAsNew(call, std::move(member_id), now, std::move(done), out);
    }
    promised_[member_id] = now + call.session_timeout;
    return refuse(ErrorCode::kMemberIdRequired, member_id);
  }
  if (!call.instance_id && promised_.erase(call.member_id) > 0) {
    return JoinAsNew(call, call.member_id, now, std::move(done), out);
  }
  const ErrorCode known = CheckMember(call.member_id, call.instance_id);
  if (known != ErrorCode::kNone) return refuse(known, call.member_id);
  JoinAgain(call, members_.at(call.member_id), now, std::move(done), out);
}

void Group::JoinAsNew(const JoinCall& call, std::string member_id, TimePoint now, OnJoin done,
                      Outbox& out) {
  if (members_.empty()) protocol_type_ = call.protocol_type;
  Member& member = members_[member_id];
  member.id = member_id;
  member.instance_id = call.instance_id;
  if (call.instance_id) static_members_[*call.instance_id] = member_id;
  if (leader_.empty()) leader_ = member_id;
  Rejoin(member, call, std::move(done));
  Renew(member, now);
  PrepareRebalance(now, out);
}

// Its instance id stays, also where the call does not name it: static_members_ has it.
void Group::Rejoin(Member& member, const JoinCall& call, OnJoin done) {
  member.client_id = call.client_id;
  member.client_host = call.client_host;
  member.session_timeout = call.session_timeout;
  member.rebalance_timeout = call.rebalance_timeout;
  member.protocols = call.protocols;
  member.on_join = std::move(done);
}

// A static member that was restarted takes its place again under a new id: without a rebalance
// when that changes nothing (KIP-345). Whoever still uses the old id is fenced.
void Group::ReplaceStatic(const JoinCall& call, Member& old, TimePoint now, OnJoin done,
                          Outbox& out) {
  const std::string old_id = old.id;
  const std::string old_leader = leader_;
  const bool same_protocols = old.protocols == call.protocols;
  if (old.on_join) Post(out, old.on_join, JoinError(ErrorCode::kFencedInstanceId, old_id));
  if (old.on_sync) Post(out, old.on_sync, SyncError(ErrorCode::kFencedInstanceId));

  const std::string new_id = NewMemberId(call);
  Member moved = std::move(old);
  members_.erase(old_id);
  moved.id = new_id;
  if (leader_ == old_id) leader_ = new_id;
  static_members_[*call.instance_id] = new_id;
  Member& member = members_[new_id] = std::move(moved);
  Rejoin(member, call, std::move(done));
  Renew(member, now);
  if (state_ != State::kStable || !same_protocols) return PrepareRebalance(now, out);

  JoinAnswer answer = Current(member);
  answer.skip_assignment = call.can_skip_assignment && leader_ == new_id;
  if (!call.can_skip_assignment) {
    // An older client that finds itself the leader would assign again: it is told the old id.
    answer.leader = old_leader;
    answer.members.clear();
  }
  Post(out, member.on_join, std::move(answer));
}

void Group::JoinAgain(const JoinCall& call, Member& member, TimePoint now, OnJoin done,
                      Outbox& out) {
  const bool same_protocols = member.protocols == call.protocols;
  if (member.on_join) {
    // The client gave up on its last request; the new one takes its place.
    Post(out, member.on_join, JoinError(ErrorCode::kUnknownMemberId, member.id));
  }
  const bool answer_again = same_protocols && (state_ == State::kCompletingRebalance ||
                                               (state_ == State::kStable && leader_ != member.id));
  Rejoin(member, call, std::move(done));
  Renew(member, now);
  if (answer_again) return Post(out, member.on_join, Current(member));
  PrepareRebalance(now, out);
}

JoinAnswer Group::Current(const Member& member) const {
  JoinAnswer answer;
  answer.generation = generation_;
  answer.protocol_type = protocol_type_;
  answer.protocol_name = protocol_name_;
  answer.leader = leader_;
  answer.member_id = member.id;
  if (leader_ != member.id) return answer;
  for (const auto& [id, other] : members_) {
    answer.members.push_back({id, other.instance_id, other.MetadataFor(protocol_name_)});
  }
  return answer;
}

void Group::PrepareRebalance(TimePoint now, Outbox& out) {
  if (state_ != State::kPreparingRebalance) {
    for (auto& [id, member] : members_) {
      if (member.on_sync) Post(out, member.on_sync, SyncError(ErrorCode::kRebalanceInProgress));
    }
    state_ = State::kPreparingRebalance;
    std::chrono::milliseconds longest{0};
    for (const auto& [id, member] : members_) {
      longest = std::max(longest, member.rebalance_timeout);
    }
    rebalance_ends_ = now + longest;
  }
  CompleteJoinIfAllAreHere(now, out);
}

void Group::CompleteJoinIfAllAreHere(TimePoint now, Outbox& out) {
  if (state_ != State::kPreparingRebalance || !promised_.empty()) return;
  const bool all = std::ranges::all_of(
      members_, [](const auto& entry) { return entry.second.on_join != nullptr; });
  if (all) CompleteJoin(now, out);
}

// Static members keep their place until their session ends, whether they join or not.
void Group::DropThoseWhoDidNotJoin(TimePoint now) {
  std::vector<std::string> gone;
  for (const auto& [id, member] : members_) {
    if (member.on_join) continue;
    if (!member.instance_id || member.session_ends <= now) gone.push_back(id);
  }
  for (const std::string& id : gone) Forget(id);
}

bool Group::LeaderHasJoined() {
  const auto leader = members_.find(leader_);
  if (leader != members_.end() && leader->second.on_join) return true;
  for (const auto& [id, member] : members_) {
    if (!member.on_join) continue;
    leader_ = id;
    return true;
  }
  return false;
}

void Group::CompleteJoin(TimePoint now, Outbox& out) {
  promised_.clear();
  DropThoseWhoDidNotJoin(now);
  rebalance_ends_ = TimePoint::max();
  if (members_.empty()) {
    BeginGeneration();
    state_ = State::kEmpty;
    protocol_name_.clear();
    leader_.clear();
    return;
  }
  std::chrono::milliseconds longest{0};
  for (const auto& [id, member] : members_) longest = std::max(longest, member.rebalance_timeout);
  rebalance_ends_ = now + longest;
  if (!LeaderHasJoined()) return;  // Only absent static members are left: wait once more.

  BeginGeneration();
  protocol_name_ = ChooseProtocol();
  state_ = State::kCompletingRebalance;
  for (auto& [id, member] : members_) {
    member.assignment.clear();
    member.synced = false;
    if (!member.on_join) continue;
    Renew(member, now);
    Post(out, member.on_join, Current(member));
  }
}

// Each member votes for the first of its protocols that everyone can do; most votes win.
std::string Group::ChooseProtocol() const {
  std::map<std::string, size_t> votes;
  const auto everyone_can = [&](const std::string& name) {
    return std::ranges::all_of(members_, [&](const auto& entry) {
      return std::ranges::any_of(entry.second.protocols,
                                 [&](const GroupProtocol& p) { return p.name == name; });
    });
  };
  for (const auto& [id, member] : members_) {
    const auto vote = std::ranges::find_if(
        member.protocols, [&](const GroupProtocol& p) { return everyone_can(p.name); });
    INVARIANT(vote != member.protocols.end());  // CheckProtocols let it in.
    ++votes[vote->name];
  }
  return std::ranges::max_element(votes, {}, [](const auto& entry) { return entry.second; })->first;
}

void Group::Sync(const SyncCall& call, TimePoint now, OnSync done, Outbox& out) {
  ErrorCode error = CheckMember(call.member_id, call.instance_id);
  if (error == ErrorCode::kNone && call.generation != generation_) {
    error = ErrorCode::kIllegalGeneration;
  }
  if (error == ErrorCode::kNone &&
      ((call.protocol_type && *call.protocol_type != protocol_type_) ||
       (call.protocol_name && *call.protocol_name != protocol_name_))) {
    error = ErrorCode::kInconsistentGroupProtocol;
  }
  if (error == ErrorCode::kNone && state_ == State::kPreparingRebalance) {
    error = ErrorCode::kRebalanceInProgress;
  }
  if (error != ErrorCode::kNone) return Post(out, done, SyncError(error));

  Member& member = members_.at(call.member_id);
  Renew(member, now);
  member.synced = true;
  if (state_ == State::kStable) return Post(out, done, AssignmentOf(member));
  if (member.on_sync) Post(out, member.on_sync, SyncError(ErrorCode::kUnknownMemberId));
  member.on_sync = std::move(done);
  if (member.id != leader_) return;

  state_ = State::kStable;
  for (auto& [id, other] : members_) {
    const auto assigned = call.assignments.find(id);
    other.assignment = assigned == call.assignments.end() ? Bytes{} : assigned->second;
    if (!other.on_sync) continue;
    Renew(other, now);
    Post(out, other.on_sync, AssignmentOf(other));
  }
}

SyncAnswer Group::AssignmentOf(const Member& member) const {
  return SyncAnswer{ErrorCode::kNone, protocol_type_, protocol_name_, member.assignment};
}

ErrorCode Group::Heartbeat(const std::string& member_id,
                           const std::optional<std::string>& instance_id, int32_t generation,
                           TimePoint now) {
  const ErrorCode known = CheckMember(member_id, instance_id);
  if (known != ErrorCode::kNone) return known;
  if (generation != generation_) return ErrorCode::kIllegalGeneration;
  Renew(members_.at(member_id), now);
  return state_ == State::kPreparingRebalance ? ErrorCode::kRebalanceInProgress : ErrorCode::kNone;
}

ErrorCode Group::Leave(const std::string& member_id, const std::optional<std::string>& instance_id,
                       TimePoint now, Outbox& out) {
  std::string id = member_id;
  if (instance_id && member_id.empty()) {
    const auto known = static_members_.find(*instance_id);
    if (known == static_members_.end()) return ErrorCode::kUnknownMemberId;
    id = known->second;
  }
  if (promised_.erase(id) > 0) {
    CompleteJoinIfAllAreHere(now, out);
    return ErrorCode::kNone;
  }
  const ErrorCode known = CheckMember(id, instance_id);
  if (known == ErrorCode::kNone) Remove(id, now, out);
  return known;
}

void Group::Remove(const std::string& member_id, TimePoint now, Outbox& out) {
  Member& member = members_.at(member_id);
  if (member.on_join) {
    Post(out, member.on_join, JoinError(ErrorCode::kUnknownMemberId, member_id));
  }
  if (member.on_sync) Post(out, member.on_sync, SyncError(ErrorCode::kUnknownMemberId));
  Forget(member_id);
  AfterRemoval(now, out);
}

void Group::Forget(const std::string& member_id) {
  const auto member = members_.find(member_id);
  if (member->second.instance_id) static_members_.erase(*member->second.instance_id);
  members_.erase(member);
  if (leader_ == member_id) leader_ = members_.empty() ? "" : members_.begin()->first;
}

void Group::AfterRemoval(TimePoint now, Outbox& out) {
  if (state_ == State::kPreparingRebalance) return CompleteJoinIfAllAreHere(now, out);
  PrepareRebalance(now, out);
}

ErrorCode Group::CheckCommit(const std::string& member_id,
                             const std::optional<std::string>& instance_id, int32_t generation,
                             TimePoint now) {
  if (generation < 0 && state_ == State::kEmpty) return ErrorCode::kNone;
  const ErrorCode known = CheckMember(member_id, instance_id);
  if (known != ErrorCode::kNone) return known;
  if (generation != generation_) return ErrorCode::kIllegalGeneration;
  // Between joining and syncing a member does not know what is its own.
  if (state_ == State::kCompletingRebalance) return ErrorCode::kRebalanceInProgress;
  Renew(members_.at(member_id), now);
  return ErrorCode::kNone;
}

void Group::Tick(TimePoint now, Outbox& out) {
  if (std::erase_if(promised_, [&](const auto& entry) { return entry.second <= now; }) > 0) {
    CompleteJoinIfAllAreHere(now, out);
  }
  std::vector<std::string> silent;
  for (const auto& [id, member] : members_) {
    if (!member.Waits() && member.session_ends <= now) silent.push_back(id);
  }
  for (const std::string& id : silent) {
    if (members_.contains(id)) Remove(id, now, out);
  }
  if (now < rebalance_ends_) return;
  rebalance_ends_ = TimePoint::max();
  if (state_ == State::kPreparingRebalance) return CompleteJoin(now, out);
  if (state_ != State::kCompletingRebalance) return;
  // Who joined but never asked for its assignment holds everyone up.
  std::vector<std::string> absent;
  for (const auto& [id, member] : members_) {
    if (!member.synced) absent.push_back(id);
  }
  for (const std::string& id : absent) {
    if (members_.contains(id)) Remove(id, now, out);
  }
}

void Group::Abort(ErrorCode error, Outbox& out) {
  for (auto& [id, member] : members_) {
    if (member.on_join) Post(out, member.on_join, JoinError(error, id));
    if (member.on_sync) Post(out, member.on_sync, SyncError(error));
  }
}

std::vector<Group::MemberView> Group::Members() const {
  const bool stable = state_ == State::kStable;
  std::vector<MemberView> views;
  for (const auto& [id, member] : members_) {
    views.push_back({id, member.instance_id, member.client_id, member.client_host,
                     stable ? member.MetadataFor(protocol_name_) : Bytes{}, member.assignment});
  }
  return views;
}

std::vector<Bytes> Group::Subscriptions() const {
  std::vector<Bytes> subscriptions;
  for (const auto& [id, member] : members_) {
    for (const GroupProtocol& protocol : member.protocols) {
      subscriptions.push_back(protocol.metadata);
    }
  }
  return subscriptions;
}

}  // namespace gamevents::broker
