// From a frame to a handler and back: one row an API, in the order of the API table.

#include "core/base/notes.h"
#include "core/broker/handlers/handlers.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace gamevents::broker {
namespace {

// Messages are printed only when somebody reads them: that costs as much as answering.
void Trace(std::string_view what, const Call& call, const MessageType& type, const void* message) {
  if (!IsNoted(NoteLevel::kTrace)) return;
  const RequestHeader& header = call.header;
  std::string line(what);
  line.append(" ").append(std::to_string(header.correlation_id));
  line.append(" of ").append(call.peer.client_host);
  line.append(" (").append(header.client_id.value_or("no client id")).append("): ");
  line.append(FindApi(header.api_key)->name);
  line.append(" version ").append(std::to_string(header.api_version)).append(" ");
  Note(NoteLevel::kTrace, line + PrintMessage(type, message, header.api_version));
}

// Decodes the body, has it answered, and encodes the answer in the request's version. A function
// and not a coroutine: only those APIs that wait pay for one, in Wait.
template <class Request, auto Handle>
Reply Run(Broker& broker, Call call, WireReader& body) {
  auto request = Decode<Request>(body, call.header.api_version);
  if (!request) return CloseBecause(std::move(request).error().context);
  Trace("request", call, MessageTypeOf<Request>(), &*request);
  auto answer = Handle(broker, call, *request);
  if constexpr (std::is_same_v<decltype(answer), Reply>) {
    return answer;
  } else {
    return ReplyWith(call, answer);
  }
}

// Whether a handler that waits still looks at its request's frame. One that waits for minutes, for
// other clients or for records, has copied what it needs, which has limits of its own: the frame's
// memory is for others.
enum class FrameIs : uint8_t { kKept, kLetGo };

// The same for a handler that is a coroutine, which encodes its answer itself.
template <class Request, auto Handle, FrameIs kFrame = FrameIs::kKept>
asio::awaitable<Reply> Wait(Broker& broker, Call call, WireReader& body, RequestFrame& frame) {
  auto request = Decode<Request>(body, call.header.api_version);
  if (!request) co_return CloseBecause(std::move(request).error().context);
  Trace("request", call, MessageTypeOf<Request>(), &*request);
  if constexpr (kFrame == FrameIs::kLetGo) frame = RequestFrame();
  co_return co_await Handle(broker, call, *request);
}

// Client names go to logs: KIP-511 allows these characters only.
bool IsSoftwareName(std::string_view text) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-';
  };
  return !text.empty() && std::ranges::all_of(text, allowed) && text.front() != '.' &&
         text.front() != '-' && text.back() != '.' && text.back() != '-';
}

// The level of Kafka 4.3, whose protocol this is; from 3.3-IV3 on, as Kafka 4 has it. Consoles tell
// a cluster's version from it.
constexpr const char* kMetadataVersion = "metadata.version";
constexpr int16_t kMetadataVersionMin = 7;
constexpr int16_t kMetadataVersionMax = 30;

void NameFeatures(ApiVersionsResponse& response) {
  response.supported_features.push_back(
      {kMetadataVersion, kMetadataVersionMin, kMetadataVersionMax});
  response.finalized_features.push_back(
      {kMetadataVersion, kMetadataVersionMax, kMetadataVersionMax});
  response.finalized_features_epoch = 0;  // It never changes.
}

ApiVersionsResponse OnApiVersions(Broker&, Call call, const ApiVersionsRequest& request) {
  ApiVersionsResponse response;
  if (call.header.api_version >= 3 && (!IsSoftwareName(request.client_software_name) ||
                                       !IsSoftwareName(request.client_software_version))) {
    response.error_code = ErrorCode::kInvalidRequest;
    return response;
  }
  for (const Api& api : kApis) {
    response.api_keys.push_back(
        {static_cast<int16_t>(api.key), AdvertisedMin(api), api.versions.max});
  }
  NameFeatures(response);
  return response;
}

// One of the two is there.
struct Row {
  ApiKey key;
  Reply (*run)(Broker& broker, Call call, WireReader& body);
  asio::awaitable<Reply> (*wait)(Broker& broker, Call call, WireReader& body,
                                 RequestFrame& frame) = nullptr;
};

