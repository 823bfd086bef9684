#pragma once

#include "core/broker/protocol/error_code.h"
#include "core/broker/protocol/message.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// Membership of a consumer group (the classic protocol).

namespace gamevents::broker {

/// Asks who keeps a group: one up to version 3, any number from 4.
struct FindCoordinatorRequest {
  static constexpr ApiKey kKey = ApiKey::kFindCoordinator;

  std::string key;
  int8_t key_type = 0;  ///< 0 group, 1 transaction.
  std::vector<std::string> coordinator_keys;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"key", &Self::key, {.until = 3}},
      Field{"key_type", &Self::key_type, {.since = 1}},
      Field{"coordinator_keys", &Self::coordinator_keys, {.since = 4}},
  };
};

/// Who keeps one group.
struct Coordinator {
  std::string key;
  int32_t node_id = 0;
  std::string host;
  int32_t port = 0;
  ErrorCode error_code = ErrorCode::kNone;
  std::optional<std::string> error_message;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"key", &Self::key},
      Field{"node_id", &Self::node_id},
      Field{"host", &Self::host},
      Field{"port", &Self::port},
      Field{"error_code", &Self::error_code},
      Field{"error_message", &Self::error_message, {.nullable = 0}},
  };
};

/// Who keeps the group or groups.
struct FindCoordinatorResponse {
  static constexpr ApiKey kKey = ApiKey::kFindCoordinator;

  int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::kNone;
  std::optional<std::string> error_message;
  int32_t node_id = 0;
  std::string host;
  int32_t port = 0;
  std::vector<Coordinator> coordinators;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"throttle_time_ms", &Self::throttle_time_ms, {.since = 1, .ignorable = true}},
      Field{"error_code", &Self::error_code, {.until = 3}},
      Field{"error_message",
            &Self::error_message,
            {.since = 1, .until = 3, .nullable = 0, .ignorable = true}},
      Field{"node_id", &Self::node_id, {.until = 3}},
      Field{"host", &Self::host, {.until = 3}},
      Field{"port", &Self::port, {.until = 3}},
      Field{"coordinators", &Self::coordinators, {.since = 4}},
  };
};

/// A way of assigning partitions that the member can do; its metadata is the clients' own.
struct JoinGroupRequestProtocol {
  std::string name;
  Bytes metadata;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"name", &Self::name},
      Field{"metadata", &Self::metadata},
  };
};

/// Joins, or rejoins, a group.
struct JoinGroupRequest {
  static constexpr ApiKey kKey = ApiKey::kJoinGroup;

  std::string group_id;
  int32_t session_timeout_ms = 0;
  int32_t rebalance_timeout_ms = -1;             ///< -1: the session's (version 0).
  std::string member_id;                         ///< Empty on the first try.
  std::optional<std::string> group_instance_id;  ///< Set by static members (KIP-345).
  std::string protocol_type;
  std::vector<JoinGroupRequestProtocol> protocols;
  std::optional<std::string> reason;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"group_id", &Self::group_id},
      Field{"session_timeout_ms", &Self::session_timeout_ms},
      Field{"rebalance_timeout_ms", &Self::rebalance_timeout_ms, {.since = 1, .ignorable = true}},
      Field{"member_id", &Self::member_id},
      Field{"group_instance_id", &Self::group_instance_id, {.since = 5, .nullable = 0}},
      Field{"protocol_type", &Self::protocol_type},
      Field{"protocols", &Self::protocols},
      Field{"reason", &Self::reason, {.since = 8, .nullable = 0, .ignorable = true}},
  };
};

/// A member, as the leader needs it to assign partitions.
struct JoinGroupResponseMember {
  std::string member_id;
  std::optional<std::string> group_instance_id;
  Bytes metadata;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"member_id", &Self::member_id},
      Field{"group_instance_id",
            &Self::group_instance_id,
            {.since = 5, .nullable = 0, .ignorable = true}},
      Field{"metadata", &Self::metadata},
  };
};

/// The new generation; sent when all members have come. Only the leader gets the members.
struct JoinGroupResponse {
  static constexpr ApiKey kKey = ApiKey::kJoinGroup;

  int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::kNone;
  int32_t generation_id = -1;
  std::optional<std::string> protocol_type;
  std::optional<std::string> protocol_name = "";
  std::string leader;
  bool skip_assignment = false;
  std::string member_id;
  std::vector<JoinGroupResponseMember> members;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"throttle_time_ms", &Self::throttle_time_ms, {.since = 2, .ignorable = true}},
      Field{"error_code", &Self::error_code},
      Field{"generation_id", &Self::generation_id},
      Field{"protocol_type", &Self::protocol_type, {.since = 7, .nullable = 0, .ignorable = true}},
      Field{"protocol_name", &Self::protocol_name, {.nullable = 7}},
      Field{"leader", &Self::leader},
      Field{"skip_assignment", &Self::skip_assignment, {.since = 9}},
      Field{"member_id", &Self::member_id},
      Field{"members", &Self::members},
  };
};

