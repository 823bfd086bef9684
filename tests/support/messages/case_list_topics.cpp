#include "core/broker/protocol/configs.h"
#include "core/broker/protocol/offsets.h"
#include "core/broker/protocol/produce.h"
#include "core/broker/protocol/topics.h"
#include "tests/support/messages/case_lists.h"
#include "tests/support/messages/fill.h"

namespace gamevents::broker {

void AddTopicCases(std::vector<MessageCase>& out) {
  AddApi<CreateTopicsRequest, CreateTopicsResponse>(out);
  AddApi<DeleteTopicsRequest, DeleteTopicsResponse>(out);
  AddApi<DeleteRecordsRequest, DeleteRecordsResponse>(out);
  AddApi<InitProducerIdRequest, InitProducerIdResponse>(out);
  AddApi<OffsetForLeaderEpochRequest, OffsetForLeaderEpochResponse>(out);
  AddApi<DescribeConfigsRequest, DescribeConfigsResponse>(out);
  AddApi<AlterConfigsRequest, AlterConfigsResponse>(out);
}

}  // namespace gamevents::broker
