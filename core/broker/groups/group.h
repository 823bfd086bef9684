#pragma once

#include "core/broker/protocol/error_code.h"
#include "core/broker/protocol/field.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::broker {

/// Callbacks to be run when the lock that guards a group is no longer held.
using Outbox = std::vector<std::function<void()>>;

/// A way to assign partitions that a member can do ("range", "cooperative-sticky"), with what it
/// says of itself to the one who will assign. The bytes are the clients' own affair.
struct GroupProtocol {
  std::string name;
  Bytes metadata;
  friend bool operator==(const GroupProtocol&, const GroupProtocol&) = default;
};

struct JoinCall {
  std::string member_id;  ///< empty at the first time
  std::optional<std::string> instance_id;
  std::string client_id;
  std::string client_host;
  std::chrono::milliseconds session_timeout{};
  std::chrono::milliseconds rebalance_timeout{};
  std::string protocol_type;
  std::vector<GroupProtocol> protocols;  ///< the most wanted first
  /// A newcomer is first told its id and must ask again with it (KIP-394, JoinGroup 4 and later),
  /// so that clients that time out while joining leave no ghosts behind.
  bool id_first = false;
  bool can_skip_assignment = false;  ///< JoinGroup 9 and later (KIP-814)
};

/// What a join is told.
struct JoinAnswer {
  struct Member {
    std::string member_id;
    std::optional<std::string> instance_id;
    Bytes metadata;
  };
  ErrorCode error = ErrorCode::kNone;
  int32_t generation = -1;
  std::string protocol_type;
  std::string protocol_name;
  std::string leader;
  std::string member_id;
  bool skip_assignment = false;
  std::vector<Member> members;  ///< for the leader only
};

struct SyncCall {
  std::string member_id;
  std::optional<std::string> instance_id;
  int32_t generation = -1;
  std::optional<std::string> protocol_type;  ///< nullopt: not said, not checked
  std::optional<std::string> protocol_name;
  std::map<std::string, Bytes> assignments;  ///< by member id; from the leader only
};

/// What a sync is told: the assignment, or why there is none.
struct SyncAnswer {
  ErrorCode error = ErrorCode::kNone;
  std::string protocol_type;
  std::string protocol_name;
  Bytes assignment;
};

/// A consumer group under the classic protocol: who is in it, which generation, who gets what.
/// A pure state machine: time is given, answers that must wait are callbacks put into an Outbox.
/// Follows Kafka's GroupCoordinator in what clients can see. Not thread-safe; see GroupCoordinator.
class Group {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;
  using OnJoin = std::function<void(JoinAnswer)>;
  using OnSync = std::function<void(SyncAnswer)>;

  /// Where the group is in the classic protocol.
  enum class State : uint8_t { kEmpty, kPreparingRebalance, kCompletingRebalance, kStable };

  /// `generation` is where a group that was known before a restart goes on.
  Group(std::string id, size_t members_max, int32_t generation = 0);

  /// A member comes, or comes back. Answered when every member has, or its time is over.
  void Join(const JoinCall& call, TimePoint now, OnJoin done, Outbox& out);

  /// A member asks for its assignment; answered when the leader has given one.
  void Sync(const SyncCall& call, TimePoint now, OnSync done, Outbox& out);

  /// kNone, or kRebalanceInProgress: join again; or who it is not.
  ErrorCode Heartbeat(const std::string& member_id, const std::optional<std::string>& instance_id,
                      int32_t generation, TimePoint now);

  /// A static member may leave by its instance id alone (empty member id, KIP-345).
  ErrorCode Leave(const std::string& member_id, const std::optional<std::string>& instance_id,
                  TimePoint now, Outbox& out);

  /// Whether these may commit offsets. Generation -1 without a member is a consumer that assigns
  /// partitions itself: allowed while the group has no members.
  ErrorCode CheckCommit(const std::string& member_id, const std::optional<std::string>& instance_id,
                        int32_t generation, TimePoint now);

  /// Drops members that were silent too long, and ends waits whose time is over.
  void Tick(TimePoint now, Outbox& out);

  /// Answers everyone who waits with `error`: the broker stops, or the group is deleted.
  void Abort(ErrorCode error, Outbox& out);

