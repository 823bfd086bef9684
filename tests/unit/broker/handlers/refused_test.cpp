// Goal: what is not here, and what clients would try for ever, is refused with an answer. Method:
// requests of all versions through Broker::Answer.
#include "tests/unit/broker/handlers/fixture.h"

namespace gamevents::broker {

TEST_CASE("what is not here, but clients try for ever without an answer, is refused by name") {
  BrokerFixture f;
  for (int16_t version = 0; version <= 1; ++version) {
    ConsumerGroupHeartbeatRequest join;
    join.group_id = "g";
    join.member_id = "m";
    join.subscribed_topic_names = {{"t"}};
    const auto group = f.Ask<ConsumerGroupHeartbeatResponse>(join, version);
    CHECK(group.error_code == ErrorCode::kUnsupportedVersion);
    CHECK(group.error_message->find("group.protocol=classic") != std::string::npos);
  }
}

TEST_CASE("there are no ACLs") {
  BrokerFixture f;
  const auto acls = f.Ask<DescribeAclsResponse>(DescribeAclsRequest{});
  CHECK(acls.error_code == ErrorCode::kSecurityDisabled);
  CHECK(acls.resources.empty());
}

}  // namespace gamevents::broker
