// Goal: members come, stay, fall silent and go as Kafka's clients expect it of a coordinator.
// Method: the state machine alone, with given time; every answer is kept and looked at.
#include "core/broker/groups/group.h"

#include "core/base/bytes.h"
#include "tests/unit/catch.h"

#include <memory>

namespace gamevents::broker {
namespace {

using namespace std::chrono_literals;

Bytes GroupBytesOf(std::string_view text) {
  const auto bytes = AsBytes(text);
  return {bytes.begin(), bytes.end()};
}

// An answer that has come, or not yet.
template <class Answer>
using Slot = std::shared_ptr<std::optional<Answer>>;

// A group and its time. Answers are delivered at once, as the coordinator does it after its lock.
struct GroupFixture {
  explicit GroupFixture(size_t members_max = 10, int32_t generation = 0)
      : group("g", members_max, generation) {}

  static JoinCall Call(std::string member_id = "") {
    JoinCall call;
    call.member_id = std::move(member_id);
    call.client_id = "client";
    call.client_host = "/127.0.0.1";
    call.session_timeout = 10s;
    call.rebalance_timeout = 30s;
    call.protocol_type = "consumer";
    call.protocols = {{"range", GroupBytesOf("r")}, {"roundrobin", GroupBytesOf("rr")}};
    return call;
  }

  Slot<JoinAnswer> Join(const JoinCall& call) {
    auto slot = std::make_shared<std::optional<JoinAnswer>>();
    group.Join(call, now, Keep(slot), out);
    Deliver();
    return slot;
  }
  Slot<SyncAnswer> Sync(const std::string& member, int32_t generation,
                        std::map<std::string, Bytes> assignments = {},
                        std::optional<std::string> instance = std::nullopt) {
    SyncCall call;
    call.member_id = member;
    call.instance_id = std::move(instance);
    call.generation = generation;
    call.assignments = std::move(assignments);
    auto slot = std::make_shared<std::optional<SyncAnswer>>();
    group.Sync(call, now, Keep(slot), out);
    Deliver();
    return slot;
  }
  ErrorCode Beat(const std::string& member, int32_t generation) {
    return group.Heartbeat(member, std::nullopt, generation, now);
  }
  ErrorCode Leave(const std::string& member, std::optional<std::string> instance = std::nullopt) {
    const ErrorCode error = group.Leave(member, instance, now, out);
    Deliver();
    return error;
  }
  void Pass(std::chrono::milliseconds time) {
    now += time;
    group.Tick(now, out);
    Deliver();
  }

  // A lone member of generation 1 with the assignment "all".
  std::string StableAlone() {
    const auto joined = Join(Call());
    const std::string id = (*joined)->member_id;
    CHECK((*Sync(id, (*joined)->generation, {{id, GroupBytesOf("all")}}))->error ==
          ErrorCode::kNone);
    CHECK(group.state() == Group::State::kStable);
    return id;
  }
  // Three members of one stable generation, the leader first.
  std::vector<std::string> StableOfThree() {
    const std::string a = StableAlone();
    const auto b = Join(Call());
    const auto c = Join(Call());
    const auto again = Join(Call(a));
    REQUIRE(*again);
    REQUIRE(*b);
    REQUIRE(*c);
    std::vector<std::string> ids{a, (*b)->member_id, (*c)->member_id};
    const int32_t generation = group.generation();
    const auto waits = Sync(ids[1], generation);
    CHECK_FALSE(waits->has_value());
    CHECK((*Sync(a, generation, {{a, GroupBytesOf("0")}, {ids[1], GroupBytesOf("1")}}))->error ==
          ErrorCode::kNone);
    CHECK((*waits)->assignment == GroupBytesOf("1"));
    CHECK((*Sync(ids[2], generation))->assignment.empty());
    return ids;
  }

  Group group;
  Group::TimePoint now{1000s};
  Outbox out;

