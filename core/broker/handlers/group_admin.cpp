// Groups seen from outside: list, describe, delete.

#include "core/base/ascii.h"
#include "core/broker/await_callback.h"
#include "core/broker/handlers/authorize.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

namespace gamevents::broker {
namespace {

constexpr std::string_view kClassic = "classic";
constexpr int16_t kDescribeSaysNotFound = 6;  // KIP-1043

// An empty filter lets everything through.
bool Passes(const std::vector<std::string>& filter, std::string_view value) {
  return filter.empty() || std::ranges::any_of(filter, [&](const std::string& allowed) {
           return EqualsIgnoringCase(allowed, value);
         });
}

size_t BytesOf(const GroupDescription& group) {
  size_t bytes = sizeof(group) + group.protocol_type.size() + group.protocol_name.size();
  for (const Group::MemberView& member : group.members) {
    bytes += sizeof(member) + member.member_id.size() + member.client_id.size() +
             member.client_host.size() + member.metadata.size() + member.assignment.size();
    if (member.instance_id) bytes += member.instance_id->size();
  }
  return bytes;
}

}  // namespace

ListGroupsResponse OnListGroups(Broker& broker, Call call, const ListGroupsRequest& request) {
  ListGroupsResponse response;
  // As Kafka: what one may not see is not there.
  if (!MayAsk(call) || !Passes(request.types_filter, kClassic)) return response;
  for (GroupListing& group : broker.groups->List()) {
    if (!Passes(request.states_filter, group.state)) continue;
    response.groups.push_back({std::move(group.id), std::move(group.protocol_type),
                               std::move(group.state), std::string(kClassic)});
  }
  return response;
}

DescribeGroupsResponse OnDescribeGroups(Broker& broker, Call call,
                                        const DescribeGroupsRequest& request) {
  DescribeGroupsResponse response;
  size_t bytes = 0;
  bool full = false;
  for (const std::string& id : request.groups) {
    if (!MayAsk(call)) {
      auto& refused = response.groups.emplace_back();
      refused.group_id = id;
      refused.error_code = ErrorCode::kGroupAuthorizationFailed;
      continue;
    }
    GroupDescription group;
    if (!full) group = broker.groups->Describe(id);
    const size_t before = std::exchange(bytes, bytes + BytesOf(group));
    full = full || (before > 0 && bytes > broker.options.limits.describe_bytes_max);
    // Nothing after it is even looked up: a request can name a large group very often.
    if (full) group = {ErrorCode::kPolicyViolation, "Dead", "", "", {}};
    auto& answer = response.groups.emplace_back();
    answer.group_id = id;
    answer.error_code = group.error;
    if (group.error == ErrorCode::kGroupIdNotFound) {
      // Older versions have no error for it, only the state.
      if (call.header.api_version < kDescribeSaysNotFound) answer.error_code = ErrorCode::kNone;
      if (call.header.api_version >= kDescribeSaysNotFound) {
        answer.error_message = "Group " + id + " not found.";
      }
    }
    if (request.include_authorized_operations && answer.error_code == ErrorCode::kNone) {
      answer.authorized_operations = GroupOperations(call);
    }
    answer.group_state = std::move(group.state);
    answer.protocol_type = std::move(group.protocol_type);
    answer.protocol_data = std::move(group.protocol_name);
    for (Group::MemberView& member : group.members) {
      answer.members.push_back({std::move(member.member_id), std::move(member.instance_id),
                                std::move(member.client_id), std::move(member.client_host),
                                std::move(member.metadata), std::move(member.assignment)});
    }
  }
  return response;
}

asio::awaitable<Reply> OnDeleteGroups(Broker& broker, Call call,
                                      const DeleteGroupsRequest& request) {
  DeleteGroupsResponse response;
  std::set<std::string_view> named;
  for (const std::string& id : request.groups_names) {
    if (!named.insert(id).second) continue;
    if (!MayAsk(call)) {
      response.results.push_back({id, ErrorCode::kGroupAuthorizationFailed});
      continue;
    }
    const ErrorCode error = co_await AwaitCallback<ErrorCode>(
        [&](auto done) { broker.groups->Delete(id, std::move(done)); });
    response.results.push_back({id, error});
  }
  co_return ReplyWith(call, response);
}

}  // namespace gamevents::broker
