// Goal: every version that is offered is answered, every other is refused as clients expect it, and
// a malformed body closes the connection. Method: frames of all APIs through Broker::Answer.
#include "tests/unit/broker/handlers/fixture.h"

#include <array>

namespace gamevents::broker {
namespace {

// The error of an answer to a request that says nothing, in all of its versions.
template <class Request, class Response>
int AskAllVersions(BrokerFixture& f, const Request& request = {}) {
  int asked = 0;
  const VersionRange versions = VersionsOf<Request>();
  for (int16_t version = versions.min; version <= versions.max; ++version) {
    INFO(FindApi(Request::kKey)->name << " version " << version);
    f.Ask<Response>(request, version);
    ++asked;
  }
  return asked;
}

int AskAll(BrokerFixture& f) {
  ProduceRequest produce;
  produce.acks = 1;
  int asked = AskAllVersions<ProduceRequest, ProduceResponse>(f, produce);
  asked += AskAllVersions<FetchRequest, FetchResponse>(f);
  asked += AskAllVersions<ListOffsetsRequest, ListOffsetsResponse>(f);
  asked += AskAllVersions<MetadataRequest, MetadataResponse>(f);
  asked += AskAllVersions<OffsetCommitRequest, OffsetCommitResponse>(f);
  asked += AskAllVersions<OffsetFetchRequest, OffsetFetchResponse>(f);
  asked += AskAllVersions<FindCoordinatorRequest, FindCoordinatorResponse>(f);
  asked += AskAllVersions<JoinGroupRequest, JoinGroupResponse>(f);
  asked += AskAllVersions<HeartbeatRequest, HeartbeatResponse>(f);
  asked += AskAllVersions<LeaveGroupRequest, LeaveGroupResponse>(f);
  asked += AskAllVersions<SyncGroupRequest, SyncGroupResponse>(f);
  asked += AskAllVersions<DescribeGroupsRequest, DescribeGroupsResponse>(f);
  asked += AskAllVersions<ListGroupsRequest, ListGroupsResponse>(f);
  asked += AskAllVersions<SaslHandshakeRequest, SaslHandshakeResponse>(f);
  asked += AskAllVersions<ApiVersionsRequest, ApiVersionsResponse>(f, {"tester", "1.0"});
  asked += AskAllVersions<CreateTopicsRequest, CreateTopicsResponse>(f);
  asked += AskAllVersions<DeleteTopicsRequest, DeleteTopicsResponse>(f);
  asked += AskAllVersions<DeleteRecordsRequest, DeleteRecordsResponse>(f);
  asked += AskAllVersions<InitProducerIdRequest, InitProducerIdResponse>(f);
  asked += AskAllVersions<OffsetForLeaderEpochRequest, OffsetForLeaderEpochResponse>(f);
  asked += AskAllVersions<DescribeAclsRequest, DescribeAclsResponse>(f);
  asked += AskAllVersions<DescribeConfigsRequest, DescribeConfigsResponse>(f);
  asked += AskAllVersions<AlterConfigsRequest, AlterConfigsResponse>(f);
  asked += AskAllVersions<DescribeLogDirsRequest, DescribeLogDirsResponse>(f);
  asked += AskAllVersions<SaslAuthenticateRequest, SaslAuthenticateResponse>(f);
  asked += AskAllVersions<CreatePartitionsRequest, CreatePartitionsResponse>(f);
  asked += AskAllVersions<DeleteGroupsRequest, DeleteGroupsResponse>(f);
  asked += AskAllVersions<IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse>(f);
  asked += AskAllVersions<OffsetDeleteRequest, OffsetDeleteResponse>(f);
  asked += AskAllVersions<DescribeClientQuotasRequest, DescribeClientQuotasResponse>(f);
  asked +=
      AskAllVersions<DescribeUserScramCredentialsRequest, DescribeUserScramCredentialsResponse>(f);
  asked += AskAllVersions<AlterUserScramCredentialsRequest, AlterUserScramCredentialsResponse>(f);
  asked += AskAllVersions<DescribeClusterRequest, DescribeClusterResponse>(f);
  asked += AskAllVersions<ConsumerGroupHeartbeatRequest, ConsumerGroupHeartbeatResponse>(f);
  asked += AskAllVersions<DescribeTopicPartitionsRequest, DescribeTopicPartitionsResponse>(f);
  return asked;
}

std::vector<std::byte> HeaderOnly(int16_t key, int16_t version, int32_t correlation) {
  WireWriter out;
  out.WriteInt(key);
  out.WriteInt(version);
  out.WriteInt(correlation);
  out.WriteString("tester", Form::kPlain);
  return std::move(out).TakeBytes();
}

}  // namespace

TEST_CASE("every version of every API in the table is answered") {
  BrokerFixture f;
  f.MakeTopic("events");
  int offered = 0;
  for (const Api& api : kApis) offered += api.versions.max - api.versions.min + 1;
  CHECK(AskAll(f) == offered);
}

TEST_CASE("ApiVersions tells what there is") {
  BrokerFixture f;
  const auto answer = f.Ask<ApiVersionsResponse>(ApiVersionsRequest{"apache-kafka-java", "4.3.1"});
  CHECK(answer.error_code == ErrorCode::kNone);
  REQUIRE(answer.api_keys.size() == kApis.size());
  CHECK(answer.api_keys[0].api_key == 0);
  CHECK(answer.api_keys[0].min_version == 0);  // See AdvertisedMin.
  CHECK(answer.api_keys[1].min_version == 4);
  CHECK(answer.api_keys[1].max_version == 18);
  REQUIRE(answer.supported_features.size() == 1);
  CHECK(answer.supported_features[0].name == "metadata.version");
  CHECK(answer.supported_features[0].max_version == 30);  // Kafka 4.3
  REQUIRE(answer.finalized_features.size() == 1);
  CHECK(answer.finalized_features[0].name == "metadata.version");
  CHECK(answer.finalized_features[0].max_version_level == 30);
  CHECK(answer.finalized_features_epoch >= 0);  // Clients skip the list otherwise.

  CHECK(f.Ask<ApiVersionsResponse>(ApiVersionsRequest{"bad name", "1"}).error_code ==
        ErrorCode::kInvalidRequest);
  CHECK(f.Ask<ApiVersionsResponse>(ApiVersionsRequest{"", ""}).error_code ==
        ErrorCode::kInvalidRequest);
  CHECK(f.Ask<ApiVersionsResponse>(ApiVersionsRequest{}, 2).error_code == ErrorCode::kNone);
}

TEST_CASE("an ApiVersions request of the future is answered with error 35 in version 0") {
  BrokerFixture f;
  f.correlation = 77;
  auto bytes = HeaderOnly(18, 99, 77);
  bytes.resize(bytes.size() + 20, std::byte{0xee});  // A body that nobody can know.
  const auto answer = f.Read<ApiVersionsResponse>(f.Await(f.StartFrame(bytes)), 0);
  CHECK(answer.error_code == ErrorCode::kUnsupportedVersion);
  REQUIRE(answer.api_keys.size() == 1);
  CHECK(answer.api_keys[0].api_key == 18);
  CHECK(answer.api_keys[0].max_version == FindApi(ApiKey::kApiVersions)->versions.max);
}

TEST_CASE("what cannot be answered closes the connection, and says why") {
  BrokerFixture f;
  const auto closes = [&](std::span<const std::byte> bytes) {
    const Reply reply = f.Await(f.StartFrame(bytes));
    return reply.kind == Reply::Kind::kClose && !reply.reason.empty();
  };
  CHECK(closes({}));
  CHECK(closes(HeaderOnly(69, 0, 1)));  // An API that we do not have.
  CHECK(closes(HeaderOnly(-1, 0, 1)));
  CHECK(closes(HeaderOnly(3, 99, 1)));  // A version that we do not have.
  CHECK(closes(HeaderOnly(0, 2, 1)));   // Shown, but refused: see AdvertisedMin.
  // Every whole request, cut short anywhere in its body.
  int cuts = 0;
  const auto whole = EncodeRequest(
      CreateTopicsRequest{{{"events", 1, 1, {}, {{"retention.ms", "1"}}}}, 1000, false},
      RequestHeader{ApiKey::kCreateTopics, 7, 1, "tester"});
  const auto frame = std::span(whole->bytes).subspan(kFrameSizeBytes);
  for (size_t size = 0; size < frame.size(); ++size, ++cuts) CHECK(closes(frame.first(size)));
  CHECK(cuts > 40);
  CHECK_FALSE(f.logs->Find("events"));
}

}  // namespace gamevents::broker
