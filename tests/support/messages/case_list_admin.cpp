#include "core/broker/protocol/cluster.h"
#include "core/broker/protocol/committed_offsets.h"
#include "core/broker/protocol/configs.h"
#include "core/broker/protocol/group_admin.h"
#include "core/broker/protocol/group_records.h"
#include "core/broker/protocol/topics.h"
#include "tests/support/messages/case_lists.h"
#include "tests/support/messages/fill.h"

namespace gamevents::broker {

void AddAdminCases(std::vector<MessageCase>& out) {
  AddApi<DescribeLogDirsRequest, DescribeLogDirsResponse>(out);
  AddApi<CreatePartitionsRequest, CreatePartitionsResponse>(out);
  AddApi<DeleteGroupsRequest, DeleteGroupsResponse>(out);
  AddApi<IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse>(out);
  AddApi<OffsetDeleteRequest, OffsetDeleteResponse>(out);
  AddApi<DescribeClusterRequest, DescribeClusterResponse>(out);
  AddApi<DescribeTopicPartitionsRequest, DescribeTopicPartitionsResponse>(out);
  out.push_back(CaseOf<OffsetCommitKey>("OffsetCommitKey", false));
  out.push_back(CaseOf<OffsetCommitValue>("OffsetCommitValue", false));
  out.push_back(CaseOf<GroupMetadataKey>("GroupMetadataKey", false));
  out.push_back(CaseOf<GroupMetadataValue>("GroupMetadataValue", false));
}

}  // namespace gamevents::broker
