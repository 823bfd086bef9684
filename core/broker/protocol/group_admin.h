#pragma once

#include "core/broker/protocol/error_code.h"
#include "core/broker/protocol/message.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// Consumer groups from outside: list, describe, delete.

namespace gamevents::broker {

/// Asks for all groups, or those of some states and types.
struct ListGroupsRequest {
  static constexpr ApiKey kKey = ApiKey::kListGroups;

  std::vector<std::string> states_filter;
  std::vector<std::string> types_filter;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"states_filter", &Self::states_filter, {.since = 4}},
      Field{"types_filter", &Self::types_filter, {.since = 5}},
  };
};

/// One group.
struct ListedGroup {
  std::string group_id;
  std::string protocol_type;
  std::string group_state;
  std::string group_type;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"group_id", &Self::group_id},
      Field{"protocol_type", &Self::protocol_type},
      Field{"group_state", &Self::group_state, {.since = 4, .ignorable = true}},
      Field{"group_type", &Self::group_type, {.since = 5, .ignorable = true}},
  };
};

/// The groups.
struct ListGroupsResponse {
  static constexpr ApiKey kKey = ApiKey::kListGroups;

  int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::kNone;
  std::vector<ListedGroup> groups;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"throttle_time_ms", &Self::throttle_time_ms, {.since = 1, .ignorable = true}},
      Field{"error_code", &Self::error_code},
      Field{"groups", &Self::groups},
  };
};

/// Asks for groups by their ids.
struct DescribeGroupsRequest {
  static constexpr ApiKey kKey = ApiKey::kDescribeGroups;

  std::vector<std::string> groups;
  bool include_authorized_operations = false;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"groups", &Self::groups},
      Field{"include_authorized_operations", &Self::include_authorized_operations, {.since = 3}},
  };
};

/// One member and what it reads.
struct DescribedGroupMember {
  std::string member_id;
  std::optional<std::string> group_instance_id;
  std::string client_id;
  std::string client_host;
  Bytes member_metadata;
  Bytes member_assignment;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"member_id", &Self::member_id},
      Field{"group_instance_id",
            &Self::group_instance_id,
            {.since = 4, .nullable = 0, .ignorable = true}},
      Field{"client_id", &Self::client_id},
      Field{"client_host", &Self::client_host},
      Field{"member_metadata", &Self::member_metadata},
      Field{"member_assignment", &Self::member_assignment},
  };
};

/// One group and its members.
struct DescribedGroup {
  ErrorCode error_code = ErrorCode::kNone;
  std::optional<std::string> error_message;
  std::string group_id;
  std::string group_state;
  std::string protocol_type;
  std::string protocol_data;
  std::vector<DescribedGroupMember> members;
  int32_t authorized_operations = INT32_MIN;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"error_code", &Self::error_code},
      Field{"error_message", &Self::error_message, {.since = 6, .nullable = 0}},
      Field{"group_id", &Self::group_id},
      Field{"group_state", &Self::group_state},
      Field{"protocol_type", &Self::protocol_type},
      Field{"protocol_data", &Self::protocol_data},
      Field{"members", &Self::members},
      Field{"authorized_operations", &Self::authorized_operations, {.since = 3}},
  };
};

/// The groups asked for.
struct DescribeGroupsResponse {
  static constexpr ApiKey kKey = ApiKey::kDescribeGroups;

  int32_t throttle_time_ms = 0;
  std::vector<DescribedGroup> groups;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"throttle_time_ms", &Self::throttle_time_ms, {.since = 1, .ignorable = true}},
      Field{"groups", &Self::groups},
  };
};

/// Deletes groups that have no members.
struct DeleteGroupsRequest {
  static constexpr ApiKey kKey = ApiKey::kDeleteGroups;

  std::vector<std::string> groups_names;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"groups_names", &Self::groups_names},
  };
};

/// Whether one was deleted.
struct DeletableGroupResult {
  std::string group_id;
  ErrorCode error_code = ErrorCode::kNone;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"group_id", &Self::group_id},
      Field{"error_code", &Self::error_code},
  };
};

/// Which were deleted.
struct DeleteGroupsResponse {
  static constexpr ApiKey kKey = ApiKey::kDeleteGroups;

  int32_t throttle_time_ms = 0;
  std::vector<DeletableGroupResult> results;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"throttle_time_ms", &Self::throttle_time_ms},
      Field{"results", &Self::results},
  };
};

}  // namespace gamevents::broker