  const std::string& id() const { return id_; }
  State state() const { return state_; }
  /// The state as Kafka writes it: "Stable".
  std::string_view state_name() const;
  /// Counts the rebalances; a call of an older one is refused.
  int32_t generation() const { return generation_; }
  /// As the first member gave it: "consumer".
  const std::string& protocol_type() const { return protocol_type_; }
  /// The protocol that all members share, for consumers an assignor.
  const std::string& protocol_name() const { return protocol_name_; }
  /// Whether there is a member, or an id that was given to one that is to come.
  bool HasMembers() const { return !members_.empty() || !promised_.empty(); }

  /// The memory that the group takes, with its members, what they say of themselves and what they
  /// are assigned. Looks at all members.
  size_t BytesHeld() const;
  /// The part of it that the member has who makes this call, without its assignment; 0 for a
  /// newcomer.
  size_t BytesHeldBy(const JoinCall& call) const;
  /// What that part is when the call has been accepted.
  static size_t BytesFor(const JoinCall& call);
  /// Whether what this call assigns would be kept.
  bool WouldAssign(const SyncCall& call) const;

  /// One member as it is described to clients.
  struct MemberView {
    std::string member_id;
    std::optional<std::string> instance_id;
    std::string client_id;
    std::string client_host;
    Bytes metadata;    ///< for the chosen protocol; empty unless Stable
    Bytes assignment;  ///< the last one, until all have joined again
  };
  /// All members that have joined.
  std::vector<MemberView> Members() const;

  /// What all members say of themselves, for whichever protocol and in whichever state.
  std::vector<Bytes> Subscriptions() const;

 private:
  struct Member {
    std::string id;
    std::optional<std::string> instance_id;
    std::string client_id;
    std::string client_host;
    std::chrono::milliseconds session_timeout{};
    std::chrono::milliseconds rebalance_timeout{};
    std::vector<GroupProtocol> protocols;
    Bytes assignment;
    OnJoin on_join;  // set while it waits for the others
    OnSync on_sync;  // set while it waits for the leader
    bool synced = false;
    TimePoint session_ends;

    bool Waits() const { return on_join != nullptr || on_sync != nullptr; }
    const Bytes& MetadataFor(const std::string& protocol) const;
  };

  void JoinAsNew(const JoinCall& call, std::string member_id, TimePoint now, OnJoin done,
                 Outbox& out);
  void ReplaceStatic(const JoinCall& call, Member& old, TimePoint now, OnJoin done, Outbox& out);
  void JoinAgain(const JoinCall& call, Member& member, TimePoint now, OnJoin done, Outbox& out);
  void Rejoin(Member& member, const JoinCall& call, OnJoin done);
  ErrorCode CheckProtocols(const JoinCall& call) const;
  ErrorCode CheckMember(const std::string& member_id,
                        const std::optional<std::string>& instance_id) const;
  void PrepareRebalance(TimePoint now, Outbox& out);
  void CompleteJoinIfAllAreHere(TimePoint now, Outbox& out);
  void CompleteJoin(TimePoint now, Outbox& out);
  void DropThoseWhoDidNotJoin(TimePoint now);
  bool LeaderHasJoined();
  void Remove(const std::string& member_id, TimePoint now, Outbox& out);
  void Forget(const std::string& member_id);
  void AfterRemoval(TimePoint now, Outbox& out);
  std::string ChooseProtocol() const;
  JoinAnswer Current(const Member& member) const;
  SyncAnswer AssignmentOf(const Member& member) const;
  void Renew(Member& member, TimePoint now) const;
  void BeginGeneration();
  std::string NewMemberId(const JoinCall& call) const;

  std::string id_;
  size_t members_max_;
  State state_ = State::kEmpty;
  int32_t generation_;
  std::string protocol_type_;
  std::string protocol_name_;
  std::string leader_;
  std::map<std::string, Member> members_;
  std::map<std::string, std::string> static_members_;  // instance id to member id
  std::map<std::string, TimePoint> promised_;          // ids given out, not yet come back with
  TimePoint rebalance_ends_ = TimePoint::max();        // of joining or of syncing
};

}  // namespace gamevents::broker
