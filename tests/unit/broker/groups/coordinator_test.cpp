// Goal: groups keep their offsets through everything, within their limits, and nobody is called
// back under a lock. Method: the coordinator over a simulated disk; callbacks that call back in.
#include "core/broker/groups/coordinator.h"

#include "tests/unit/catch.h"
#include "tests/unit/log/log_fixture.h"
#include "tests/unit/log/simulated_disk.h"

#include <future>
#include <map>
#include <memory>
#include <random>
#include <thread>

namespace gamevents::broker {
namespace {

using namespace std::chrono_literals;

Bytes BytesOf(std::string_view text) {
  const auto bytes = AsBytes(text);
  return {bytes.begin(), bytes.end()};
}

// What a consumer says of itself: version, topics, no user data.
Bytes Subscription(std::string_view topic) {
  std::string text("\0\0\0\0\0\1\0", 7);
  text += static_cast<char>(topic.size());
  text += topic;
  text += std::string(4, '\xff');
  return BytesOf(text);
}

struct CoordinatorFixture {
  log::SimulatedDisk disk;
  FixedClock clock{kTestNow};
  GroupLimits limits;
  std::unique_ptr<log::LogManager> logs;
  std::unique_ptr<GroupCoordinator> groups;

  explicit CoordinatorFixture(const GroupLimits& group_limits = {}) : limits(group_limits) {
    Open();
  }

  void Open() {
    groups.reset();
    logs.reset();
    log::LogManager::Options options;
    options.directory = "/data";
    options.files = &disk;
    options.clock = &clock;
    logs = log::MustOpen(options);
    // The topics that these tests commit for.
    for (const char* topic : {"t", "u"}) {
      if (!logs->Find(topic)) REQUIRE(logs->CreateTopic(topic, 4).ok());
    }
    groups = GroupCoordinator::Open(limits, *logs, clock).value();
  }