/// What one member shall read; opaque to the broker.
struct SyncGroupRequestAssignment {
  std::string member_id;
  Bytes assignment;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"member_id", &Self::member_id},
      Field{"assignment", &Self::assignment},
  };
};

/// Hands in the leader's assignments, or asks for one's own.
struct SyncGroupRequest {
  static constexpr ApiKey kKey = ApiKey::kSyncGroup;

  std::string group_id;
  int32_t generation_id = 0;
  std::string member_id;
  std::optional<std::string> group_instance_id;
  std::optional<std::string> protocol_type;
  std::optional<std::string> protocol_name;
  std::vector<SyncGroupRequestAssignment> assignments;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"group_id", &Self::group_id},
      Field{"generation_id", &Self::generation_id},
      Field{"member_id", &Self::member_id},
      Field{"group_instance_id", &Self::group_instance_id, {.since = 3, .nullable = 0}},
      Field{"protocol_type", &Self::protocol_type, {.since = 5, .nullable = 0, .ignorable = true}},
      Field{"protocol_name", &Self::protocol_name, {.since = 5, .nullable = 0, .ignorable = true}},
      Field{"assignments", &Self::assignments},
  };
};

/// What this member shall read.
struct SyncGroupResponse {
  static constexpr ApiKey kKey = ApiKey::kSyncGroup;

  int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::kNone;
  std::optional<std::string> protocol_type;
  std::optional<std::string> protocol_name;
  Bytes assignment;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"throttle_time_ms", &Self::throttle_time_ms, {.since = 1, .ignorable = true}},
      Field{"error_code", &Self::error_code},
      Field{"protocol_type", &Self::protocol_type, {.since = 5, .nullable = 0, .ignorable = true}},
      Field{"protocol_name", &Self::protocol_name, {.since = 5, .nullable = 0, .ignorable = true}},
      Field{"assignment", &Self::assignment},
  };
};

/// Says that a member lives.
struct HeartbeatRequest {
  static constexpr ApiKey kKey = ApiKey::kHeartbeat;

  std::string group_id;
  int32_t generation_id = 0;
  std::string member_id;
  std::optional<std::string> group_instance_id;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"group_id", &Self::group_id},
      Field{"generation_id", &Self::generation_id},
      Field{"member_id", &Self::member_id},
      Field{"group_instance_id", &Self::group_instance_id, {.since = 3, .nullable = 0}},
  };
};

/// Whether to go on, or to join again.
struct HeartbeatResponse {
  static constexpr ApiKey kKey = ApiKey::kHeartbeat;

  int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::kNone;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"throttle_time_ms", &Self::throttle_time_ms, {.since = 1, .ignorable = true}},
      Field{"error_code", &Self::error_code},
  };
};

/// Kafka calls this MemberIdentity.
struct LeavingMember {
  std::string member_id;
  std::optional<std::string> group_instance_id;
  std::optional<std::string> reason;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"member_id", &Self::member_id},
      Field{"group_instance_id", &Self::group_instance_id, {.nullable = 0}},
      Field{"reason", &Self::reason, {.since = 5, .nullable = 0, .ignorable = true}},
  };
};

/// Leaves a group: one member up to version 2, any number from 3.
struct LeaveGroupRequest {
  static constexpr ApiKey kKey = ApiKey::kLeaveGroup;

  std::string group_id;
  std::string member_id;
  std::vector<LeavingMember> members;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"group_id", &Self::group_id},
      Field{"member_id", &Self::member_id, {.until = 2}},
      Field{"members", &Self::members, {.since = 3}},
  };
};

/// Kafka calls this MemberResponse.
struct LeftMember {
  std::string member_id;
  std::optional<std::string> group_instance_id;
  ErrorCode error_code = ErrorCode::kNone;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"member_id", &Self::member_id},
      Field{"group_instance_id", &Self::group_instance_id, {.nullable = 0}},
      Field{"error_code", &Self::error_code},
  };
};

/// Who has left.
struct LeaveGroupResponse {
  static constexpr ApiKey kKey = ApiKey::kLeaveGroup;

  int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::kNone;
  std::vector<LeftMember> members;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"throttle_time_ms", &Self::throttle_time_ms, {.since = 1, .ignorable = true}},
      Field{"error_code", &Self::error_code},
      Field{"members", &Self::members, {.since = 3}},
  };
};

}  // namespace gamevents::broker
