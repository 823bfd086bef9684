// Goal: pages, filters and rows show what is there, in the order of names, whatever their size.
// Method: thousands of users with known things, and queries whose answers are known.

#include "core/state/views.h"

#include "core/state/fold.h"
#include "tests/unit/catch.h"
#include "tests/unit/state/events.h"

#include <nlohmann/json.hpp>

namespace gamevents::state {
namespace {

using Json = nlohmann::json;

constexpr int kUsers = 5'000;

struct Filled {
  Filled() {
    for (int i = kUsers - 1; i >= 0; --i) {
      const std::string user = Name(i);
      Play(Event(user, "purchase_potion",
                 {{"user", user},
                  {"kind", "drink"},
                  {"type", "mana"},
                  {"quantity", int64_t{i % 10 + 1}}}));
      if (i % 2 == 0) {
        Made made = ItemEvent(user, "add_to_cart", "sword", {{"price", int64_t{i}}});
        made.time = int64_t{i} * 1000;
        Play(made);
      }
    }
  }
  static std::string Name(int i) {
    std::string digits = std::to_string(i);
    return "user" + std::string(5 - digits.size(), '0') + digits;
  }
  void Play(const Made& made) {
    REQUIRE(fold.Apply(made.entry(), state).verdict == Verdict::kDone);
  }
  Json Ask(const Query& query, int* pieces = nullptr) {
    Page page(query);
    while (page.Advance(state)) {
      if (pieces != nullptr) ++*pieces;
    }
    return Json::parse(std::move(page).Finish());
  }
  State state;
  Fold fold;
};

TEST_CASE("a query goes through all users in pieces and pages") {
  Filled filled;
  Query query;
  query.item = "potion";
  query.kind = "drink";
  query.min = 10;
  query.limit = 300;
  int pieces = 0;
  const Json first = filled.Ask(query, &pieces);
  CHECK(pieces >= 1);
  REQUIRE(first.at("inventories").size() == 300);
  CHECK(first["inventories"][0]["user"] == Filled::Name(9));
  CHECK(first.at("next") == Filled::Name(2999));
  query.after = first["next"];
  const Json second = filled.Ask(query);
  CHECK(second.at("inventories").size() == 200);
  CHECK_FALSE(second.contains("next"));
  query.kind = "sword";
  CHECK(filled.Ask(query).at("inventories").empty());
}

TEST_CASE("carts are found by their age and by filters") {
  Filled filled;
  Query query;
  query.view = View::kCarts;
  query.now = TimestampMs(int64_t{kUsers} * 1000);
  query.min_age_ms = 4'990'000;
  const Json old = filled.Ask(query);
  REQUIRE(old.at("carts").size() == 6);
  CHECK(old["carts"][5]["user"] == Filled::Name(10));
  query.min_age_ms.reset();
  const auto count = [&](const char* where) {
    auto filter = event::Filter::Parse(where);
    REQUIRE(filter);
    query.where = *filter;
    query.limit = kPageMax;
    return filled.Ask(query).at("carts").size();
  };
  CHECK(count("total >= 4990") == 5);
  CHECK(count("age <= 10") == 5);
  CHECK(count("user = 'user00010' and lines = 1 and quantity = 1 and item.sword = 1") == 1);
  CHECK(count("exists(kind.drink)") == 0);
  query.view = View::kInventories;
  const auto users = [&](const char* where) {
    auto filter = event::Filter::Parse(where);
    REQUIRE(filter);
    query.where = *filter;
    return filled.Ask(query).at("inventories").size();
  };
  CHECK(users("user < 'user00020' and item.potion.mana >= 9") == 4);
  CHECK(users("user < 'user00020' and kind.drink = 1 and stacks = 1 and guilds = 0") == 2);
  CHECK(users("exists(item.potion.health) or exists(nothing) or exists(a.b.c.d)") == 0);
}

TEST_CASE("rows have one thing each, by name") {
  State state;
  Fold fold;
  for (const Made& made :
       {Event("b", "purchase_rope", {{"user", "b"}}),
        Event("a", "purchase_sword", {{"user", "a"}, {"type", "katana"}}),
        Event("a", "purchase_axe", {{"user", "a"}}),
        ItemEvent("a", "add_to_cart", "rope", {{"price", int64_t{6}}, {"quantity", int64_t{2}}}),
        Event("b", "join_a_guild", {{"user_name", "b"}, {"joined_guild", "g"}}),
        Event("a", "join_a_guild", {{"user_name", "a"}, {"joined_guild", "g"}})}) {
    fold.Apply(made.entry(), state);
  }
  CHECK(InventoryRows(state) ==
        std::vector<std::string>{
            R"({"user":"a","item":"axe","kind":"axe","quantity":1})",
            R"({"user":"a","item":"sword","kind":"sword","type":"katana","quantity":1})",
            R"({"user":"b","item":"rope","kind":"rope","quantity":1})"});
  CHECK(CartRows(state) == std::vector<std::string>{
                               R"({"user":"a","item":"rope","kind":"rope","quantity":2,)"
                               R"("price":6,"total":12,"changed_at":"2026-11-23T10:00:00.000Z"})"});
  CHECK(GuildRows(state) ==
        std::vector<std::string>{R"({"guild":"g","user":"a"})", R"({"guild":"g","user":"b"})"});
}

}  // namespace
}  // namespace gamevents::state