constexpr auto kHandlers = std::to_array<Row>({
    {ApiKey::kProduce, nullptr, Wait<ProduceRequest, OnProduce>},
    {ApiKey::kFetch, nullptr, Wait<FetchRequest, OnFetch, FrameIs::kLetGo>},
    {ApiKey::kListOffsets, Run<ListOffsetsRequest, OnListOffsets>},
    {ApiKey::kMetadata, Run<MetadataRequest, OnMetadata>},
    {ApiKey::kOffsetCommit, nullptr, Wait<OffsetCommitRequest, OnOffsetCommit>},
    {ApiKey::kOffsetFetch, Run<OffsetFetchRequest, OnOffsetFetch>},
    {ApiKey::kFindCoordinator, Run<FindCoordinatorRequest, OnFindCoordinator>},
    {ApiKey::kJoinGroup, nullptr, Wait<JoinGroupRequest, OnJoinGroup, FrameIs::kLetGo>},
    {ApiKey::kHeartbeat, Run<HeartbeatRequest, OnHeartbeat>},
    {ApiKey::kLeaveGroup, Run<LeaveGroupRequest, OnLeaveGroup>},
    {ApiKey::kSyncGroup, nullptr, Wait<SyncGroupRequest, OnSyncGroup, FrameIs::kLetGo>},
    {ApiKey::kDescribeGroups, Run<DescribeGroupsRequest, OnDescribeGroups>},
    {ApiKey::kListGroups, Run<ListGroupsRequest, OnListGroups>},
    {ApiKey::kSaslHandshake, Run<SaslHandshakeRequest, OnSaslHandshake>},
    {ApiKey::kApiVersions, Run<ApiVersionsRequest, OnApiVersions>},
    {ApiKey::kCreateTopics, Run<CreateTopicsRequest, OnCreateTopics>},
    {ApiKey::kDeleteTopics, nullptr, Wait<DeleteTopicsRequest, OnDeleteTopics>},
    {ApiKey::kDeleteRecords, Run<DeleteRecordsRequest, OnDeleteRecords>},
    {ApiKey::kInitProducerId, Run<InitProducerIdRequest, OnInitProducerId>},
    {ApiKey::kOffsetForLeaderEpoch, Run<OffsetForLeaderEpochRequest, OnOffsetForLeaderEpoch>},
    {ApiKey::kDescribeAcls, Run<DescribeAclsRequest, OnDescribeAcls>},
    {ApiKey::kDescribeConfigs, Run<DescribeConfigsRequest, OnDescribeConfigs>},
    {ApiKey::kAlterConfigs, Run<AlterConfigsRequest, OnAlterConfigs>},
    {ApiKey::kDescribeLogDirs, Run<DescribeLogDirsRequest, OnDescribeLogDirs>},
    {ApiKey::kSaslAuthenticate, nullptr, Wait<SaslAuthenticateRequest, OnSaslAuthenticate>},
    {ApiKey::kCreatePartitions, Run<CreatePartitionsRequest, OnCreatePartitions>},
    {ApiKey::kDeleteGroups, nullptr, Wait<DeleteGroupsRequest, OnDeleteGroups>},
    {ApiKey::kIncrementalAlterConfigs,
     Run<IncrementalAlterConfigsRequest, OnIncrementalAlterConfigs>},
    {ApiKey::kOffsetDelete, nullptr, Wait<OffsetDeleteRequest, OnOffsetDelete>},
    {ApiKey::kDescribeClientQuotas, Run<DescribeClientQuotasRequest, OnDescribeClientQuotas>},
    {ApiKey::kDescribeUserScramCredentials,
     Run<DescribeUserScramCredentialsRequest, OnDescribeUserScramCredentials>},
    {ApiKey::kAlterUserScramCredentials, nullptr,
     Wait<AlterUserScramCredentialsRequest, OnAlterUserScramCredentials>},
    {ApiKey::kDescribeCluster, Run<DescribeClusterRequest, OnDescribeCluster>},
    {ApiKey::kConsumerGroupHeartbeat, Run<ConsumerGroupHeartbeatRequest, OnConsumerGroupHeartbeat>},
    {ApiKey::kDescribeTopicPartitions,
     Run<DescribeTopicPartitionsRequest, OnDescribeTopicPartitions>},
});
static_assert(std::ranges::equal(kHandlers, kApis, {}, &Row::key, &Api::key),
              "every API of the table has its handler, in the same order");

