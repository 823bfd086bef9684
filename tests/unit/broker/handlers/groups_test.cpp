// Goal: the group APIs say in every version what the coordinator decided. Method: a member's life
// through Broker::Answer, in old and new versions.
#include "tests/unit/broker/handlers/fixture.h"

namespace gamevents::broker {
namespace {

JoinGroupRequest JoinOf(const std::string& member_id = "") {
  JoinGroupRequest request;
  request.group_id = "g";
  request.session_timeout_ms = 10'000;
  request.rebalance_timeout_ms = 30'000;
  request.member_id = member_id;
  request.protocol_type = "consumer";
  request.protocols = {{"range", {}}};
  return request;
}

struct Member {
  std::string id;
  int32_t generation;
};

// A member of a stable group.
Member JoinAndSync(BrokerFixture& f) {
  const auto told = f.Ask<JoinGroupResponse>(JoinOf());
  REQUIRE(told.error_code == ErrorCode::kMemberIdRequired);
  const auto joined = f.Ask<JoinGroupResponse>(JoinOf(told.member_id));
  REQUIRE(joined.error_code == ErrorCode::kNone);
  SyncGroupRequest sync;
  sync.group_id = "g";
  sync.member_id = joined.member_id;
  sync.generation_id = joined.generation_id;
  sync.protocol_type = "consumer";
  sync.protocol_name = "range";
  sync.assignments = {{joined.member_id, Bytes(3, std::byte{7})}};
  const auto synced = f.Ask<SyncGroupResponse>(sync);
  REQUIRE(synced.error_code == ErrorCode::kNone);
  CHECK(synced.assignment == Bytes(3, std::byte{7}));
  CHECK(synced.protocol_name == "range");
  return {joined.member_id, joined.generation_id};
}

OffsetCommitRequest CommitOf(int64_t offset, const Member& member = {"", -1}) {
  OffsetCommitRequest request;
  request.group_id = "g";
  request.member_id = member.id;
  request.generation_id_or_member_epoch = member.generation;
  request.topics = {{"t", {{0, offset, -1, "note"}}}};
  return request;
}

ErrorCode Commit(BrokerFixture& f, const OffsetCommitRequest& request, int16_t version = 9) {
  return f.Ask<OffsetCommitResponse>(request, version).topics.at(0).partitions.at(0).error_code;
}

}  // namespace

TEST_CASE("who waits for the other members holds no request memory") {
  BrokerFixture f;
  const Member me = JoinAndSync(f);
  RequestBudget budget(100);
  RequestBudget::Lease lease;
  REQUIRE(budget.TryTake(lease, 100));
  const auto told = f.Ask<JoinGroupResponse>(JoinOf());
  // Waits until the first member joins again, which it never does.
  const auto joining = f.Start(JoinOf(told.member_id), 9, std::move(lease));
  CHECK_FALSE(joining->has_value());
  CHECK(budget.free() == 100);
  LeaveGroupRequest leave;
  leave.group_id = "g";
  leave.members = {{me.id, std::nullopt, std::nullopt}};
  CHECK(f.Ask<LeaveGroupResponse>(leave).error_code == ErrorCode::kNone);
  CHECK(f.Await(joining).kind == Reply::Kind::kSend);
}

TEST_CASE("a member joins, syncs, beats and leaves") {
  BrokerFixture f;
  const Member me = JoinAndSync(f);
  HeartbeatRequest beat;
  beat.group_id = "g";
  beat.member_id = me.id;
  beat.generation_id = me.generation;
  CHECK(f.Ask<HeartbeatResponse>(beat).error_code == ErrorCode::kNone);
  beat.generation_id = 99;
  CHECK(f.Ask<HeartbeatResponse>(beat).error_code == ErrorCode::kIllegalGeneration);
  beat.group_id = "other";
  CHECK(f.Ask<HeartbeatResponse>(beat).error_code == ErrorCode::kUnknownMemberId);
  LeaveGroupRequest leave;
  leave.group_id = "g";
  leave.members = {{me.id, std::nullopt, std::nullopt}, {"nobody", std::nullopt, std::nullopt}};
  const auto left = f.Ask<LeaveGroupResponse>(leave);
  CHECK(left.error_code == ErrorCode::kNone);
  REQUIRE(left.members.size() == 2);
  CHECK(left.members[0].error_code == ErrorCode::kNone);
  CHECK(left.members[1].error_code == ErrorCode::kUnknownMemberId);
}

TEST_CASE("versions before 4 join at once, without being told an id first") {
  BrokerFixture f;
  for (int16_t version = 0; version < 4; ++version) {
    JoinGroupRequest request = JoinOf();
    request.group_id = "g" + std::to_string(version);
    const auto joined = f.Ask<JoinGroupResponse>(request, version);
    CHECK(joined.error_code == ErrorCode::kNone);
    CHECK(joined.leader == joined.member_id);
    CHECK(joined.members.size() == 1);
  }
  LeaveGroupRequest leave;
  leave.group_id = "g0";
  leave.member_id = "nobody";
  CHECK(f.Ask<LeaveGroupResponse>(leave, 0).error_code == ErrorCode::kUnknownMemberId);
}

TEST_CASE("a join that has to wait is answered when the others have come") {
  BrokerFixture f;
  const Member me = JoinAndSync(f);
  const auto waiting = f.Start(JoinOf(), 3);
  CHECK_FALSE(waiting->has_value());
  const int32_t first_correlation = f.correlation;
  const auto again = f.Ask<JoinGroupResponse>(JoinOf(me.id));
  CHECK(again.generation_id == me.generation + 1);
  CHECK(again.members.size() == 2);
  f.correlation = first_correlation;
  const auto joined = f.Read<JoinGroupResponse>(f.Await(waiting), 3);
  CHECK(joined.generation_id == again.generation_id);
  CHECK(joined.leader == me.id);
  CHECK(joined.members.empty());
}

TEST_CASE("a refused join has null names where the version allows it") {
  BrokerFixture f;
  JoinGroupRequest request = JoinOf();
  request.session_timeout_ms = 1;
  const auto newest = f.Ask<JoinGroupResponse>(request);
  CHECK(newest.error_code == ErrorCode::kInvalidSessionTimeout);
  CHECK_FALSE(newest.protocol_name);
  CHECK_FALSE(newest.protocol_type);
  CHECK(f.Ask<JoinGroupResponse>(request, 6).protocol_name == "");
  request = JoinOf();
  request.group_id = "";
  CHECK(f.Ask<JoinGroupResponse>(request).error_code == ErrorCode::kInvalidGroupId);
}

TEST_CASE("offsets are committed and fetched in every version, also after a restart") {
  BrokerFixture f;
  f.MakeTopic("t", 2);
  for (int16_t version = 2; version <= 9; ++version) {
    CHECK(Commit(f, CommitOf(version), version) == ErrorCode::kNone);
    for (int16_t fetch = 1; fetch <= 7; ++fetch) {
      OffsetFetchRequest request;
      request.group_id = "g";
      request.topics = {{"t", {0, 1}}};
      const auto answer = f.Ask<OffsetFetchResponse>(request, fetch);
      REQUIRE(answer.topics.size() == 1);
      CHECK(answer.topics[0].partitions[0].committed_offset == version);
      CHECK(answer.topics[0].partitions[0].metadata == "note");
      CHECK(answer.topics[0].partitions[1].committed_offset == -1);
      CHECK(answer.topics[0].partitions[1].error_code == ErrorCode::kNone);
      CHECK(answer.topics[0].partitions[1].metadata == "");
    }
  }
  f.Reopen();
  OffsetFetchRequest all;
  all.topics = std::nullopt;
  all.group_id = "g";
  CHECK(f.Ask<OffsetFetchResponse>(all, 2).topics.at(0).partitions.at(0).committed_offset == 9);
  OffsetFetchRequest many;
  many.groups = {{"g", std::nullopt, -1, std::nullopt},
                 {"unknown", std::nullopt, -1, std::nullopt},
                 {"unknown", std::nullopt, -1, {{{"t", {0}}}}}};
  const auto answer = f.Ask<OffsetFetchResponse>(many, 8);
  REQUIRE(answer.groups.size() == 3);
  CHECK(answer.groups[0].topics.at(0).partitions.at(0).committed_offset == 9);
  CHECK(answer.groups[1].topics.empty());
  CHECK(answer.groups[2].topics.at(0).partitions.at(0).committed_offset == -1);
}

TEST_CASE("a commit is refused for what is not there, and for who is not a member") {
  BrokerFixture f;
  f.MakeTopic("t");
  OffsetCommitRequest request = CommitOf(5);
  request.topics.push_back({"missing", {{0, 5, -1, std::nullopt}}});
  request.topics[0].partitions.push_back({7, 5, -1, std::nullopt});
  request.topics[0].partitions.push_back({0, 6, -1, std::nullopt});
  const auto answer = f.Ask<OffsetCommitResponse>(request);
  CHECK(answer.topics[0].partitions[0].error_code == ErrorCode::kNone);
  CHECK(answer.topics[0].partitions[1].error_code == ErrorCode::kUnknownTopicOrPartition);
  CHECK(answer.topics[0].partitions[2].error_code == ErrorCode::kNone);
  CHECK(answer.topics[1].partitions[0].error_code == ErrorCode::kUnknownTopicOrPartition);
  const Member me = JoinAndSync(f);
  CHECK(Commit(f, CommitOf(7, me)) == ErrorCode::kNone);
  CHECK(Commit(f, CommitOf(8)) == ErrorCode::kUnknownMemberId);
  CHECK(Commit(f, CommitOf(8, {me.id, me.generation + 1})) == ErrorCode::kIllegalGeneration);
  request = CommitOf(8, me);
  request.topics[0].partitions[0].committed_metadata = std::string(4097, 'm');
  CHECK(Commit(f, request) == ErrorCode::kOffsetMetadataTooLarge);
  CHECK(f.broker->groups->Offsets("g", nullptr).at(0).offset == 7);
}

TEST_CASE("groups are listed by state and type") {
  BrokerFixture f;
  f.MakeTopic("t");
  JoinAndSync(f);
  OffsetCommitRequest simple = CommitOf(1);
  simple.group_id = "simple";
  CHECK(Commit(f, simple) == ErrorCode::kNone);
  const auto names = [&](std::vector<std::string> states, std::vector<std::string> types) {
    std::vector<std::string> out;
    for (const ListedGroup& group :
         f.Ask<ListGroupsResponse>(ListGroupsRequest{std::move(states), std::move(types)}).groups) {
      out.push_back(group.group_id + ":" + group.group_state + ":" + group.group_type);
    }
    return out;
  };
  using Names = std::vector<std::string>;
  CHECK(names({}, {}) == Names{"g:Stable:classic", "simple:Empty:classic"});
  CHECK(names({"stable"}, {}) == Names{"g:Stable:classic"});
  CHECK(names({"Empty", "Dead"}, {"Classic"}) == Names{"simple:Empty:classic"});
  CHECK(names({}, {"consumer"}).empty());
  CHECK(f.Ask<ListGroupsResponse>(ListGroupsRequest{}, 0).groups.size() == 2);
}

TEST_CASE("groups are described; an unknown one is dead, and not found from version 6 on") {
  BrokerFixture f;
  const Member me = JoinAndSync(f);
  DescribeGroupsRequest request;
  request.groups = {"g", "unknown"};
  const auto newest = f.Ask<DescribeGroupsResponse>(request);
  REQUIRE(newest.groups.size() == 2);
  CHECK(newest.groups[0].group_state == "Stable");
  CHECK(newest.groups[0].protocol_data == "range");
  REQUIRE(newest.groups[0].members.size() == 1);
  CHECK(newest.groups[0].members[0].member_id == me.id);
  CHECK(newest.groups[0].members[0].client_id == "tester");
  CHECK(newest.groups[0].members[0].client_host == "/192.0.2.7");
  CHECK(newest.groups[1].error_code == ErrorCode::kGroupIdNotFound);
  CHECK(newest.groups[1].group_state == "Dead");
  const auto older = f.Ask<DescribeGroupsResponse>(request, 5);
  CHECK(older.groups[1].error_code == ErrorCode::kNone);
  CHECK(older.groups[1].group_state == "Dead");
  CHECK(newest.groups[0].authorized_operations == INT32_MIN);
  request.include_authorized_operations = true;
  for (int16_t version = 3; version <= 6; ++version) {
    CHECK(f.Ask<DescribeGroupsResponse>(request, version).groups[0].authorized_operations == 3400);
  }
}

TEST_CASE("a description of groups is limited, and says for which there was no room") {
  BrokerOptions options;
  options.limits.describe_bytes_max = 1000;
  BrokerFixture f(options);
  const Member me = JoinAndSync(f);
  DescribeGroupsRequest request;
  request.groups = std::vector<std::string>(100, "g");
  const auto answer = f.Ask<DescribeGroupsResponse>(request);
  REQUIRE(answer.groups.size() == 100);
  CHECK(answer.groups[0].error_code == ErrorCode::kNone);
  CHECK(answer.groups[0].members.at(0).member_id == me.id);
  CHECK(answer.groups[99].error_code == ErrorCode::kPolicyViolation);
  CHECK(answer.groups[99].members.empty());
  f.options.limits.describe_bytes_max = 1;
  f.Reopen();
  request.groups = {"g", "g"};
  CHECK(f.Ask<DescribeGroupsResponse>(request).groups[0].error_code == ErrorCode::kNone);
}

TEST_CASE("requests about groups that cannot be are refused with the code for it") {
  BrokerFixture f;
  f.MakeTopic("t");
  HeartbeatRequest beat;
  CHECK(f.Ask<HeartbeatResponse>(beat).error_code == ErrorCode::kInvalidGroupId);
  LeaveGroupRequest leave;
  leave.members.resize(1);
  CHECK(f.Ask<LeaveGroupResponse>(leave).error_code == ErrorCode::kInvalidGroupId);
  CHECK(f.Ask<LeaveGroupResponse>(leave).members.empty());
  SyncGroupRequest sync;
  CHECK(f.Ask<SyncGroupResponse>(sync, 4).error_code == ErrorCode::kInvalidGroupId);
  CHECK(f.Ask<SyncGroupResponse>(sync, 5).error_code == ErrorCode::kInconsistentGroupProtocol);
  OffsetDeleteRequest forget;
  CHECK(f.Ask<OffsetDeleteResponse>(forget).error_code == ErrorCode::kInvalidGroupId);

  OffsetCommitRequest commit = CommitOf(5, {"m", 3});
  const auto code = [&](int16_t version) {
    return f.Ask<OffsetCommitResponse>(commit, version).topics.at(0).partitions.at(0).error_code;
  };
  CHECK(code(9) == ErrorCode::kGroupIdNotFound);
  CHECK(code(8) == ErrorCode::kIllegalGeneration);
  CHECK(Commit(f, CommitOf(5)) == ErrorCode::kNone);
  CHECK(code(9) == ErrorCode::kUnknownMemberId);
}

TEST_CASE("offsets are committed without a group's name as well, and under no generation") {
  BrokerFixture f;
  f.MakeTopic("t");
  OffsetCommitRequest nameless = CommitOf(5);
  nameless.group_id = "";
  CHECK(Commit(f, nameless) == ErrorCode::kNone);
  f.Reopen();
  CHECK(f.broker->groups->Offsets("", nullptr).at(0).offset == 5);
  nameless = CommitOf(6, {"m", 1});
  nameless.group_id = "";
  CHECK(Commit(f, nameless) == ErrorCode::kUnknownMemberId);
  CHECK(f.broker->groups->Offsets("", nullptr).at(0).offset == 5);
}

TEST_CASE("topics without partitions are in the answers that Kafka has them in") {
  BrokerFixture f;
  f.MakeTopic("t");
  OffsetCommitRequest commit = CommitOf(5);
  commit.topics[0].partitions.clear();
  CHECK(f.Ask<OffsetCommitResponse>(commit).topics.empty());
  CHECK(Commit(f, CommitOf(5)) == ErrorCode::kNone);
  OffsetDeleteRequest forget;
  forget.group_id = "g";
  forget.topics = {{"t", {}}};
  CHECK(f.Ask<OffsetDeleteResponse>(forget).topics.empty());
  OffsetFetchRequest fetch;
  fetch.groups = {{"g", std::nullopt, -1, {{{"t", {}}, {"t", {0}}}}}};
  const auto fetched = f.Ask<OffsetFetchResponse>(fetch).groups.at(0).topics;
  REQUIRE(fetched.size() == 2);
  CHECK(fetched[0].partitions.empty());
  CHECK(fetched[1].partitions.at(0).committed_offset == 5);
}

TEST_CASE("groups and single offsets are deleted when nobody uses them") {
  BrokerFixture f;
  f.MakeTopic("t", 2);
  CHECK(Commit(f, CommitOf(5)) == ErrorCode::kNone);
  OffsetDeleteRequest forget;
  forget.group_id = "g";
  forget.topics = {{"t", {{0}, {1}}}};
  const auto forgotten = f.Ask<OffsetDeleteResponse>(forget);
  CHECK(forgotten.error_code == ErrorCode::kNone);
  CHECK(forgotten.topics.at(0).partitions.size() == 2);
  CHECK(f.broker->groups->Offsets("g", nullptr).empty());
  forget.topics = {{"t", {{0}, {7}}}, {"typo", {{0}}}};
  const auto partly = f.Ask<OffsetDeleteResponse>(forget);
  CHECK(partly.topics.at(0).partitions.at(0).error_code == ErrorCode::kNone);
  CHECK(partly.topics.at(0).partitions.at(1).error_code == ErrorCode::kUnknownTopicOrPartition);
  CHECK(partly.topics.at(1).partitions.at(0).error_code == ErrorCode::kUnknownTopicOrPartition);
  forget.group_id = "unknown";
  CHECK(f.Ask<OffsetDeleteResponse>(forget).error_code == ErrorCode::kGroupIdNotFound);

  CHECK(Commit(f, CommitOf(5)) == ErrorCode::kNone);
  JoinAndSync(f);
  OffsetCommitRequest simple = CommitOf(1);
  simple.group_id = "simple";
  CHECK(Commit(f, simple) == ErrorCode::kNone);
  DeleteGroupsRequest request;
  request.groups_names = {"g", "simple", "unknown", "simple"};
  const auto answer = f.Ask<DeleteGroupsResponse>(request);
  CHECK(answer.results.size() == 3);
  CHECK(answer.results.at(0).error_code == ErrorCode::kNonEmptyGroup);
  CHECK(answer.results.at(1).error_code == ErrorCode::kNone);
  CHECK(answer.results.at(2).error_code == ErrorCode::kGroupIdNotFound);
}

}  // namespace gamevents::broker
