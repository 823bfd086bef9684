#include "core/broker/protocol/api_versions.h"
#include "core/broker/protocol/group_admin.h"
#include "core/broker/protocol/groups.h"
#include "tests/support/messages/case_lists.h"
#include "tests/support/messages/fill.h"

namespace gamevents::broker {

void AddGroupCases(std::vector<MessageCase>& out) {
  AddApi<FindCoordinatorRequest, FindCoordinatorResponse>(out);
  AddApi<JoinGroupRequest, JoinGroupResponse>(out);
  AddApi<HeartbeatRequest, HeartbeatResponse>(out);
  AddApi<LeaveGroupRequest, LeaveGroupResponse>(out);
  AddApi<SyncGroupRequest, SyncGroupResponse>(out);
  AddApi<DescribeGroupsRequest, DescribeGroupsResponse>(out);
  AddApi<ListGroupsRequest, ListGroupsResponse>(out);
  AddApi<ApiVersionsRequest, ApiVersionsResponse>(out);
}

}  // namespace gamevents::broker
