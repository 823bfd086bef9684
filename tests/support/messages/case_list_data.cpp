#include "core/broker/protocol/committed_offsets.h"
#include "core/broker/protocol/fetch.h"
#include "core/broker/protocol/metadata.h"
#include "core/broker/protocol/offsets.h"
#include "core/broker/protocol/produce.h"
#include "tests/support/messages/case_lists.h"
#include "tests/support/messages/fill.h"

namespace gamevents::broker {

void AddDataCases(std::vector<MessageCase>& out) {
  AddApi<ProduceRequest, ProduceResponse>(out);
  AddApi<FetchRequest, FetchResponse>(out);
  AddApi<ListOffsetsRequest, ListOffsetsResponse>(out);
  AddApi<MetadataRequest, MetadataResponse>(out);
  AddApi<OffsetCommitRequest, OffsetCommitResponse>(out);
  AddApi<OffsetFetchRequest, OffsetFetchResponse>(out);
}

}  // namespace gamevents::broker
