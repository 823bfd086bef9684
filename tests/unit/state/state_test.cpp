// Goal: users, goods and guilds are found again however many there are. Method: thousands of
// names beside a map of the standard library.

#include "core/state/state.h"

#include "tests/unit/catch.h"

#include <set>

namespace gamevents::state {
namespace {

TEST_CASE("users are found by their names, which are kept") {
  State state;
  CHECK(state.Find("u") == nullptr);
  std::set<std::string, std::less<>> names = {std::string(70'000, 'x'), "\xF0\x9F\x90\x89"};
  for (int i = 0; i < 20'000; ++i) names.insert("user" + std::to_string(i * 7919));
  for (const std::string& name : names) state.FindOrAdd(std::string(name));
  for (const std::string& name : names) {
    const User* user = state.Find(name);
    REQUIRE(user != nullptr);
    REQUIRE(user->name == name);
    REQUIRE(&state.FindOrAdd(name) == user);
  }
  CHECK(state.Find("user1") == nullptr);
  CHECK(state.users().size() == names.size());

  std::vector<std::string> sorted;
  for (const uint32_t id : state.ByName()) sorted.emplace_back(state.UserName(id));
  CHECK(sorted == std::vector<std::string>(names.begin(), names.end()));
  names.insert("a late one");
  state.FindOrAdd("a late one");
  sorted.clear();
  for (const uint32_t id : state.ByName()) sorted.emplace_back(state.UserName(id));
  CHECK(sorted == std::vector<std::string>(names.begin(), names.end()));
  CHECK(state.MemoryBytes() > names.size() * sizeof(User));
}

TEST_CASE("goods are kept once") {
  State state;
  const uint32_t katana = state.GoodsId("sword", "blade", "katana");
  CHECK(state.GoodsId("sword", "blade", "") != katana);
  CHECK(state.GoodsId("sword", "tool", "katana") != katana);
  CHECK(state.GoodsId(std::string("sword"), "blade", "katana") == katana);
  CHECK(state.goods_count() == 3);
  CHECK(state.goods(katana).type == "katana");
}

TEST_CASE("a guild's members stay right as they leave in any order") {
  State state;
  const uint32_t guild = state.GuildId("g");
  const uint32_t other = state.GuildId("h");
  for (int i = 0; i < 100; ++i) {
    User& user = state.FindOrAdd("u" + std::to_string(i));
    if (i % 2 == 0) state.Join(user, other);
    state.Join(user, guild);
  }
  std::set<std::string> left;
  for (int i = 0; i < 100; ++i) left.insert("u" + std::to_string(i));
  for (int i = 0; i < 100; i += 3) {
    const std::string name = "u" + std::to_string((i * 37) % 100);
    if (left.erase(name) == 1) state.Leave(*state.Find(name), guild);
    std::set<std::string> members;
    for (const uint32_t id : state.FindGuild("g")->members) {
      members.emplace(state.UserName(id));
      CHECK(state.IsMember(state.UserAt(id), "g"));
    }
    REQUIRE(members == left);
  }
  CHECK(state.FindGuild("h")->members.size() == 50);
}

TEST_CASE("changes are noted once until they are taken") {
  State state;
  User& user = state.FindOrAdd("u");
  state.NoteChange(user);
  state.NoteChange(user);
  CHECK(state.TakeChanged() == std::vector<uint32_t>{0});
  CHECK(state.TakeChanged().empty());
  state.NoteChange(user);
  CHECK(state.changed_count() == 1);
}

TEST_CASE("a ring of recent ids forgets the oldest") {
  RecentIds recent;
  CHECK_FALSE(recent.Contains(0));
  for (uint64_t i = 0; i < 20; ++i) recent.Add(i);
  for (uint64_t i = 0; i < 20; ++i) CHECK(recent.Contains(i) == (i >= 20 - kRecentEvents));
  CHECK(HashEventId("a") == 0xaf63dc4c8601ec8cu);  // FNV-1a's own test vector.
}

}  // namespace
}  // namespace gamevents::state