// Under which a request is counted whose header says none that there is.
constexpr ApiKey kNoApi{-1};

// A response on its way out, with `parts` in the places that its Records name by id.
Reply ToReply(Result<Frame> frame, std::vector<FilePart> parts = {}) {
  if (!frame) {
    Note(NoteLevel::kError, "a response could not be encoded: " + frame.error().context);
    return CloseBecause(std::move(frame).error().context);
  }
  Reply reply;
  reply.worst = frame->worst;
  size_t sent = 0;
  const std::span<const std::byte> bytes(frame->bytes);
  for (const ExternalMark& mark : frame->external) {
    const auto before = bytes.subspan(sent, mark.at - sent);
    reply.chunks.emplace_back(std::vector<std::byte>(before.begin(), before.end()));
    reply.chunks.emplace_back(std::move(parts[mark.records.id]));
    sent = mark.at;
  }
  if (sent == 0) {
    reply.chunks.emplace_back(std::move(frame->bytes));
  } else if (sent < bytes.size()) {
    const auto rest = bytes.subspan(sent);
    reply.chunks.emplace_back(std::vector<std::byte>(rest.begin(), rest.end()));
  }
  return reply;
}

// An ApiVersions request of a version to come: its sender learns from an answer in version 0 which
// one to try next (KIP-511).
Reply UnknownApiVersionsReply(const RequestHeader& header) {
  ApiVersionsResponse response;
  response.error_code = ErrorCode::kUnsupportedVersion;
  const Api& api = *FindApi(ApiKey::kApiVersions);
  response.api_keys.push_back({static_cast<int16_t>(api.key), api.versions.min, api.versions.max});
  return ToReply(EncodeResponse(response, 0, header.correlation_id));
}

}  // namespace

Reply ReplyOf(const Call& call, const MessageType& type, const void* response,
              std::vector<FilePart> parts) {
  Trace("response", call, type, response);
  const RequestHeader& header = call.header;
  return ToReply(EncodeResponseOf(*FindApi(header.api_key), type, response, header.api_version,
                                  header.correlation_id),
                 std::move(parts));
}

asio::awaitable<Reply> Broker::Answer(RequestFrame frame, Session& session) {
  const auto begun = std::chrono::steady_clock::now();
  WireReader body(frame.bytes());
  const auto header = DecodeRequestHeader(body);
  const auto count = [&](RequestResult result) {
    traffic.AddRequest(header ? header->api_key : kNoApi, result,
                       std::chrono::steady_clock::now() - begun);
  };
  const auto give_up = [&](std::string reason) {
    count(RequestResult::kClosed);
    return CloseBecause(std::move(reason));
  };
  if (!header) co_return give_up(header.error().context);
  if (const Status admitted = session.Admit(header->api_key); !admitted) {
    const bool not_begun = admitted.error().fault == Fault::kUnsupported;
    refusals.AddLogin(not_begun ? LoginRefusal::kNotBegun : LoginRefusal::kOver, std::nullopt,
                      session.peer().client_host + ": " + admitted.error().context);
    co_return give_up(admitted.error().context);
  }
  const Call call{*header, session.peer(), session};
  if (!IsSupported(*header)) {
    if (header->api_key == ApiKey::kApiVersions) {
      count(RequestResult::kRefused);
      co_return UnknownApiVersionsReply(*header);
    }
    co_return give_up("version " + std::to_string(header->api_version) + " of " +
                      FindApi(header->api_key)->name + " is not offered");
  }
  const auto row = std::ranges::lower_bound(kHandlers, header->api_key, {}, &Row::key);
  Reply reply;
  if (row->wait != nullptr) {
    reply = co_await row->wait(*this, call, body, frame);
  } else {
    reply = row->run(*this, call, body);
  }
  count(reply.kind == Reply::Kind::kClose ? RequestResult::kClosed : ResultOf(reply.worst));
  co_return reply;
}

void Broker::OnOpening(Opening what, const Session& session) {
  switch (what) {
    case Opening::kHandshake:
      return refusals.AddHandshake();
    case Opening::kHandshakeFailed:
      return refusals.AddFailedHandshake();
    case Opening::kUnfinished:
      return refusals.AddLogin(LoginRefusal::kUnfinished, std::nullopt,
                               session.peer().client_host + ": no authentication in time");
  }
}

}  // namespace gamevents::broker