 private:
  template <class Answer>
  static std::function<void(Answer)> Keep(Slot<Answer> slot) {
    return [slot](Answer answer) {
      REQUIRE_FALSE(slot->has_value());  // Answered once only.
      *slot = std::move(answer);
    };
  }
  void Deliver() {
    for (auto& callback : std::exchange(out, {})) callback();
  }
};

JoinCall StaticCall(const std::string& instance, std::string member_id = "") {
  JoinCall call = GroupFixture::Call(std::move(member_id));
  call.instance_id = instance;
  return call;
}

}  // namespace

TEST_CASE("the first member leads a generation of its own") {
  GroupFixture f;
  CHECK(f.group.state_name() == "Empty");
  const auto joined = f.Join(GroupFixture::Call());
  REQUIRE(*joined);
  const JoinAnswer& answer = **joined;
  CHECK(answer.error == ErrorCode::kNone);
  CHECK(answer.generation == 1);
  CHECK(answer.protocol_type == "consumer");
  CHECK(answer.protocol_name == "range");
  CHECK(answer.leader == answer.member_id);
  CHECK(answer.member_id.starts_with("client-"));
  REQUIRE(answer.members.size() == 1);
  CHECK(answer.members[0].metadata == GroupBytesOf("r"));
  CHECK(f.group.state_name() == "CompletingRebalance");
  const auto synced = f.Sync(answer.member_id, 1, {{answer.member_id, GroupBytesOf("all")}});
  CHECK((*synced)->assignment == GroupBytesOf("all"));
  CHECK((*synced)->protocol_name == "range");
  CHECK(f.group.state_name() == "Stable");
  CHECK(f.group.Members()[0].assignment == GroupBytesOf("all"));
  CHECK(f.group.Members()[0].client_host == "/127.0.0.1");
  CHECK(f.Beat(answer.member_id, 1) == ErrorCode::kNone);
}

TEST_CASE("a newcomer that can is told its id first, and held against others until it is back") {
  GroupFixture f;
  JoinCall call = GroupFixture::Call();
  call.id_first = true;
  const auto told = f.Join(call);
  CHECK((*told)->error == ErrorCode::kMemberIdRequired);
  CHECK_FALSE((*told)->member_id.empty());
  CHECK(f.group.HasMembers());
  CHECK(f.group.Members().empty());

  const auto other = f.Join(GroupFixture::Call());
  CHECK_FALSE(other->has_value());  // It waits for who was promised a place.
  call.member_id = (*told)->member_id;
  const auto joined = f.Join(call);
  REQUIRE(*joined);
  REQUIRE(*other);
  CHECK((*joined)->generation == 1);
  CHECK((*other)->leader == (*other)->member_id);
  CHECK((*other)->members.size() == 2);
  CHECK((*joined)->members.empty());

  SECTION("an id that was never given is unknown") {
    CHECK((*f.Join(GroupFixture::Call("client-of-mine")))->error == ErrorCode::kUnknownMemberId);
  }
  SECTION("one that is not taken up is forgotten") {
    GroupFixture alone;
    JoinCall first = GroupFixture::Call();
    first.id_first = true;
    const std::string id = (*alone.Join(first))->member_id;
    alone.Pass(10s);
    CHECK_FALSE(alone.group.HasMembers());
    first.member_id = id;
    CHECK((*alone.Join(first))->error == ErrorCode::kUnknownMemberId);
  }
  SECTION("and can be given back") {
    GroupFixture alone;
    JoinCall first = GroupFixture::Call();
    first.id_first = true;
    CHECK(alone.Leave((*alone.Join(first))->member_id) == ErrorCode::kNone);
    CHECK_FALSE(alone.group.HasMembers());
  }
}

TEST_CASE("three members come and go, and all learn of it") {
  GroupFixture f;
  const auto ids = f.StableOfThree();
  const int32_t generation = f.group.generation();

  SECTION("one leaves: the others are told with their next heartbeat, and join again") {
    CHECK(f.Leave(ids[0]) == ErrorCode::kNone);
    CHECK(f.Beat(ids[0], generation) == ErrorCode::kUnknownMemberId);
    CHECK(f.Beat(ids[1], generation) == ErrorCode::kRebalanceInProgress);
    const auto b = f.Join(GroupFixture::Call(ids[1]));
    CHECK_FALSE(b->has_value());
    const auto c = f.Join(GroupFixture::Call(ids[2]));
    REQUIRE(*b);
    REQUIRE(*c);
    CHECK((*b)->generation == generation + 1);
    CHECK((*b)->leader == (*c)->leader);
    CHECK((*b)->members.size() + (*c)->members.size() == 2);  // For the leader only.
  }
  SECTION("all leave: the group is empty, its generation goes on") {
    for (const auto& id : ids) CHECK(f.Leave(id) == ErrorCode::kNone);
    CHECK(f.group.state() == Group::State::kEmpty);
    CHECK_FALSE(f.group.HasMembers());
    const int32_t empty = f.group.generation();
    CHECK(empty > generation);
    CHECK((*f.Join(GroupFixture::Call()))->generation == empty + 1);
  }
  SECTION("a follower that says the same again changes nothing") {
    const auto again = f.Join(GroupFixture::Call(ids[1]));
    CHECK((*again)->generation == generation);
    CHECK(f.group.state() == Group::State::kStable);
  }
  SECTION("a follower that wants something else, or a leader that joins, begins anew") {
    JoinCall call = GroupFixture::Call(ids[1]);
    call.protocols[0].metadata = GroupBytesOf("other topics");
    CHECK_FALSE(f.Join(call)->has_value());
    CHECK(f.group.state() == Group::State::kPreparingRebalance);
    CHECK((*f.Sync(ids[0], generation))->error == ErrorCode::kRebalanceInProgress);
  }
  SECTION("a leader that joins begins anew") {
    CHECK_FALSE(f.Join(GroupFixture::Call(ids[0]))->has_value());
    CHECK(f.group.state() == Group::State::kPreparingRebalance);
  }
}

TEST_CASE("who does not join in time is out, and the rest go on") {
  GroupFixture f;
  const auto ids = f.StableOfThree();
  const int32_t generation = f.group.generation();
  const auto a = f.Join(GroupFixture::Call(ids[0]));
  const auto b = f.Join(GroupFixture::Call(ids[1]));
  for (int i = 0; i < 5; ++i) {
    f.Pass(5s);
    CHECK(f.Beat(ids[2], generation) == ErrorCode::kRebalanceInProgress);
    CHECK_FALSE(a->has_value());  // It beats, so it is waited for until its time is over.
  }
  f.Pass(5s);
  REQUIRE(*a);
  REQUIRE(*b);
  CHECK((*a)->generation == generation + 1);
  CHECK((*a)->members.size() == 2);
  CHECK(f.Beat(ids[2], generation) == ErrorCode::kUnknownMemberId);
}

TEST_CASE("a silent member is dropped when its session ends, not before") {
  GroupFixture f;
  const auto ids = f.StableOfThree();
  const int32_t generation = f.group.generation();
  f.Pass(9999ms);
  CHECK(f.Beat(ids[0], generation) == ErrorCode::kNone);
  CHECK(f.Beat(ids[1], generation) == ErrorCode::kNone);
  f.Pass(1ms);
  CHECK(f.Beat(ids[2], generation) == ErrorCode::kUnknownMemberId);
  CHECK(f.Beat(ids[0], generation) == ErrorCode::kRebalanceInProgress);
  // The last ones fall silent too: nobody is left.
  f.Pass(20s);
  CHECK(f.group.state() == Group::State::kEmpty);
}

TEST_CASE("who joined but never asks for its assignment is dropped") {
  GroupFixture f;
  const std::string a = f.StableAlone();
  const auto b = f.Join(GroupFixture::Call());
  REQUIRE(*f.Join(GroupFixture::Call(a)));
  const std::string second = (*b)->member_id;
  const int32_t generation = f.group.generation();
  const auto waits = f.Sync(second, generation);
  for (int i = 0; i < 5; ++i) {
    f.Pass(5s);
    CHECK(f.Beat(a, generation) == ErrorCode::kNone);
  }
  CHECK_FALSE(waits->has_value());
  f.Pass(5s);
  CHECK((*waits)->error == ErrorCode::kRebalanceInProgress);
  CHECK(f.Beat(a, generation) == ErrorCode::kUnknownMemberId);
  CHECK((*f.Join(GroupFixture::Call(second)))->leader == second);
}

TEST_CASE("the protocol is one that all can do, with most votes") {
  GroupFixture f;
  const auto with = [](std::vector<std::string> names, std::string id = "") {
    JoinCall call = GroupFixture::Call(std::move(id));
    call.protocols.clear();
    for (auto& name : names) call.protocols.push_back({name, GroupBytesOf(name)});
    return call;
  };
  const std::string a = (*f.Join(with({"x", "y", "z"})))->member_id;
  const auto b = f.Join(with({"y", "x"}));
  const auto c = f.Join(with({"z", "y", "x"}));
  CHECK((*f.Join(with({"q"})))->error == ErrorCode::kInconsistentGroupProtocol);
  CHECK((*f.Join(with({"z"})))->error == ErrorCode::kInconsistentGroupProtocol);
  CHECK((*f.Join(with({})))->error == ErrorCode::kInconsistentGroupProtocol);
  JoinCall other_type = with({"x"});
  other_type.protocol_type = "connect";
  CHECK((*f.Join(other_type))->error == ErrorCode::kInconsistentGroupProtocol);
  other_type.protocol_type = "";
  CHECK((*f.Join(other_type))->error == ErrorCode::kInconsistentGroupProtocol);
  const auto again = f.Join(with({"x", "y", "z"}, a));
  REQUIRE(*again);
  // z is out, for b cannot do it: a votes x, b and c vote y.
  CHECK((*again)->protocol_name == "y");
  CHECK((*b)->protocol_name == "y");
  CHECK((*again)->members[0].metadata == GroupBytesOf("y"));
}

TEST_CASE("calls of another generation, or of nobody, are refused") {
  GroupFixture f;
  const std::string a = f.StableAlone();
  CHECK(f.Beat(a, 0) == ErrorCode::kIllegalGeneration);
  CHECK(f.Beat("nobody", 1) == ErrorCode::kUnknownMemberId);
  CHECK((*f.Sync(a, 2))->error == ErrorCode::kIllegalGeneration);
  CHECK((*f.Sync("nobody", 1))->error == ErrorCode::kUnknownMemberId);
  CHECK(f.Leave("nobody") == ErrorCode::kUnknownMemberId);
  SyncCall call;
  call.member_id = a;
  call.generation = 1;
  call.protocol_name = "roundrobin";
  ErrorCode error = ErrorCode::kNone;
  f.group.Sync(call, f.now, [&](const SyncAnswer& answer) { error = answer.error; }, f.out);
  for (auto& callback : f.out) callback();
  CHECK(error == ErrorCode::kInconsistentGroupProtocol);
}

TEST_CASE("offsets are taken from members of this generation only") {
  GroupFixture f;
  const auto commit = [&](const std::string& member, int32_t generation) {
    return f.group.CheckCommit(member, std::nullopt, generation, f.now);
  };
  CHECK(commit("", -1) == ErrorCode::kNone);  // Nobody is here: an own assignment.
  CHECK(commit("a", 1) == ErrorCode::kUnknownMemberId);
  const std::string a = f.StableAlone();
  CHECK(commit("", -1) == ErrorCode::kUnknownMemberId);
  CHECK(commit(a, 1) == ErrorCode::kNone);
  CHECK(commit(a, 0) == ErrorCode::kIllegalGeneration);
  CHECK(commit("b", 1) == ErrorCode::kUnknownMemberId);

  const auto b = f.Join(GroupFixture::Call());
  CHECK(commit(a, 1) == ErrorCode::kNone);  // While preparing: what it has read, it has read.
  REQUIRE(*f.Join(GroupFixture::Call(a)));
  REQUIRE(*b);
  CHECK(commit(a, 2) == ErrorCode::kRebalanceInProgress);
  // Committing is a sign of life.
  CHECK((*f.Sync(a, 2))->error == ErrorCode::kNone);
  CHECK((*f.Sync((*b)->member_id, 2))->error == ErrorCode::kNone);
  f.Pass(9s);
  CHECK(commit(a, 2) == ErrorCode::kNone);
  f.Pass(9s);
  CHECK(f.Beat(a, 2) == ErrorCode::kRebalanceInProgress);
}

TEST_CASE("a static member that restarts takes its place without a rebalance") {
  GroupFixture f;
  const std::string first = (*f.Join(StaticCall("one")))->member_id;
  CHECK(first.starts_with("one-"));
  CHECK((*f.Sync(first, 1, {{first, GroupBytesOf("all")}}, "one"))->error == ErrorCode::kNone);

  SECTION("with the same subscription: same generation, same assignment, the old id is fenced") {
    JoinCall call = StaticCall("one");
    SECTION("an older client is not told to lead") {
      const auto second = f.Join(call);
      CHECK((*second)->leader == first);
      CHECK((*second)->members.empty());
    }
    SECTION("a newer one leads, and may skip assigning") {
      call.can_skip_assignment = true;
      const auto second = f.Join(call);
      CHECK((*second)->leader == (*second)->member_id);
      CHECK((*second)->skip_assignment);
      CHECK((*second)->members.size() == 1);
    }
    CHECK(f.group.state() == Group::State::kStable);
    CHECK(f.group.generation() == 1);
    REQUIRE(f.group.Members().size() == 1);
    const std::string id = f.group.Members()[0].member_id;
    CHECK(id != first);
    CHECK((*f.Sync(id, 1, {}, "one"))->assignment == GroupBytesOf("all"));
    CHECK(f.group.Heartbeat(first, "one", 1, f.now) == ErrorCode::kFencedInstanceId);
    CHECK(f.group.Heartbeat(id, "one", 1, f.now) == ErrorCode::kNone);
    CHECK(f.group.CheckCommit(first, "one", 1, f.now) == ErrorCode::kFencedInstanceId);
    CHECK((*f.Join(StaticCall("one", first)))->error == ErrorCode::kFencedInstanceId);
    CHECK(f.Leave(first, "one") == ErrorCode::kFencedInstanceId);
  }
  SECTION("with another subscription: a new generation") {
    JoinCall call = StaticCall("one");
    call.protocols[0].metadata = GroupBytesOf("other topics");
    CHECK((*f.Join(call))->generation == 2);
  }
  SECTION("it keeps its place through a rebalance that it misses") {
    const auto other = f.Join(GroupFixture::Call());
    CHECK_FALSE(other->has_value());
    for (int i = 0; i < 4; ++i) {
      f.Pass(7500ms);
      CHECK(f.group.Heartbeat(first, "one", 1, f.now) != ErrorCode::kUnknownMemberId);
    }
    f.Pass(0ms);
    REQUIRE(*other);
    CHECK((*other)->leader == (*other)->member_id);
    CHECK((*other)->members.size() == 2);
  }
  SECTION("it leaves only when told, by its name alone if need be") {
    CHECK(f.Leave("", "two") == ErrorCode::kUnknownMemberId);
    CHECK(f.Leave("", "one") == ErrorCode::kNone);
    CHECK(f.group.state() == Group::State::kEmpty);
    CHECK((*f.Join(StaticCall("one", first)))->error == ErrorCode::kUnknownMemberId);
  }
  SECTION("a request of before the restart that still waits is fenced") {
    const auto other = f.Join(GroupFixture::Call());
    CHECK_FALSE(other->has_value());
    const auto again = f.Join(StaticCall("one"));
    REQUIRE(*again);
    const auto waits = f.Join(GroupFixture::Call((*other)->member_id));
    static_cast<void>(waits);
    const auto third = f.Join(StaticCall("one"));
    CHECK(f.group.Members().size() == 2);
    static_cast<void>(third);
  }
}

TEST_CASE("a group has no more members than allowed, promised ones included") {
  GroupFixture f(2);
  JoinCall call = GroupFixture::Call();
  call.id_first = true;
  CHECK((*f.Join(call))->error == ErrorCode::kMemberIdRequired);
  CHECK((*f.Join(call))->error == ErrorCode::kMemberIdRequired);
  CHECK((*f.Join(call))->error == ErrorCode::kGroupMaxSizeReached);
  CHECK((*f.Join(GroupFixture::Call()))->error == ErrorCode::kGroupMaxSizeReached);
  f.Pass(10s);
  CHECK((*f.Join(call))->error == ErrorCode::kMemberIdRequired);
}

TEST_CASE("a join that is sent again takes the place of the one before") {
  GroupFixture f;
  const auto ids = f.StableOfThree();
  const auto gave_up = f.Join(GroupFixture::Call(ids[0]));
  const auto second = f.Join(GroupFixture::Call(ids[0]));
  REQUIRE(*gave_up);
  CHECK((*gave_up)->error == ErrorCode::kUnknownMemberId);
  CHECK_FALSE(second->has_value());
}

TEST_CASE("everyone who waits is answered when the group is aborted") {
  GroupFixture f;
  const auto ids = f.StableOfThree();
  const auto joining = f.Join(GroupFixture::Call(ids[0]));
  f.group.Abort(ErrorCode::kCoordinatorNotAvailable, f.out);
  for (auto& callback : f.out) callback();
  CHECK((*joining)->error == ErrorCode::kCoordinatorNotAvailable);
}

TEST_CASE("the generation after the largest is 1 again, whoever is there") {
  GroupFixture f(10, INT32_MAX);
  CHECK((*f.Join(GroupFixture::Call()))->generation == 1);
  GroupFixture g(10, INT32_MAX - 1);
  const auto joined = g.Join(GroupFixture::Call());
  CHECK((*joined)->generation == INT32_MAX);
  CHECK(g.Leave((*joined)->member_id) == ErrorCode::kNone);
  CHECK(g.group.generation() == 1);
}

TEST_CASE("a member id fits the protocol's strings, however long the client's name is") {
  GroupFixture f;
  JoinCall call = GroupFixture::Call();
  call.client_id = std::string(INT16_MAX, 'x');
  CHECK((*f.Join(call))->member_id.size() < 300);
}

TEST_CASE("a static member that comes back without its name keeps it, and its place ends with it") {
  GroupFixture f;
  const auto joined = f.Join(StaticCall("one"));
  const std::string id = (*joined)->member_id;
  CHECK((*f.Join(GroupFixture::Call(id)))->error == ErrorCode::kNone);
  REQUIRE(f.group.Members().size() == 1);
  CHECK(f.group.Members()[0].instance_id == "one");
  CHECK(f.Leave(id) == ErrorCode::kNone);
  const auto next = f.Join(StaticCall("one"));
  REQUIRE(next->has_value());
  CHECK((*next)->error == ErrorCode::kNone);
}

}  // namespace gamevents::broker
