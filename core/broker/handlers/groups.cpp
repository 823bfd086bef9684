// Membership: join, sync, heartbeat, leave. The coordinator decides; here is only the protocol.

#include "core/broker/await_callback.h"
#include "core/broker/handlers/authorize.h"

#include <utility>

namespace gamevents::broker {
namespace {

// The first versions in which a client can do a thing.
constexpr int16_t kJoinAgainWithId = 4;      // KIP-394
constexpr int16_t kJoinSkipsAssignment = 9;  // KIP-814
constexpr int16_t kLeaveMany = 3;            // KIP-345
constexpr int16_t kJoinNamesNullable = 7;
constexpr int16_t kSyncNamesProtocol = 5;  // KIP-559

JoinCall ToCall(const JoinGroupRequest& request, const Call& call) {
  JoinCall join;
  join.member_id = request.member_id;
  join.instance_id = request.group_instance_id;
  join.client_id = call.header.client_id.value_or("");
  join.client_host = "/" + call.peer.client_host;  // as Kafka prints it, and its tools show it
  join.session_timeout = std::chrono::milliseconds(request.session_timeout_ms);
  join.rebalance_timeout = request.rebalance_timeout_ms < 0
                               ? join.session_timeout
                               : std::chrono::milliseconds(request.rebalance_timeout_ms);
  join.protocol_type = request.protocol_type;
  for (const JoinGroupRequestProtocol& protocol : request.protocols) {
    join.protocols.push_back({protocol.name, protocol.metadata});
  }
  join.id_first = call.header.api_version >= kJoinAgainWithId;
  join.can_skip_assignment = call.header.api_version >= kJoinSkipsAssignment;
  return join;
}

}  // namespace

asio::awaitable<Reply> OnJoinGroup(Broker& broker, Call call, const JoinGroupRequest& request) {
  JoinCall join = ToCall(request, call);
  JoinAnswer answer;
  answer.error = ErrorCode::kGroupAuthorizationFailed;
  if (MayAsk(call)) {
    // The copy ends before the wait, which may take minutes.
    answer = co_await AwaitCallback<JoinAnswer>([&](auto done) {
      broker.groups->Join(request.group_id, std::exchange(join, {}), std::move(done));
    });
  }
  JoinGroupResponse response;
  response.error_code = answer.error;
  response.generation_id = answer.generation;
  const bool names_known = answer.error == ErrorCode::kNone;
  if (names_known) response.protocol_type = std::move(answer.protocol_type);
  response.protocol_name = std::move(answer.protocol_name);
  if (!names_known && call.header.api_version >= kJoinNamesNullable) {
    response.protocol_name = std::nullopt;
  }
  response.leader = std::move(answer.leader);
  response.member_id = std::move(answer.member_id);
  response.skip_assignment = answer.skip_assignment;
  for (JoinAnswer::Member& member : answer.members) {
    response.members.push_back(
        {std::move(member.member_id), std::move(member.instance_id), std::move(member.metadata)});
  }
  co_return ReplyWith(call, response);
}

asio::awaitable<Reply> OnSyncGroup(Broker& broker, Call call, const SyncGroupRequest& request) {
  if (call.header.api_version >= kSyncNamesProtocol &&
      (!request.protocol_type || !request.protocol_name)) {
    SyncGroupResponse refused;
    refused.error_code = ErrorCode::kInconsistentGroupProtocol;
    co_return ReplyWith(call, refused);
  }
  SyncCall sync;
  sync.member_id = request.member_id;
  sync.instance_id = request.group_instance_id;
  sync.generation = request.generation_id;
  sync.protocol_type = request.protocol_type;
  sync.protocol_name = request.protocol_name;
  for (const SyncGroupRequestAssignment& assignment : request.assignments) {
    sync.assignments[assignment.member_id] = assignment.assignment;
  }
  SyncAnswer answer;
  answer.error = ErrorCode::kGroupAuthorizationFailed;
  if (MayAsk(call)) {
    answer = co_await AwaitCallback<SyncAnswer>([&](auto done) {
      broker.groups->Sync(request.group_id, std::exchange(sync, {}), std::move(done));
    });
  }
  SyncGroupResponse response;
  response.error_code = answer.error;
  if (answer.error == ErrorCode::kNone) {
    response.protocol_type = std::move(answer.protocol_type);
    response.protocol_name = std::move(answer.protocol_name);
  }
  response.assignment = std::move(answer.assignment);
  co_return ReplyWith(call, response);
}

HeartbeatResponse OnHeartbeat(Broker& broker, Call call, const HeartbeatRequest& request) {
  HeartbeatResponse response;
  if (!MayAsk(call)) {
    response.error_code = ErrorCode::kGroupAuthorizationFailed;
    return response;
  }
  response.error_code = broker.groups->Heartbeat(request.group_id, request.member_id,
                                                 request.group_instance_id, request.generation_id);
  return response;
}

LeaveGroupResponse OnLeaveGroup(Broker& broker, Call call, const LeaveGroupRequest& request) {
  LeaveGroupResponse response;
  if (!MayAsk(call)) {
    response.error_code = ErrorCode::kGroupAuthorizationFailed;
    return response;
  }
  if (call.header.api_version < kLeaveMany) {
    response.error_code = broker.groups->Leave(request.group_id, request.member_id, std::nullopt);
    return response;
  }
  if (request.group_id.empty()) {
    response.error_code = ErrorCode::kInvalidGroupId;
    return response;
  }
  for (const LeavingMember& member : request.members) {
    response.members.push_back(
        {member.member_id, member.group_instance_id,
         broker.groups->Leave(request.group_id, member.member_id, member.group_instance_id)});
  }
  return response;
}

}  // namespace gamevents::broker
