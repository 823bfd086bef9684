// Goal: users, goods and guilds are found again however many there are. Method: thousands of
// names beside a map of the standard library.

#include "core/state/state.h"

#include "tests/unit/catch.h"

#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <string_view>

namespace gamevents::state {
namespace {

std::vector<std::string> Listed(State& state) {
  std::vector<std::string> sorted;
  for (const uint32_t id : state.ByName()) sorted.emplace_back(state.UserName(id));
  return sorted;
}

/// Has the user be seen owning nothing at `offset`, and forgotten.
void Forget(State& state, const std::string& name, int64_t offset) {
  state.NoteEvent(*state.Find(name), 0, offset);
  state.ForgetIdle(0, offset + state.limits().idle_offsets_max + 1);
}

TEST_CASE("users are found by their names, which are kept") {
  State state;
  CHECK(state.Find("u") == nullptr);
  std::set<std::string, std::less<>> names = {std::string(70'000, 'x'), "\xF0\x9F\x90\x89"};
  for (int i = 0; i < 20'000; ++i) names.insert("user" + std::to_string(i * 7919));
  for (const std::string& name : names) state.Add(std::string(name), 0);
  for (const std::string& name : names) {
    const User* user = state.Find(name);
    REQUIRE(user != nullptr);
    REQUIRE(user->name == name);
  }
  CHECK(state.Find("user1") == nullptr);
  CHECK(state.user_count() == names.size());
  CHECK(Listed(state) == std::vector<std::string>(names.begin(), names.end()));
  names.insert("a late one");
  state.Add("a late one", 0);
  CHECK(Listed(state) == std::vector<std::string>(names.begin(), names.end()));
  CHECK(state.MemoryBytes() > names.size() * sizeof(User));
}

TEST_CASE("users come and go, and those who are there are found") {
  State state(StateLimits{.idle_offsets_max = 0});
  std::set<std::string> names;
  std::mt19937 random(7);
  int64_t offset = 0;
  for (int turn = 0; turn < 20'000; ++turn) {
    const std::string name = "user" + std::to_string(random() % 3'000);
    if (names.erase(name) == 1) {
      Forget(state, name, offset += 2);
    } else {
      names.insert(name);
      state.Add(name, 0);
    }
    if (turn % 1'000 == 0) {
      REQUIRE(Listed(state) == std::vector<std::string>(names.begin(), names.end()));
    }
  }
  REQUIRE(state.user_count() == names.size());
  size_t found = 0;
  for (int i = 0; i < 3'000; ++i) {
    const std::string name = "user" + std::to_string(i);
    const User* user = state.Find(name);
    REQUIRE((user != nullptr) == names.contains(name));
    if (user != nullptr) ++found;
  }
  CHECK(found == names.size());
  size_t walked = 0;
  for (const User& user : state.users())
    walked += names.contains(user.name) ? size_t{1} : size_t{0};
  CHECK(walked == names.size());
  // Places are used again, so that the memory is of those who were there at one time.
  CHECK(state.UserAt(state.ByName()[0]).id < 6'000);
  CHECK(state.PartitionBytes(0) > 0);
  for (const std::string& name : names) Forget(state, name, offset += 2);
  CHECK(state.PartitionBytes(0) == 0);
}

TEST_CASE("goods are kept once, for as long as somebody has them") {
  State state;
  User& user = state.Add("u", 0);
  User& other = state.Add("v", 0);
  const int64_t before = state.PartitionBytes(0);
  const uint32_t katana = state.AddToStack(user, {"sword", "blade", "katana"}, 1);
  CHECK(state.AddToStack(user, {"sword", "blade", ""}, 1) != katana);
  CHECK(state.AddToStack(other, {std::string("sword"), "blade", "katana"}, 1) == katana);
  CHECK(state.goods_count() == 2);
  CHECK(state.goods(katana).type == "katana");
  // The kind is as it is called now, and those who have it under the old one keep that.
  CHECK(state.AddToStack(user, {"sword", "tool", "katana"}, 1) != katana);
  CHECK(state.goods_count() == 3);
  CHECK(user.stacks.size() == 2);
  state.PutLine(other, {"rope", "thing", ""}, {.quantity = 3}, TimestampMs(1));
  state.PutLine(other, {"rope", "tool", ""}, {.quantity = 2}, TimestampMs(2));
  CHECK(other.cart->lines.size() == 1);
  CHECK(state.goods_count() == 4);
  state.TakeFromLine(other, other.cart->lines.begin(), 1, TimestampMs(3));
  CHECK(other.cart->lines[0].quantity == 1);
  state.TakeFromLine(other, other.cart->lines.begin(), 1, TimestampMs(4));
  CHECK(other.cart == nullptr);
  state.TakeFromStack(other, other.stacks.begin(), 1);
  while (!user.stacks.empty()) {
    state.TakeFromStack(user, user.stacks.begin(), user.stacks[0].quantity);
  }
  CHECK(state.goods_count() == 0);
  CHECK(state.PartitionBytes(0) == before);
}

TEST_CASE("a guild's members stay right as they leave in any order, and it goes with the last") {
  State state;
  for (int i = 0; i < 100; ++i) {
    User& user = state.Add("u" + std::to_string(i), 0);
    if (i % 2 == 0) state.Join(user, "h");
    state.Join(user, "g");
  }
  const int64_t all = state.PartitionBytes(0);
  const auto leave = [&](const std::string& name) {
    User& user = *state.Find(name);
    const auto found = std::ranges::find_if(
        user.guilds, [&](const Membership& each) { return state.guild(each.guild).name == "g"; });
    state.Leave(user, found->guild);
  };
  std::set<std::string> left;
  for (int i = 0; i < 100; ++i) left.insert("u" + std::to_string(i));
  for (int i = 0; i < 100; i += 3) {
    const std::string name = "u" + std::to_string((i * 37) % 100);
    if (left.erase(name) == 1) leave(name);
    std::set<std::string> members;
    for (const uint32_t id : state.FindGuild("g")->members) {
      members.emplace(state.UserName(id));
      CHECK(state.IsMember(state.UserAt(id), "g"));
    }
    REQUIRE(members == left);
  }
  CHECK(state.FindGuild("h")->members.size() == 50);
  for (const std::string& name : left) leave(name);
  CHECK(state.FindGuild("g") == nullptr);
  CHECK(std::ranges::distance(state.guilds()) == 1);
  state.Join(*state.Find("u1"), "k");
  CHECK(std::ranges::distance(state.guilds()) == 2);
  CHECK(state.PartitionBytes(0) == all - 100 * (kThingBytes + 1) + (kThingBytes + 1));
}

TEST_CASE("changes are noted once until they are taken, and so are those who are forgotten") {
  State state(StateLimits{.idle_offsets_max = 0});
  User& user = state.Add("u", 0);
  state.NoteEvent(user, 0, 1);
  state.NoteEvent(user, 0, 2);
  CHECK(state.TakeChanges().changed == std::vector<uint32_t>{0});
  CHECK(state.TakeChanges().changed.empty());
  state.NoteEvent(user, 0, 3);
  state.ForgetIdle(0, 5);
  CHECK(state.Find("u") == nullptr);
  // Another one takes the place before the change is taken.
  state.NoteEvent(state.Add("v", 0), 0, 6);
  const StateChanges changes = state.TakeChanges();
  CHECK(changes.forgotten == std::vector<std::string>{"u"});
  CHECK(changes.changed == std::vector<uint32_t>{0});
  CHECK_FALSE(changes.whole);
}

TEST_CASE("when more is forgotten than is remembered, a snapshot must write everything") {
  State state(StateLimits{.idle_offsets_max = 0});
  for (int64_t i = 0; i < 20'000; ++i) {
    const std::string name = std::to_string(i) + std::string(1'000, 'x');
    state.NoteEvent(state.Add(name, 0), 0, 2 * i);
  }
  state.ForgetIdle(0, 100'000);
  CHECK(state.user_count() == 0);
  CHECK(state.MemoryBytes() < 10'000'000);
  const StateChanges changes = state.TakeChanges();
  CHECK(changes.whole);
  CHECK(changes.forgotten.empty());
  CHECK_FALSE(state.TakeChanges().whole);
}

TEST_CASE("who owns nothing is forgotten when the log is so much longer") {
  State state(StateLimits{.idle_offsets_max = 10});
  User& idle = state.Add("idle", 3);
  User& busy = state.Add("busy", 3);
  User& owner = state.Add("owner", 3);
  User& elsewhere = state.Add("elsewhere", 4);
  state.AddToStack(owner, {"rope", "rope", ""}, 1);
  state.NoteEvent(idle, 3, 100);
  state.NoteEvent(busy, 3, 101);
  state.NoteEvent(owner, 3, 102);
  state.NoteEvent(elsewhere, 4, 5);
  state.NoteEvent(busy, 3, 105);
  state.ForgetIdle(3, 110);
  CHECK(state.user_count() == 4);
  state.ForgetIdle(3, 111);
  CHECK(state.Find("idle") == nullptr);
  state.ForgetIdle(3, 115);
  CHECK(state.Find("busy") != nullptr);
  state.ForgetIdle(3, 1'000);
  CHECK(state.Find("busy") == nullptr);
  CHECK(state.Find("owner") != nullptr);
  CHECK(state.Find("elsewhere") != nullptr);
}

TEST_CASE("a ring of recent ids forgets the oldest") {
  RecentIds recent;
  CHECK_FALSE(recent.Contains(0));
  for (uint64_t i = 0; i < 20; ++i) recent.Add(i);
  for (uint64_t i = 0; i < 20; ++i) CHECK(recent.Contains(i) == (i >= 20 - kRecentEvents));
  CHECK(HashEventId("a") == 0xaf63dc4c8601ec8cu);  // FNV-1a's own test vector.
}

TEST_CASE("a hint finds nobody who is not there, and changes nothing") {
  State state;
  const auto hint = [&state](std::string_view name) {
    state.FetchPlace(HashName(name));
    state.FetchUser(HashName(name));
    state.FetchThings(HashName(name));
  };
  hint("u");
  CHECK(state.user_count() == 0);
  state.Add("u", 0);
  hint("u");
  hint("somebody else");
  hint("");
  CHECK(state.user_count() == 1);
  CHECK(state.Find("somebody else") == nullptr);
  CHECK(state.Find("u")->OwnsNothing());
}

}  // namespace
}  // namespace gamevents::state