  static JoinCall Call(std::string member_id = "") {
    JoinCall call;
    call.member_id = std::move(member_id);
    call.client_id = "client";
    call.session_timeout = 10s;
    call.rebalance_timeout = 30s;
    call.protocol_type = "consumer";
    call.protocols = {{"range", Subscription("t")}};
    return call;
  }
  // Joins; must be answered at once.
  JoinAnswer Join(const JoinCall& call, const std::string& group = "g") {
    std::promise<JoinAnswer> answer;
    groups->Join(group, call, [&](JoinAnswer got) { answer.set_value(std::move(got)); });
    return answer.get_future().get();
  }
  // A lone member of a stable group.
  JoinAnswer Stable(const std::string& group = "g") {
    JoinAnswer joined = Join(Call(), group);
    REQUIRE(joined.error == ErrorCode::kNone);
    SyncCall sync;
    sync.member_id = joined.member_id;
    sync.generation = joined.generation;
    sync.assignments[joined.member_id] = BytesOf("all");
    std::promise<ErrorCode> done;
    groups->Sync(group, sync, [&](const SyncAnswer& got) { done.set_value(got.error); });
    REQUIRE(done.get_future().get() == ErrorCode::kNone);
    return joined;
  }
  std::vector<ErrorCode> Commit(std::vector<CommittedOffset> offsets,
                                const std::string& group = "g", const JoinAnswer& who = {}) {
    CommitCall call;
    call.group = group;
    call.member_id = who.member_id;
    call.generation = who.generation;
    call.offsets = std::move(offsets);
    std::promise<std::vector<ErrorCode>> answer;
    groups->Commit(call, [&](std::vector<ErrorCode> codes) {
      // Would not return if a lock were held, in this thread or in a committer's.
      static_cast<void>(groups->List());
      answer.set_value(std::move(codes));
    });
    return answer.get_future().get();
  }
  ErrorCode Delete(const std::string& group) {
    std::promise<ErrorCode> answer;
    groups->Delete(group, [&](ErrorCode code) {
      static_cast<void>(groups->List());
      answer.set_value(code);
    });
    return answer.get_future().get();
  }
  std::pair<std::vector<ErrorCode>, ErrorCode> DeleteOffsets(
      const std::vector<TopicPartition>& partitions, const std::string& group = "g") {
    std::promise<std::pair<std::vector<ErrorCode>, ErrorCode>> answer;
    groups->DeleteOffsets(group, partitions, [&](std::vector<ErrorCode> each, ErrorCode all) {
      static_cast<void>(groups->List());
      answer.set_value({std::move(each), all});
    });
    return answer.get_future().get();
  }
  int64_t Offset(const std::string& topic, int32_t partition = 0, const std::string& group = "g") {
    const std::vector<TopicPartition> wanted{{topic, partition}};
    const auto found = groups->Offsets(group, &wanted);
    return found.empty() ? -1 : found[0].offset;
  }
};

using Codes = std::vector<ErrorCode>;

}  // namespace

TEST_CASE("offsets are answered when durable, and are there after a crash of the machine") {
  CoordinatorFixture f;
  CHECK(f.Commit({{"t", 0, 5, 1, "note"}, {"t", 1, 6, -1, ""}}) == Codes(2, ErrorCode::kNone));
  CHECK(f.Commit({{"t", 0, 8, 1, "later"}}) == Codes{ErrorCode::kNone});
  f.disk.CrashPower(0);
  f.Open();
  CHECK(f.Offset("t", 0) == 8);
  CHECK(f.Offset("t", 1) == 6);
  CHECK(f.Offset("t", 2) == -1);
  const auto all = f.groups->Offsets("g", nullptr);
  REQUIRE(all.size() == 2);
  CHECK(all[0].metadata == "later");
  CHECK(all[0].leader_epoch == 1);
  CHECK(f.groups->Offsets("nobody", nullptr).empty());
  CHECK(f.groups->Describe("g").state == "Empty");
}

TEST_CASE("how far groups are behind is counted from what is durable, of topics that are there") {
  CoordinatorFixture f;
  const auto log = f.logs->Partition("t", 0);
  log::MustAppend(*log, log::MakeBatch({"a", "b", "c"}));
  REQUIRE(log->Sync().ok());
  REQUIRE(f.logs->CreateTopic("gone", 1).ok());
  f.Commit({{"t", 0, 1, -1, ""}, {"t", 1, 0, -1, ""}, {"gone", 0, 0, -1, ""}}, "a");
  f.Commit({{"t", 0, 9, -1, ""}}, "b");  // beyond the end
  REQUIRE(f.logs->DeleteTopic("gone").ok());
  const GroupLags lags = f.groups->Lags(10);
  REQUIRE(lags.shown.size() == 3);
  CHECK(lags.left_out == 0);
  CHECK(lags.shown[0].group == "a");
  CHECK(lags.shown[0].topic == "t");
  CHECK(lags.shown[0].partition == 0);
  CHECK(lags.shown[0].records == 2);
  CHECK(lags.shown[1].partition == 1);
  CHECK(lags.shown[1].records == 0);
  CHECK(lags.shown[2].group == "b");
  CHECK(lags.shown[2].records == 0);
  const GroupLags few = f.groups->Lags(1);
  CHECK(few.shown.size() == 1);
  CHECK(few.left_out > 0);
}

TEST_CASE("a commit that does not reach the disk is refused") {
  CoordinatorFixture f;
  f.disk.FailNth(log::SimulatedDisk::Op::kSync, 1);
  CHECK(f.Commit({{"t", 0, 5, -1, ""}}) == Codes{ErrorCode::kCoordinatorNotAvailable});
  CHECK(f.Commit({{"t", 0, 6, -1, ""}}) == Codes{ErrorCode::kCoordinatorNotAvailable});
}

TEST_CASE("who may commit is checked, and each offset's metadata") {
  CoordinatorFixture f;
  CHECK(f.Commit({{"t", 0, 5, -1, ""}}, "") == Codes{ErrorCode::kNone});
  const JoinAnswer me = f.Stable();
  CHECK(f.Commit({{"t", 0, 5, -1, ""}}) == Codes{ErrorCode::kUnknownMemberId});
  CHECK(f.Commit({{"t", 0, 5, -1, ""}}, "g", me) == Codes{ErrorCode::kNone});
  JoinAnswer old = me;
  old.generation = 0;
  CHECK(f.Commit({{"t", 0, 6, -1, ""}}, "g", old) == Codes{ErrorCode::kIllegalGeneration});
  CHECK(f.Commit({{"t", 0, 6, -1, ""}}, "other", me) == Codes{ErrorCode::kGroupIdNotFound});
  CHECK(f.Commit({{"t", 0, 7, -1, std::string(4096, 'm')}, {"t", 1, 7, -1, std::string(4097, 'm')}},
                 "g", me) == Codes{ErrorCode::kNone, ErrorCode::kOffsetMetadataTooLarge});
  CHECK(f.Offset("t", 0) == 7);
  CHECK(f.Offset("t", 1) == -1);
}

TEST_CASE("a group goes on from its generation after a restart") {
  CoordinatorFixture f;
  const JoinAnswer first = f.Stable();
  CHECK(f.Commit({{"t", 0, 5, -1, ""}}, "g", first) == Codes{ErrorCode::kNone});
  f.Open();
  CHECK(f.groups->Heartbeat("g", first.member_id, std::nullopt, first.generation) ==
        ErrorCode::kUnknownMemberId);
  CHECK(f.Join(CoordinatorFixture::Call(first.member_id)).error == ErrorCode::kUnknownMemberId);
  CHECK(f.Commit({{"t", 0, 6, -1, ""}}, "g", first) == Codes{ErrorCode::kUnknownMemberId});
  CHECK(f.Offset("t") == 5);
  CHECK(f.Stable().generation > first.generation);
}

TEST_CASE("groups are listed, described and deleted") {
  CoordinatorFixture f;
  CHECK(f.groups->List().empty());
  CHECK(f.groups->Describe("g").error == ErrorCode::kGroupIdNotFound);
  CHECK(f.groups->Describe("g").state == "Dead");
  CHECK(f.Delete("g") == ErrorCode::kGroupIdNotFound);
  CHECK(f.Delete("") == ErrorCode::kGroupIdNotFound);
  const JoinAnswer me = f.Stable();
  CHECK(f.Commit({{"t", 0, 5, -1, ""}}, "g", me) == Codes{ErrorCode::kNone});
  CHECK(f.Commit({{"t", 0, 5, -1, ""}}, "simple") == Codes{ErrorCode::kNone});
  REQUIRE(f.groups->List().size() == 2);
  CHECK(f.groups->List()[0].state == "Stable");
  CHECK(f.groups->List()[0].protocol_type == "consumer");
  CHECK(f.groups->List()[1].state == "Empty");
  const auto described = f.groups->Describe("g");
  CHECK(described.protocol_name == "range");
  REQUIRE(described.members.size() == 1);
  CHECK(described.members[0].assignment == BytesOf("all"));

  CHECK(f.Delete("g") == ErrorCode::kNonEmptyGroup);
  CHECK(f.groups->Leave("g", me.member_id, std::nullopt) == ErrorCode::kNone);
  CHECK(f.Delete("g") == ErrorCode::kNone);
  CHECK(f.Delete("simple") == ErrorCode::kNone);
  f.Open();
  CHECK(f.groups->List().empty());
}

TEST_CASE("offsets of a topic that members read cannot be deleted, whatever the group is doing") {
  CoordinatorFixture f;
  CHECK(f.DeleteOffsets({{"t", 0}}).second == ErrorCode::kGroupIdNotFound);
  const JoinAnswer me = f.Stable();
  REQUIRE(f.Commit({{"t", 0, 5, -1, ""}, {"u", 0, 6, -1, ""}}, "g", me) ==
          Codes(2, ErrorCode::kNone));
  CHECK(f.DeleteOffsets({{"t", 0}}).first == Codes{ErrorCode::kGroupSubscribedToTopic});
  // The leader joins again beside a newcomer who is awaited: a rebalance is going on.
  JoinCall newcomer = CoordinatorFixture::Call();
  newcomer.id_first = true;
  REQUIRE(f.Join(newcomer).error == ErrorCode::kMemberIdRequired);
  f.groups->Join("g", CoordinatorFixture::Call(me.member_id), [](const JoinAnswer&) {});
  const GroupDescription joining = f.groups->Describe("g");
  REQUIRE(joining.state == "PreparingRebalance");
  CHECK(joining.protocol_name.empty());
  CHECK(joining.members.at(0).assignment == BytesOf("all"));
  CHECK(f.DeleteOffsets({{"t", 0}, {"u", 0}, {"v", 0}}).first ==
        Codes{ErrorCode::kGroupSubscribedToTopic, ErrorCode::kNone, ErrorCode::kNone});
  CHECK(f.Offset("t") == 5);
  CHECK(f.Offset("u") == -1);

  // What cannot be read may say anything.
  JoinCall odd = CoordinatorFixture::Call();
  odd.protocols = {{"range", BytesOf("odd")}};
  REQUIRE(f.Join(odd, "odd").error == ErrorCode::kNone);
  CHECK(f.DeleteOffsets({{"u", 0}}, "odd").first == Codes{ErrorCode::kGroupSubscribedToTopic});

  JoinCall connect = CoordinatorFixture::Call();
  connect.protocol_type = "connect";
  REQUIRE(f.Join(connect, "workers").error == ErrorCode::kNone);
  CHECK(f.DeleteOffsets({{"t", 0}}, "workers").second == ErrorCode::kNonEmptyGroup);
}

TEST_CASE("a deleted topic's offsets are forgotten for good") {
  CoordinatorFixture f;
  REQUIRE(f.Commit({{"t", 0, 5, -1, ""}, {"u", 0, 6, -1, ""}}) == Codes(2, ErrorCode::kNone));
  REQUIRE(f.Commit({{"t", 3, 5, -1, ""}}, "h") == Codes{ErrorCode::kNone});
  REQUIRE(f.logs->DeleteTopic("t").ok());
  // The commit of one who looked the topic up before it was deleted.
  CHECK(f.Commit({{"t", 1, 7, -1, ""}}) == Codes{ErrorCode::kUnknownTopicOrPartition});
  std::promise<bool> durable;
  f.groups->ForgetTopic("t", [&](const Status& status) { durable.set_value(status.ok()); });
  CHECK(durable.get_future().get());
  CHECK(f.Offset("t") == -1);
  CHECK(f.Offset("u") == 6);
  CHECK(f.Offset("t", 3, "h") == -1);
  f.disk.CrashPower(0);
  f.Open();
  CHECK(f.Offset("t") == -1);
  CHECK(f.Offset("u") == 6);
}

TEST_CASE("offsets of a topic are not those of the next of its name") {
  CoordinatorFixture f;
  REQUIRE(f.Commit({{"t", 0, 20, -1, ""}, {"u", 0, 6, -1, ""}}) == Codes(2, ErrorCode::kNone));
  const Uuid before = f.logs->Find("t")->id;
  REQUIRE(f.logs->DeleteTopic("t").ok());
  SECTION("also before they are forgotten") { REQUIRE(f.logs->CreateTopic("t", 4).ok()); }
  SECTION("also when the process was killed before they were forgotten") { f.Open(); }
  SECTION("also when it was killed behind the new topic's creation") {
    REQUIRE(f.logs->CreateTopic("t", 4).ok());
    f.Open();
  }
  REQUIRE(f.logs->Find("t")->id != before);
  CHECK(f.Offset("t") == -1);
  CHECK(f.Offset("u") == 6);
  // One who still means the old topic.
  CommittedOffset late{"t", 0, 21, -1, ""};
  late.topic_id = before;
  CHECK(f.Commit({late}) == Codes{ErrorCode::kUnknownTopicOrPartition});
  CHECK(f.Offset("t") == -1);
  CHECK(f.Commit({{"t", 0, 1, -1, ""}}) == Codes{ErrorCode::kNone});
  f.Open();
  CHECK(f.Offset("t") == 1);
}

TEST_CASE("an offset that is not durable is not told") {
  CoordinatorFixture f;
  REQUIRE(f.Commit({{"t", 0, 5, -1, ""}}) == Codes{ErrorCode::kNone});
  SECTION("it is told when it is") {
    f.disk.HoldNext(log::SimulatedDisk::Op::kSync, "__consumer_offsets-0/");
    std::thread committing(
        [&f] { CHECK(f.Commit({{"t", 0, 6, -1, ""}}) == Codes{ErrorCode::kNone}); });
    REQUIRE(f.disk.WaitUntilHeld());
    CHECK(f.Offset("t") == 5);
    f.disk.Release();
    committing.join();
    CHECK(f.Offset("t") == 6);
  }
  SECTION("and never when its sync failed") {
    f.disk.FailNth(log::SimulatedDisk::Op::kSync, 1);
    CHECK(f.Commit({{"t", 0, 6, -1, ""}}) == Codes{ErrorCode::kCoordinatorNotAvailable});
    CHECK(f.Offset("t") == 5);
  }
  SECTION("nor when it was forgotten meanwhile") {
    f.disk.HoldNext(log::SimulatedDisk::Op::kSync, "__consumer_offsets-0/");
    std::thread committing(
        [&f] { CHECK(f.Commit({{"t", 0, 6, -1, ""}}) == Codes{ErrorCode::kNone}); });
    REQUIRE(f.disk.WaitUntilHeld());
    std::promise<ErrorCode> deleted;
    f.groups->DeleteOffsets("g", {{"t", 0}},
                            [&](const Codes&, ErrorCode code) { deleted.set_value(code); });
    f.disk.Release();
    committing.join();
    CHECK(deleted.get_future().get() == ErrorCode::kNone);
    CHECK(f.Offset("t") == -1);
    f.Open();
    CHECK(f.Offset("t") == -1);
  }
}

TEST_CASE("offsets expire some time after the last member left, not while there is one") {
  CoordinatorFixture f;
  constexpr int64_t kWeek = 7LL * 24 * 3600 * 1000;
  const JoinAnswer me = f.Stable();
  REQUIRE(f.Commit({{"t", 0, 5, -1, ""}}, "g", me) == Codes{ErrorCode::kNone});
  REQUIRE(f.Commit({{"t", 0, 5, -1, ""}}, "simple") == Codes{ErrorCode::kNone});

  SECTION("a member is there") {
    f.clock.Set(kTestNow + kWeek + 1);
    f.groups->Tick();
    CHECK(f.Offset("t") == 5);
    CHECK(f.Offset("t", 0, "simple") == -1);
  }
  SECTION("the member leaves much later: the time runs from then") {
    f.clock.Set(kTestNow + 2 * kWeek);
    REQUIRE(f.groups->Leave("g", me.member_id, std::nullopt) == ErrorCode::kNone);
    f.groups->Tick();
    CHECK(f.Offset("t") == 5);
    f.clock.Set(kTestNow + 3 * kWeek);
    f.Open();
    f.groups->Tick();
    CHECK(f.Offset("t") == -1);
    CHECK(f.groups->List().empty());
    REQUIRE(f.logs->Partition(kOffsetsTopic, 0)->Sync().ok());
    f.Open();
    CHECK(f.groups->List().empty());
  }
  SECTION("the broker crashes much later: the time runs from the start after it") {
    f.clock.Set(kTestNow + 2 * kWeek);
    f.Open();
    f.groups->Tick();
    CHECK(f.Offset("t") == 5);
    f.clock.Set(kTestNow + 3 * kWeek);
    f.Open();
    f.groups->Tick();
    CHECK(f.Offset("t") == -1);
  }
}

TEST_CASE("what a leader may assign is limited") {
  GroupLimits limits;
  limits.assignments_bytes_max = 1000;
  CoordinatorFixture f(limits);
  const JoinAnswer me = f.Join(CoordinatorFixture::Call());
  SyncCall sync;
  sync.member_id = me.member_id;
  sync.generation = me.generation;
  const auto answer = [&] {
    std::promise<ErrorCode> done;
    f.groups->Sync("g", sync, [&](const SyncAnswer& got) { done.set_value(got.error); });
    return done.get_future().get();
  };
  sync.assignments[me.member_id].resize(1000);
  CHECK(answer() == ErrorCode::kInvalidRequest);
  sync.assignments[me.member_id].clear();
  for (int i = 0; i < 20; ++i) sync.assignments["nobody " + std::to_string(i)];
  CHECK(answer() == ErrorCode::kInvalidRequest);
  sync.assignments = {{me.member_id, Bytes(500)}};
  CHECK(answer() == ErrorCode::kNone);
}

TEST_CASE("what groups may take is limited") {
  GroupLimits limits;
  limits.groups_max = 2;
  limits.members_max = 1;
  limits.offsets_max = 3;
  limits.member_metadata_bytes_max = 100;
  CoordinatorFixture f(limits);
  JoinCall call = CoordinatorFixture::Call();
  CHECK(f.Join(call, "").error == ErrorCode::kInvalidGroupId);
  call.session_timeout = 5999ms;
  CHECK(f.Join(call).error == ErrorCode::kInvalidSessionTimeout);
  call.session_timeout = 1'800'001ms;
  CHECK(f.Join(call).error == ErrorCode::kInvalidSessionTimeout);
  call.session_timeout = 1'800'000ms;
  call.protocols[0].metadata.resize(101);
  CHECK(f.Join(call).error == ErrorCode::kInvalidRequest);
  call.protocols.assign(10, {"", {}});
  CHECK(f.Join(call).error == ErrorCode::kInvalidRequest);
  CHECK(f.groups->List().empty());

  const JoinAnswer me = f.Stable();
  CHECK(f.Join(CoordinatorFixture::Call()).error == ErrorCode::kGroupMaxSizeReached);
  // A group that is only stored counts as well, or ids that nobody uses could fill the memory.
  CHECK(f.Commit({{"t", 0, 1, -1, ""}, {"t", 1, 1, -1, ""}}, "h") == Codes(2, ErrorCode::kNone));
  CHECK(f.Join(CoordinatorFixture::Call(), "i").error == ErrorCode::kCoordinatorNotAvailable);
  CHECK(f.Commit({{"t", 0, 1, -1, ""}}, "i") == Codes{ErrorCode::kPolicyViolation});
  CHECK(f.Join(CoordinatorFixture::Call(), "h").error == ErrorCode::kNone);

  CHECK(f.Commit({{"t", 0, 1, -1, ""}, {"t", 1, 1, -1, ""}}, "g", me) ==
        Codes(2, ErrorCode::kPolicyViolation));
  CHECK(f.Commit({{"t", 0, 1, -1, ""}}, "g", me) == Codes{ErrorCode::kNone});
  // Full is full for new offsets only: the old ones go on.
  CHECK(f.Commit({{"t", 0, 2, -1, ""}}, "g", me) == Codes{ErrorCode::kNone});
  CHECK(f.Offset("t") == 2);
}

TEST_CASE("what all groups hold together is limited, and goes on in the memory that it has") {
  GroupLimits limits;
  limits.memory_bytes_max = 10'000;
  CoordinatorFixture f(limits);
  CHECK(f.groups->memory_bytes() == 0);
  JoinCall call = CoordinatorFixture::Call();
  call.protocols[0].metadata.resize(6'000);
  const JoinAnswer me = f.Join(call);
  REQUIRE(me.error == ErrorCode::kNone);
  CHECK(f.groups->memory_bytes() > 6'000);
  CHECK(f.Join(call, "h").error == ErrorCode::kGroupMaxSizeReached);
  CHECK(f.groups->List().size() == 1);

  call.member_id = me.member_id;
  JoinAnswer again = f.Join(call);
  REQUIRE(again.error == ErrorCode::kNone);
  JoinCall larger = call;
  larger.protocols[0].metadata.resize(11'000);
  CHECK(f.Join(larger).error == ErrorCode::kGroupMaxSizeReached);

  SyncCall sync;
  sync.member_id = me.member_id;
  sync.generation = again.generation;
  const auto synced = [&](size_t bytes) {
    sync.assignments[me.member_id].resize(bytes);
    std::promise<ErrorCode> done;
    f.groups->Sync("g", sync, [&](const SyncAnswer& got) { done.set_value(got.error); });
    return done.get_future().get();
  };
  CHECK(synced(5'000) == ErrorCode::kCoordinatorNotAvailable);
  CHECK(synced(500) == ErrorCode::kNone);
  CHECK(synced(5'000) == ErrorCode::kNone);  // Stable: not kept, so not refused.

  const std::string note(2'000, 'n');
  CHECK(f.Commit({{"t", 0, 1, -1, note}, {"t", 1, 1, -1, note}}, "g", again) ==
        Codes(2, ErrorCode::kInvalidCommitOffsetSize));
  CHECK(f.Commit({{"t", 0, 1, -1, note}}, "g", again) == Codes{ErrorCode::kNone});
  CHECK(f.Commit({{"t", 1, 1, -1, note}}, "g", again) ==
        Codes{ErrorCode::kInvalidCommitOffsetSize});
  // In the place of what is there it may come, and with less.
  CHECK(f.Commit({{"t", 0, 2, -1, note}}, "g", again) == Codes{ErrorCode::kNone});
  CHECK(f.Commit({{"t", 1, 2, -1, ""}}, "g", again) == Codes{ErrorCode::kNone});

  CHECK(f.groups->Leave("g", me.member_id, std::nullopt) == ErrorCode::kNone);
  CHECK(f.groups->memory_bytes() < 3'000);
  call.member_id = "";
  CHECK(f.Join(call, "h").error == ErrorCode::kNone);
}

TEST_CASE("however members come and go, in the end their memory is given back") {
  std::mt19937 random(20261126);
  const auto below = [&random](size_t end) {
    return std::uniform_int_distribution<size_t>(0, end - 1)(random);
  };
  CoordinatorFixture f;
  std::map<std::string, int32_t> generations;
  const std::vector<std::string> names{"a", "bb", "ccc"};
  const auto join = [&](const std::string& group, std::string member_id) {
    JoinCall call = CoordinatorFixture::Call(std::move(member_id));
    call.protocols[0].metadata.resize(below(500));
    if (below(3) == 0) call.instance_id = "static " + std::to_string(below(3));
    f.groups->Join(group, call, [&generations, group](const JoinAnswer& answer) {
      if (answer.error == ErrorCode::kNone) generations[group] = answer.generation;
    });
  };
  for (int turn = 0; turn < 2'000; ++turn) {
    const std::string& group = names[below(names.size())];
    const auto members = f.groups->Describe(group).members;
    const std::string member = members.empty() ? "" : members[below(members.size())].member_id;
    switch (below(6)) {
      case 0:
        join(group, "");
        break;
      case 1:
        join(group, member);
        break;
      case 2: {
        SyncCall sync;
        sync.member_id = member;
        sync.generation = generations[group];
        for (const auto& other : members) sync.assignments[other.member_id].resize(below(300));
        f.groups->Sync(group, sync, [](const SyncAnswer&) {});
        break;
      }
      case 3:
        f.groups->Leave(group, member, std::nullopt);
        break;
      case 4:
        f.Commit({{"t", static_cast<int32_t>(below(4)), turn, -1, std::string(below(99), 'n')}},
                 below(2) == 0 ? "simple" : group);
        break;
      default:
        f.groups->DeleteOffsets("simple", {{"t", static_cast<int32_t>(below(4))}},
                                [](const Codes&, ErrorCode) {});
    }
  }
  CHECK(f.groups->memory_bytes() > 0);
  for (const std::string& group : names) {
    for (const auto& member : f.groups->Describe(group).members) {
      CHECK(f.groups->Leave(group, member.member_id, std::nullopt) == ErrorCode::kNone);
    }
  }
  SECTION("at once, when the groups are deleted") {
    std::vector<std::string> all = names;
    all.push_back("simple");
    for (const std::string& group : all) {
      std::promise<ErrorCode> deleted;
      f.groups->Delete(group, [&](ErrorCode code) { deleted.set_value(code); });
      deleted.get_future().get();
    }
  }
  SECTION("after a while, when nobody comes back, also over a restart") {
    REQUIRE(f.logs->Partition(kOffsetsTopic, 0)->Sync().ok());
    f.groups->Tick();
    const size_t held = f.groups->memory_bytes();
    f.Open();
    CHECK(f.groups->memory_bytes() == held);
    f.clock.Set(kTestNow + 7LL * 24 * 3600 * 1000 + 1);
    f.groups->Tick();
  }
  CHECK(f.groups->memory_bytes() == 0);
}

TEST_CASE("whoever waits is answered when the broker stops, and may call back in") {
  CoordinatorFixture f;
  const JoinAnswer me = f.Stable();
  ErrorCode told = ErrorCode::kNone;
  f.groups->Join("g", CoordinatorFixture::Call(), [&](const JoinAnswer& answer) {
    told = answer.error;
    static_cast<void>(f.groups->Describe("g"));
  });
  CHECK(told == ErrorCode::kNone);
  f.groups->BeginStop();
  CHECK(told == ErrorCode::kCoordinatorNotAvailable);
  CHECK(f.Join(CoordinatorFixture::Call()).error == ErrorCode::kCoordinatorNotAvailable);
  CHECK(f.Commit({{"t", 0, 9, -1, ""}}, "g", me) == Codes{ErrorCode::kNone});
}

TEST_CASE("answers of joins and syncs may call back in") {
  CoordinatorFixture f;
  int answered = 0;
  f.groups->Join("g", CoordinatorFixture::Call(), [&](const JoinAnswer& joined) {
    SyncCall sync;
    sync.member_id = joined.member_id;
    sync.generation = joined.generation;
    f.groups->Sync("g", sync, [&](const SyncAnswer& synced) {
      CHECK(synced.error == ErrorCode::kNone);
      CHECK(f.groups->Describe("g").state == "Stable");
      ++answered;
    });
  });
  CHECK(answered == 1);
}

TEST_CASE("many threads at once find a coordinator that keeps its head") {
  CoordinatorFixture f;
  std::vector<std::thread> threads;
  std::atomic<int> committed{0};
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&f, &committed, t] {
      const std::string group = "g" + std::to_string(t % 2);
      for (int i = 0; i < 50; ++i) {
        CommitCall call;
        call.group = group;
        call.offsets = {{"t", t, i, -1, ""}};
        std::promise<Codes> answer;
        f.groups->Commit(call, [&](Codes codes) { answer.set_value(std::move(codes)); });
        if (answer.get_future().get() == Codes{ErrorCode::kNone}) ++committed;
        static_cast<void>(f.groups->List());
        f.groups->Tick();
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(committed == 200);
  for (int t = 0; t < 4; ++t) CHECK(f.Offset("t", t, "g" + std::to_string(t % 2)) == 49);
}

}  // namespace gamevents::broker
