#include "tests/support/messages/message_case.h"

#include "core/broker/protocol/api_versions.h"
#include "core/broker/protocol/cluster.h"
#include "core/broker/protocol/committed_offsets.h"
#include "core/broker/protocol/configs.h"
#include "core/broker/protocol/fetch.h"
#include "core/broker/protocol/group_admin.h"
#include "core/broker/protocol/group_records.h"
#include "core/broker/protocol/groups.h"
#include "core/broker/protocol/metadata.h"
#include "core/broker/protocol/offsets.h"
#include "core/broker/protocol/produce.h"
#include "core/broker/protocol/quotas.h"
#include "core/broker/protocol/refused.h"
#include "core/broker/protocol/security.h"
#include "core/broker/protocol/topics.h"
#include "tests/support/messages/fill.h"

#include <utility>

namespace gamevents::broker {
namespace {

template <Message M>
MessageCase CaseOf(std::string name, bool is_request) {
  std::optional<ApiKey> key;
  if constexpr (ApiMessage<M>) key = M::kKey;
  const auto make_default = [] {
    return MessageCase::Object(new M, [](void* message) { delete static_cast<M*>(message); });
  };
  return {std::move(name),     key,         is_request, VersionsOf<M>(), FlexibleFrom<M>(),
          &MessageTypeOf<M>(), make_default};
}

template <ApiMessage Request, ApiMessage Response>
void AddApi(std::vector<MessageCase>& out) {
  static_assert(Request::kKey == Response::kKey);
  const std::string name = FindApi(Request::kKey)->name;
  out.push_back(CaseOf<Request>(name + "Request", true));
  out.push_back(CaseOf<Response>(name + "Response", false));
}

std::vector<MessageCase> MakeCases() {
  std::vector<MessageCase> all;
  AddApi<ProduceRequest, ProduceResponse>(all);
  AddApi<FetchRequest, FetchResponse>(all);
  AddApi<ListOffsetsRequest, ListOffsetsResponse>(all);
  AddApi<MetadataRequest, MetadataResponse>(all);
  AddApi<OffsetCommitRequest, OffsetCommitResponse>(all);
  AddApi<OffsetFetchRequest, OffsetFetchResponse>(all);
  AddApi<FindCoordinatorRequest, FindCoordinatorResponse>(all);
  AddApi<JoinGroupRequest, JoinGroupResponse>(all);
  AddApi<HeartbeatRequest, HeartbeatResponse>(all);
  AddApi<LeaveGroupRequest, LeaveGroupResponse>(all);
  AddApi<SyncGroupRequest, SyncGroupResponse>(all);
  AddApi<DescribeGroupsRequest, DescribeGroupsResponse>(all);
  AddApi<ListGroupsRequest, ListGroupsResponse>(all);
  AddApi<SaslHandshakeRequest, SaslHandshakeResponse>(all);
  AddApi<ApiVersionsRequest, ApiVersionsResponse>(all);
  AddApi<CreateTopicsRequest, CreateTopicsResponse>(all);
  AddApi<DeleteTopicsRequest, DeleteTopicsResponse>(all);
  AddApi<DeleteRecordsRequest, DeleteRecordsResponse>(all);
  AddApi<InitProducerIdRequest, InitProducerIdResponse>(all);
  AddApi<OffsetForLeaderEpochRequest, OffsetForLeaderEpochResponse>(all);
  AddApi<DescribeAclsRequest, DescribeAclsResponse>(all);
  AddApi<DescribeConfigsRequest, DescribeConfigsResponse>(all);
  AddApi<AlterConfigsRequest, AlterConfigsResponse>(all);
  AddApi<DescribeLogDirsRequest, DescribeLogDirsResponse>(all);
  AddApi<SaslAuthenticateRequest, SaslAuthenticateResponse>(all);
  AddApi<CreatePartitionsRequest, CreatePartitionsResponse>(all);
  AddApi<DeleteGroupsRequest, DeleteGroupsResponse>(all);
  AddApi<IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse>(all);
  AddApi<OffsetDeleteRequest, OffsetDeleteResponse>(all);
  AddApi<DescribeClientQuotasRequest, DescribeClientQuotasResponse>(all);
  AddApi<DescribeUserScramCredentialsRequest, DescribeUserScramCredentialsResponse>(all);
  AddApi<AlterUserScramCredentialsRequest, AlterUserScramCredentialsResponse>(all);
  AddApi<DescribeClusterRequest, DescribeClusterResponse>(all);
  AddApi<ConsumerGroupHeartbeatRequest, ConsumerGroupHeartbeatResponse>(all);
  AddApi<DescribeTopicPartitionsRequest, DescribeTopicPartitionsResponse>(all);
  all.push_back(CaseOf<OffsetCommitKey>("OffsetCommitKey", false));
  all.push_back(CaseOf<OffsetCommitValue>("OffsetCommitValue", false));
  all.push_back(CaseOf<GroupMetadataKey>("GroupMetadataKey", false));
  all.push_back(CaseOf<GroupMetadataValue>("GroupMetadataValue", false));
  return all;
}

}  // namespace

Result<Bytes> MessageCase::Make(ValueSource& values, int16_t version) const {
  Filler filler(values, version);
  const Object message = make_default();
  filler.Struct(*type->fields, message.get(), 0);
  WireWriter out;
  auto status = EncodeMessage(*type, message.get(), version, out);
  if (!status) return std::move(status).error();
  return std::move(out).TakeBytes();
}

std::string MessageCase::Compare(std::span<const std::byte> bytes, ValueSource& values,
                                 int16_t version) const {
  Filler filler(values, version);
  const Object expected = make_default();
  filler.Struct(*type->fields, expected.get(), 0);
  WireReader in(bytes);
  const Object decoded = make_default();
  const auto status = DecodeMessage(*type, in, version, decoded.get());
  if (!status) return status.error().context;
  if (in.remaining() > 0) return std::to_string(in.remaining()) + " bytes are left";
  if (AreEqual(*type->fields, decoded.get(), expected.get())) return "";
  return "got " + PrintMessage(*type, decoded.get(), version) + ", not " +
         PrintMessage(*type, expected.get(), version);
}

Result<Bytes> MessageCase::Reencode(std::span<const std::byte> bytes, int16_t version) const {
  WireReader in(bytes);
  const Object decoded = make_default();
  auto status = DecodeMessage(*type, in, version, decoded.get());
  if (!status) return std::move(status).error();
  if (in.remaining() > 0) return Error{Fault::kCorrupt, "bytes are left"};
  WireWriter out;
  status = EncodeMessage(*type, decoded.get(), version, out);
  if (!status) return std::move(status).error();
  return std::move(out).TakeBytes();
}

Result<std::string> MessageCase::Print(std::span<const std::byte> bytes, int16_t version) const {
  WireReader in(bytes);
  const Object decoded = make_default();
  auto status = DecodeMessage(*type, in, version, decoded.get());
  if (!status) return std::move(status).error();
  return PrintMessage(*type, decoded.get(), version);
}

const std::vector<MessageCase>& AllMessages() {
  static const std::vector<MessageCase> kAll = MakeCases();
  return kAll;
}

const MessageCase* FindMessage(std::string_view name) {
  for (const MessageCase& each : AllMessages()) {
    if (each.name == name) return &each;
  }
  return nullptr;
}

const MessageCase* FindRequest(ApiKey key) {
  for (const MessageCase& each : AllMessages()) {
    if (each.is_request && each.key == key) return &each;
  }
  return nullptr;
}

}  // namespace gamevents::broker
