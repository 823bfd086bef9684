// Goal: equal seeds play equal worlds, and what happens in one makes sense: players, sessions,
// guilds, the mix. Method: many events, read as JSON.
#include "core/generate/world.h"

#include "core/base/clock.h"
#include "core/event/document.h"
#include "core/generate/names.h"
#include "tests/unit/catch.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <set>

namespace gamevents::generate {
namespace {

WorldOptions Options(uint64_t seed) {
  WorldOptions options;
  options.seed = seed;
  options.players = 200;
  options.guilds = 10;
  options.items = {{"sword", "sword", {"katana", "broadsword"}, 100, 5, false},
                   {"shield", "shield", {}, 80, 5, false},
                   {"crown", "crown", {}, 5'000, 1, true}};
  return options;
}

std::string Text(const event::Document& document, const char* name) {
  const event::Value value = document.Field({name});
  const auto* text = std::get_if<std::string_view>(&value);
  return text == nullptr ? "" : std::string(*text);
}

std::string AllOf(WorldOptions options, int events) {
  World world(std::move(options));
  std::string all;
  for (int i = 0; i < events; ++i) {
    const GameEvent event = world.Next();
    all += event.json + event.path + event.user + std::to_string(event.number) + "\n";
  }
  return all;
}

}  // namespace

TEST_CASE("a seed plays the same world each time, another seed another") {
  const std::string first = AllOf(Options(42), 2'000);
  auto more_players = Options(42);
  more_players.players = 20'000;
  auto uniform = Options(42);
  uniform.mix = ItemMix::kUniform;
  const bool again = first == AllOf(Options(42), 2'000);
  CHECK(again);
  for (const WorldOptions& other : {Options(43), more_players, uniform}) {
    const bool differs = first != AllOf(other, 2'000);
    CHECK(differs);
  }
}

TEST_CASE("a world's first event never changes") {
  World world(Options(42));
  CHECK(world.Next().json == R"({"event_type":"default","user_name":"redbadger","session":6,)"
                             R"("event_time":"2026-01-01T00:00:00.715Z",)"
                             R"("event_id":"019b76da-aacb-7136-a138-a3a83e3d709b"})");
}

TEST_CASE("events are whole, their ids differ, their times ascend") {
  World world(Options(1));
  event::Document document;
  std::set<std::string> ids;
  std::map<std::string, int64_t> numbers;
  std::string last_time;
  for (int i = 0; i < 5'000; ++i) {
    const GameEvent event = world.Next();
    REQUIRE(document.Parse(event.json));
    REQUIRE(Text(document, "event_id") == FormatUuid(event.id));
    REQUIRE(ids.insert(FormatUuid(event.id)).second);
    REQUIRE(Text(document, "event_time") >= last_time);
    last_time = Text(document, "event_time");
    REQUIRE(event.user == PlayerName(event.player));
    REQUIRE(event.number == numbers[event.user]++);
    const std::string user = Text(document, "user_name");
    REQUIRE((user.empty() ? Text(document, "user") : user) == event.user);
  }
  CHECK(last_time.starts_with("2026-01-01T"));
}

TEST_CASE("players join one guild at a time, and leave the one they are in") {
  World world(Options(2));
  event::Document document;
  std::map<std::string, std::string> guilds;
  int joins = 0;
  int leaves = 0;
  for (int i = 0; i < 20'000; ++i) {
    const GameEvent event = world.Next();
    REQUIRE(document.Parse(event.json));
    const std::string type = Text(document, "event_type");
    if (type == "join_a_guild") {
      ++joins;
      REQUIRE(guilds[event.user].empty());
      guilds[event.user] = Text(document, "joined_guild");
    } else if (type == "leave_a_guild") {
      ++leaves;
      REQUIRE_FALSE(guilds[event.user].empty());
      REQUIRE(Text(document, "left_guild") == guilds[event.user]);
      guilds[event.user].clear();
    }
  }
  CHECK(joins > 500);
  CHECK(leaves > 300);
}

TEST_CASE("carts hold what was put in, are bought or left alone; only what is owned is used") {
  World world(Options(8));
  event::Document document;
  std::map<std::string, std::set<std::string>> carts;
  std::map<std::string, std::map<std::string, int64_t>> owned;
  std::map<std::string, int> types;
  for (int i = 0; i < 20'000; ++i) {
    const GameEvent event = world.Next();
    REQUIRE(document.Parse(event.json));
    const std::string type = Text(document, "event_type");
    const std::string goods = Text(document, "item") + "/" + Text(document, "type");
    const event::Value quantity = document.Field({"quantity"});
    const auto* count = std::get_if<int64_t>(&quantity);
    ++types[type.starts_with("purchase_") ? "purchase" : type];
    if (type.starts_with("purchase_")) owned[event.user][goods] += *count;
    if (type == "add_to_cart") {
      carts[event.user].insert(goods);
      REQUIRE(std::get<int64_t>(document.Field({"price"})) >= 80);
      REQUIRE(*count <= std::get<int64_t>(document.Field({"stack_limit"})));
    }
    if (type == "remove_from_cart") REQUIRE(carts[event.user].erase(goods) == 1);
    if (type == "checkout") {
      REQUIRE_FALSE(carts[event.user].empty());
      // How many of each is known to the player only; enough for what is used below.
      for (const std::string& each : carts[event.user]) owned[event.user][each] += 3;
      carts[event.user].clear();
    }
    if (type == "use_item") REQUIRE(--owned[event.user][goods] >= 0);
  }
  for (const char* type : {"add_to_cart", "remove_from_cart", "checkout", "use_item"}) {
    INFO(type);
    CHECK(types[type] > 200);
  }
  const auto left_alone =
      std::ranges::count_if(carts, [](const auto& cart) { return !cart.second.empty(); });
  CHECK(left_alone > 20);
}

TEST_CASE("sessions begin with a default event and have one player each") {
  World world(Options(3));
  event::Document document;
  std::map<int64_t, std::string> players;
  constexpr int kEvents = 20'000;
  for (int i = 0; i < kEvents; ++i) {
    const GameEvent event = world.Next();
    REQUIRE(document.Parse(event.json));
    const auto session = std::get<int64_t>(document.Field({"session"}));
    const auto [known, is_new] = players.try_emplace(session, event.user);
    REQUIRE(known->second == event.user);
    if (is_new) REQUIRE(Text(document, "event_type") == "default");
  }
  const double mean = kEvents / static_cast<double>(players.size());
  CHECK(mean > 0.8 * World::kSessionEvents);
  CHECK(mean < 1.2 * World::kSessionEvents);
}

TEST_CASE("the first item sells best where the mix is skewed") {
  const auto sold = [](ItemMix mix) {
    auto options = Options(4);
    options.mix = mix;
    World world(std::move(options));
    std::map<std::string, int> counts;
    event::Document document;
    for (int i = 0; i < 10'000; ++i) {
      const GameEvent event = world.Next();
      REQUIRE(document.Parse(event.json));
      ++counts[Text(document, "event_type")];
    }
    return counts;
  };
  auto skewed = sold(ItemMix::kSkewed);
  CHECK(skewed["purchase_sword"] > 18 * skewed["purchase_shield"] / 10);
  CHECK(skewed["purchase_crown"] > 0);
  auto uniform = sold(ItemMix::kUniform);
  CHECK(std::abs(uniform["purchase_sword"] - uniform["purchase_crown"]) < 300);
  CHECK(uniform["purchase_sword"] > 1'000);
}

TEST_CASE("classic events have a route each; nobody's have no user and no number") {
  auto options = Options(5);
  options.routes = Routes::kClassic;
  World world(std::move(options));
  std::map<std::string, int64_t> numbers;
  int nobodys = 0;
  for (int i = 0; i < 5'000; ++i) {
    const GameEvent event = world.Next();
    if (event.path == "/") {
      ++nobodys;
      REQUIRE(event.user.empty());
      REQUIRE(event.number == 0);
      continue;
    }
    REQUIRE(event.number == numbers[event.user]++);
    const bool purchase = event.path == "/purchase_a_sword/" + event.user;
    REQUIRE((purchase || event.path.starts_with("/join_a_guild/" + event.user + "/")));
  }
  CHECK(nobodys > 100);
}

TEST_CASE("a world of one player and one guild goes on") {
  auto options = Options(6);
  options.players = 1;
  options.guilds = 1;
  World world(std::move(options));
  for (int64_t i = 0; i < 1'000; ++i) REQUIRE(world.Next().number == i);
}

TEST_CASE("events follow each other at the world's spacing") {
  World world(Options(7));
  constexpr int kEvents = 20'000;
  std::chrono::microseconds last{0};
  for (int i = 0; i < kEvents; ++i) last = world.Next().time;
  const double mean = static_cast<double>(last.count()) / kEvents;
  CHECK(std::abs(mean / world.spacing().count() - 1) < 0.03);
}

TEST_CASE("a world with a rhythm ends, and keeps to what players may own") {
  auto options = Options(9);
  options.items.push_back({"arrow", "ammunition", {}, 1, 4, false});
  options.mix = ItemMix::kByPrice;
  options.rhythm = *Rhythm::Make({.seed = 9,
                                  .begin = TimestampMs(1'772'409'600'000),
                                  .days = 20,
                                  .players = options.players,
                                  .count = {}});
  World world(options);
  event::Document document;
  std::map<std::string, std::map<std::string, int64_t>> owned;
  std::map<std::string, std::map<std::string, int64_t>> carts;
  std::set<std::string> bought;
  std::set<std::string> ids;
  std::string last_time;
  while (!world.ended()) {
    const GameEvent event = world.Next();
    REQUIRE(document.Parse(event.json));
    REQUIRE(ids.insert(Text(document, "event_id")).second);
    REQUIRE(event.record_time);
    REQUIRE(Text(document, "event_time") == FormatTimestamp(*event.record_time));
    REQUIRE(Text(document, "event_time") >= last_time);
    last_time = Text(document, "event_time");
    REQUIRE_FALSE(Text(document, "time_zone").empty());
    const std::string type = Text(document, "event_type");
    const std::string item = Text(document, "item");
    const std::string goods = item + "/" + Text(document, "type");
    const event::Value quantity = document.Field({"quantity"});
    const auto* count = std::get_if<int64_t>(&quantity);
    const auto own = [&](const std::string& name, int64_t number) {
      owned[event.user][name] += number;
      REQUIRE(owned[event.user][name] <= (name == "crown/" ? 1 : name == "arrow/" ? 4 : 5));
    };
    if (type.starts_with("purchase_")) own(goods, *count);
    if (type == "add_to_cart") carts[event.user][goods] = *count;
    if (type == "remove_from_cart") REQUIRE(carts[event.user].erase(goods) == 1);
    if (type == "checkout") {
      REQUIRE_FALSE(carts[event.user].empty());
      for (const auto& [name, number] : carts[event.user]) own(name, number);
      carts[event.user].clear();
    }
    if (type.starts_with("purchase_") || type == "checkout") bought.insert(event.user);
    if (type == "use_item") REQUIRE(--owned[event.user][goods] >= 0);
  }
  CHECK(static_cast<int64_t>(ids.size()) == options.rhythm->events());
  CHECK(last_time.starts_with("2026-03-"));
  std::set<std::string> buyers;
  for (uint64_t player = 0; player < options.players; ++player) {
    if (options.rhythm->LifeOf(player).buyer) buyers.insert(PlayerName(player));
  }
  CHECK(bought == buyers);
}

}  // namespace gamevents::generate
