// Goal: the table says for every API what it needs, and the answers follow the roles. Method: the
// table beside kApis; users with one role each, asked about their own and another topic. What each
// API answers to whom is shown by tests/interop/test_authorization.py.
#include "core/broker/handlers/authorize.h"

#include "core/access/user_lines.h"
#include "tests/unit/access/users.h"
#include "tests/unit/broker/handlers/fixture.h"

#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace gamevents::broker {
namespace {

// A session of a user with these grants.
struct Known {
  explicit Known(std::vector<access::Grant> grants) {
    access::User user = access::UserOf("ann", "right");
    user.grants = std::move(grants);
    const auto users =
        access::UserFile::Open(folder.Write("users", access::FormatUser(user))).value();
    session = std::make_unique<Session>(Peer{}, Admission{users, true, {}});
    REQUIRE(session->Begin("PLAIN") == ErrorCode::kNone);
    REQUIRE(session->Next(std::string("\0ann\0right", 10)).ok());
  }
  Call As(ApiKey key) {
    header.api_key = key;
    return {header, session->peer(), *session};
  }

  TempFolder folder;
  RequestHeader header;
  std::unique_ptr<Session> session;
};

}  // namespace

TEST_CASE("every API says what it needs") {
  CHECK(std::ranges::equal(AllApiNeeds(), kApis, {}, &ApiNeeds::key, &Api::key));
}

TEST_CASE("a reader reads its topics and uses groups") {
  Known reader({{access::Role::kRead, "game-"}});
  CHECK(MayUse(reader.As(ApiKey::kFetch), "game-events"));
  CHECK_FALSE(MayUse(reader.As(ApiKey::kFetch), "other"));
  CHECK_FALSE(MayUse(reader.As(ApiKey::kProduce), "game-events"));
  CHECK(MayUse(reader.As(ApiKey::kMetadata), "game-events"));
  CHECK_FALSE(MayUse(reader.As(ApiKey::kDeleteTopics), "game-events"));
  CHECK(MayAsk(reader.As(ApiKey::kJoinGroup)));
  CHECK_FALSE(MayAsk(reader.As(ApiKey::kInitProducerId)));
  CHECK_FALSE(MayAsk(reader.As(ApiKey::kAlterUserScramCredentials)));
  CHECK(TopicOperations(reader.As(ApiKey::kMetadata), "game-events") == (8 | 256 | 1024));
  CHECK(TopicOperations(reader.As(ApiKey::kMetadata), "other") == 0);
  CHECK(GroupOperations(reader.As(ApiKey::kDescribeGroups)) == (8 | 256));
  CHECK(ClusterOperations(reader.As(ApiKey::kMetadata)) == 0);
}

TEST_CASE("a writer writes, an admin does all") {
  Known writer({{access::Role::kWrite, ""}});
  CHECK(MayUse(writer.As(ApiKey::kProduce), "events"));
  CHECK_FALSE(MayUse(writer.As(ApiKey::kFetch), "events"));
  CHECK(MayAsk(writer.As(ApiKey::kInitProducerId)));
  CHECK_FALSE(MayAsk(writer.As(ApiKey::kJoinGroup)));
  CHECK(ClusterOperations(writer.As(ApiKey::kMetadata)) == 0);
  Known admin({{access::Role::kAdmin, ""}});
  for (const ApiNeeds& needs : AllApiNeeds()) {
    CHECK(MayAsk(admin.As(needs.key)));
    CHECK(MayUse(admin.As(needs.key), "events"));
  }
  CHECK(TopicOperations(admin.As(ApiKey::kMetadata), "events") == kTopicOperations);
  CHECK(ClusterOperations(admin.As(ApiKey::kMetadata)) == kClusterOperations);
}

TEST_CASE("a request is counted once when a role is missing, whatever it asks for") {
  BrokerFixture f;
  Known reader({{access::Role::kRead, "game-"}});
  const auto ask = [&](const auto& request, int16_t version) {
    const auto frame = EncodeRequest(
        request, RequestHeader{std::decay_t<decltype(request)>::kKey, version, 1, "tester"});
    REQUIRE(frame.ok());
    f.Await(StartOn(f.loop, *f.broker, *reader.session,
                    std::span(frame->bytes).subspan(kFrameSizeBytes)));
  };
  const auto topics = [](std::vector<std::string> names) {
    MetadataRequest request;
    request.topics.emplace();
    for (std::string& name : names) request.topics->emplace_back().name = std::move(name);
    request.allow_auto_topic_creation = false;
    return request;
  };
  ask(topics({"other", "secret", "game-events"}), 12);
  CHECK(f.broker->traffic.requests(ApiKey::kMetadata, RequestResult::kDenied) == 1);
  // A list of what the client may see refuses nothing.
  ask(MetadataRequest{}, 12);
  ask(topics({"game-events"}), 12);
  CHECK(f.broker->traffic.requests(ApiKey::kMetadata, RequestResult::kDenied) == 1);
  ask(DescribeClientQuotasRequest{}, 1);
  ask(AlterUserScramCredentialsRequest{{{"ann", 1}}, {}}, 0);
  CHECK(f.broker->traffic.requests(ApiKey::kDescribeClientQuotas, RequestResult::kDenied) == 1);
  CHECK(f.broker->traffic.requests(ApiKey::kAlterUserScramCredentials, RequestResult::kDenied) ==
        1);
}

TEST_CASE("the broker's own topic is that of the cluster's admins") {
  Known reader({{access::Role::kRead, ""}});
  CHECK_FALSE(MayUse(reader.As(ApiKey::kFetch), kOffsetsTopic));
  Known partly({{access::Role::kAdmin, "__"}});
  CHECK_FALSE(MayUse(partly.As(ApiKey::kFetch), kOffsetsTopic));
  Known admin({{access::Role::kAdmin, ""}});
  CHECK(MayUse(admin.As(ApiKey::kFetch), kOffsetsTopic));
}

TEST_CASE("a user without roles may do nothing, but learn who the cluster is") {
  Known nobody({});
  for (const ApiNeeds& needs : AllApiNeeds()) {
    if (needs.request == Need::kNothing && needs.topic == Need::kNothing) continue;
    INFO(static_cast<int>(needs.key));
    CHECK_FALSE((MayAsk(nobody.As(needs.key)) && MayUse(nobody.As(needs.key), "events")));
  }
}

}  // namespace gamevents::broker
