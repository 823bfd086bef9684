// Goal: each event does to the state what docs/state.md says, or is refused and does nothing.
// Method: short logs, and what is shown of the state after them.

#include "core/state/fold.h"

#include "core/state/views.h"
#include "tests/unit/catch.h"
#include "tests/unit/state/events.h"

namespace gamevents::state {
namespace {

/// A state and the fold that feeds it.
struct Table {
  State state;
  Fold fold;

  Outcome Play(const Made& made) { return fold.Apply(made.entry(), state); }
  void Do(const Made& made) {
    INFO(made.json);
    CHECK(Play(made).verdict == Verdict::kDone);
  }
  /// The reason of a refusal.
  std::string Refused(const Made& made) {
    INFO(made.json);
    const std::string before = Shown("u");
    const Outcome outcome = Play(made);
    REQUIRE(outcome.verdict == Verdict::kRefused);
    CHECK(Shown("u") == before);
    return DescribeRefusal(outcome);
  }
  std::string Shown(std::string_view user) const {
    return InventoryJson(state, user) + CartJson(state, user);
  }
};

const Extra kKatanas = {
    {"kind", "sword"}, {"type", "katana"}, {"price", int64_t{120}}, {"stack_limit", int64_t{20}}};

Extra With(Extra fields, const std::string& name, int64_t value) {
  fields.emplace_back(name, value);
  return fields;
}

TEST_CASE("the assignment's purchase is a sword") {
  Table table;
  const Made made = Event("u", "purchase_sword",
                          {{"remote ip", "127.0.0.1"}, {"purchase_user", "u"}, {"Host", "h"}});
  table.Do(made);
  table.Do(made);
  CHECK(InventoryJson(table.state, "u") ==
        R"({"user":"u","items":[{"item":"sword","kind":"sword","quantity":2}],"quantity":2})");
}

TEST_CASE("a purchase brings its facts along, and obeys them") {
  Table table;
  table.Do(Event("u", "purchase_sword",
                 {{"user", "u"},
                  {"type", "katana"},
                  {"quantity", int64_t{19}},
                  {"stack_limit", int64_t{20}}}));
  CHECK(table.Refused(Event("u", "purchase_sword",
                            {{"purchase_user", "u"},
                             {"type", "katana"},
                             {"quantity", int64_t{2}},
                             {"stack_limit", int64_t{20}}})) ==
        "sword (katana): 19 owned, and 2 more would exceed the limit of 20");
  const Extra unique = {{"purchase_user", "u"}, {"unique", true}};
  table.Do(Event("u", "purchase_crown", unique));
  CHECK(table.Refused(Event("u", "purchase_crown", unique)) ==
        "crown: a user can own one only, and does");
  CHECK(table.state.counts.done == 2);
  CHECK(table.state.counts.refused == 2);
}

TEST_CASE("a cart's lines are set, taken out and bought at the price of their time") {
  Table table;
  table.Do(ItemEvent("u", "add_to_cart", "sword", With(kKatanas, "quantity", 3)));
  table.Do(ItemEvent("u", "add_to_cart", "sword", With(kKatanas, "quantity", 2)));
  table.Do(ItemEvent("u", "add_to_cart", "bread", {{"kind", "food"}, {"price", int64_t{2}}}));
  CHECK(CartJson(table.state, "u") ==
        R"({"user":"u","items":[{"item":"sword","kind":"sword","type":"katana","quantity":2,)"
        R"("price":120,"total":240},{"item":"bread","kind":"food","quantity":1,"price":2,)"
        R"("total":2}],"total":242,"changed_at":"2026-11-23T10:00:00.000Z"})");
  CHECK(table.Refused(ItemEvent("u", "remove_from_cart", "rope")) == "rope: not in the cart");
  CHECK(table.Refused(ItemEvent("u", "remove_from_cart", "bread", {{"quantity", int64_t{2}}})) ==
        "bread: 1 in the cart, not 2");
  // Without a type the only one there is, and without a quantity all of it.
  table.Do(ItemEvent("u", "remove_from_cart", "sword", {{"quantity", int64_t{1}}}));
  table.Do(ItemEvent("u", "remove_from_cart", "bread"));
  const Outcome bought = table.Play(Event("u", "checkout", {{"user", "u"}}));
  CHECK(bought.verdict == Verdict::kDone);
  CHECK(TotalOf(bought.bought) == 120);
  CHECK(CartJson(table.state, "u") == R"({"user":"u","items":[],"total":0})");
  CHECK(table.Refused(Event("u", "checkout", {{"user", "u"}})) == "the cart is empty");
}

TEST_CASE("a checkout is done whole or not at all") {
  Table table;
  table.Do(ItemEvent("u", "add_to_cart", "bread"));
  table.Do(ItemEvent("u", "add_to_cart", "sword", With(kKatanas, "quantity", 20)));
  table.Do(Event("u", "purchase_sword", {{"user", "u"}, {"type", "katana"}}));
  CHECK(table.Refused(Event("u", "checkout", {{"user", "u"}})) ==
        "sword (katana): 1 owned, and 20 more would exceed the limit of 20");
  table.Do(Event("u", "clear_cart", {{"user", "u"}}));
  table.Do(Event("u", "clear_cart", {{"user", "u"}}));  // Clearing what is clear is done already.
  CHECK(table.Refused(ItemEvent("u", "add_to_cart", "sword", With(kKatanas, "quantity", 21))) ==
        "sword (katana): 0 owned, and 21 more would exceed the limit of 20");
  for (const char* type : {"gold", "iron"}) {
    table.Do(ItemEvent("u", "add_to_cart", "crown", {{"type", type}, {"unique", true}}));
  }
  CHECK(table.Refused(Event("u", "checkout", {{"user", "u"}})).find("limit of 1") !=
        std::string::npos);
}

TEST_CASE("what is used is gone") {
  Table table;
  table.Do(
      Event("u", "purchase_potion", {{"user", "u"}, {"type", "mana"}, {"quantity", int64_t{2}}}));
  table.Do(ItemEvent("u", "use_item", "potion"));
  table.Do(Event("u", "purchase_potion", {{"user", "u"}, {"type", "health"}}));
  CHECK(table.Refused(ItemEvent("u", "use_item", "potion")) ==
        "potion: there are several types of it; name one with type=");
  CHECK(table.Refused(
            ItemEvent("u", "use_item", "potion", {{"type", "mana"}, {"quantity", int64_t{2}}})) ==
        "potion (mana): 1 in the inventory, not 2");
  table.Do(ItemEvent("u", "use_item", "potion", {{"type", "mana"}}));
  CHECK(table.Refused(ItemEvent("u", "use_item", "potion", {{"type", "mana"}})) ==
        "potion (mana): not in the inventory");
  CHECK(InventoryJson(table.state, "u") ==
        R"({"user":"u","items":[{"item":"potion","kind":"potion","type":"health","quantity":1}],)"
        R"("quantity":1})");
}

TEST_CASE("guilds have members, each once") {
  Table table;
  const auto join = [](const std::string& user, const std::string& guild) {
    return Event(user, "join_a_guild", {{"user_name", user}, {"joined_guild", guild}});
  };
  for (const char* user : {"c", "a", "b", "a"}) table.Do(join(user, "G"));
  CHECK(GuildJson(table.state, "G", "", 2) ==
        R"({"guild":"G","members":["a","b"],"count":3,"next":"b"})");
  CHECK(GuildJson(table.state, "G", "b", 2) == R"({"guild":"G","members":["c"],"count":3})");
  table.Do(Event("c", "leave_a_guild", {{"user_name", "c"}, {"left_guild", "G"}}));
  CHECK(table.Play(Event("c", "leave_a_guild", {{"user_name", "c"}})).refusal ==
        Refusal::kNotInGuild);
  table.Do(join("a", "H"));
  CHECK(table.Play(Event("a", "leave_a_guild", {{"user_name", "a"}})).refusal ==
        Refusal::kSeveralGuilds);
  table.Do(Event("b", "leave_a_guild", {{"user_name", "b"}}));
  CHECK(GuildJson(table.state, "G", "", 9) == R"({"guild":"G","members":["a"],"count":1})");
  CHECK(GuildJson(table.state, "none", "", 9) ==
        R"({"guild":"none","members":[],"count":0,"note":"there is no guild 'none'"})");
}

TEST_CASE("one of a user's last events over again changes nothing") {
  Table table;
  const auto bread = [](int id) {
    return Event("u", "purchase_bread", {{"user", "u"}, {"event_id", "id-" + std::to_string(id)}});
  };
  for (int i = 0; i < 12; ++i) table.Do(bread(i));
  for (int i = 4; i < 12; ++i) CHECK(table.Play(bread(i)).verdict == Verdict::kDuplicate);
  CHECK(table.state.counts.duplicates == 8);
  CHECK(table.state.Find("u")->stacks.at(0).quantity == 12);
}

TEST_CASE("what is no command is skipped and counted") {
  Table table;
  for (const char* value : {"17", "{", "{\"event_type\":\"add_to_cart\"}",
                            "{\"event_type\":\"add_to_cart\",\"user\":\"u\",\"item\":\"a\","
                            "\"quantity\":-1}",
                            "{\"event_type\":\"purchase_a\",\"user\":\"u\",\"quantity\":\"2\"}",
                            "{\"event_type\":\"checkout\",\"user\":7}"}) {
    INFO(value);
    CHECK(table.fold.Apply({"u", value, TimestampMs(0)}, table.state).verdict == Verdict::kSkipped);
  }
  CHECK(table.fold.Apply({"u", std::nullopt, TimestampMs(0)}, table.state).verdict ==
        Verdict::kSkipped);
  CHECK(table.state.counts.malformed == 7);
  for (const char* value :
       {"{}", "{\"event_type\":\"default\"}", "{\"event_type\":\"purchase_\"}"}) {
    table.fold.Apply({"u", value, TimestampMs(0)}, table.state);
  }
  CHECK(table.state.counts.other == 3);
  Made made = Event("u", "checkout", {{"user", "u"}});
  made.key = "v";
  CHECK(table.Play(made).verdict == Verdict::kSkipped);
  CHECK(table.fold.Apply({std::nullopt, made.json, TimestampMs(0)}, table.state).verdict ==
        Verdict::kSkipped);
  CHECK(table.state.counts.misplaced == 2);
  CHECK(table.state.user_count() == 0);
}

TEST_CASE("a command that is refused makes no user, nor anything else") {
  Table table;
  const auto name = [](int i) { return "nobody" + std::to_string(i) + std::string(500, 'x'); };
  for (int i = 0; i < 5'000; ++i) {
    const std::string user = name(i);
    const std::string item = "item" + std::to_string(i);
    for (const Made& made :
         {Event(user, "checkout", {{"user", user}}), ItemEvent(user, "use_item", item),
          ItemEvent(user, "remove_from_cart", item),
          ItemEvent(user, "add_to_cart", item,
                    {{"quantity", int64_t{2}}, {"stack_limit", int64_t{1}}}),
          Event(user, "purchase_" + item,
                {{"user", user}, {"quantity", int64_t{2}}, {"unique", true}}),
          Event(user, "leave_a_guild", {{"user_name", user}, {"left_guild", item}})}) {
      REQUIRE(table.Play(made).verdict == Verdict::kRefused);
    }
    REQUIRE(table.Play(Event(user, "clear_cart", {{"user", user}})).verdict == Verdict::kDone);
  }
  CHECK(table.state.user_count() == 0);
  CHECK(table.state.goods_count() == 0);
  CHECK(table.state.counts.refused == 30'000);
  CHECK(table.state.MemoryBytes() < 10'000);
}

TEST_CASE("an item that nobody has any more is not kept") {
  Table table;
  for (int i = 0; i < 5'000; ++i) {
    const std::string item = "item" + std::to_string(i);
    table.Do(ItemEvent("u", "add_to_cart", item));
    table.Do(ItemEvent("u", "remove_from_cart", item));
    table.Do(Event("u", "purchase_" + item, {{"user", "u"}}));
    table.Do(ItemEvent("u", "use_item", item));
    table.Do(Event("u", "join_a_guild", {{"user", "u"}, {"joined_guild", item}}));
    table.Do(Event("u", "leave_a_guild", {{"user", "u"}}));
  }
  CHECK(table.state.goods_count() == 0);
  CHECK(table.state.guilds().empty());
  CHECK(table.state.PartitionBytes(0) == kUserBytes + 1);
}

TEST_CASE("what a partition's users have is bounded, and what is given up makes room") {
  State state(StateLimits{.partition_bytes_max = 990});
  Fold fold;
  const auto play = [&](const Made& made, int32_t partition) {
    Entry entry = made.entry();
    entry.place.partition = partition;
    return fold.Apply(entry, state);
  };
  const auto buy = [](const std::string& user, const std::string& item) {
    return Event(user, "purchase_" + item, {{"user", user}});
  };
  for (const char* user : {"a", "b", "c"}) {
    REQUIRE(play(buy(user, "rope"), 0).verdict == Verdict::kDone);
  }
  REQUIRE(play(ItemEvent("a", "add_to_cart", "torch"), 0).verdict == Verdict::kDone);
  REQUIRE(state.PartitionBytes(0) >= 990);
  for (const Made& made :
       {buy("d", "rope"), buy("a", "bread"), ItemEvent("a", "add_to_cart", "axe"),
        Event("a", "join_a_guild", {{"user", "a"}, {"joined_guild", "g"}})}) {
    INFO(made.json);
    const Outcome outcome = play(made, 0);
    REQUIRE(outcome.refusal == Refusal::kStateFull);
    CHECK(DescribeRefusal(outcome).find("990 bytes") != std::string::npos);
  }
  CHECK(state.Find("d") == nullptr);
  // Neither more of what is there, nor another partition, nor a checkout is concerned.
  CHECK(play(buy("a", "rope"), 0).verdict == Verdict::kDone);
  CHECK(play(ItemEvent("a", "add_to_cart", "torch", {{"quantity", int64_t{2}}}), 0).verdict ==
        Verdict::kDone);
  CHECK(play(buy("d", "rope"), 1).verdict == Verdict::kDone);
  CHECK(play(Event("a", "checkout", {{"user", "a"}}), 0).verdict == Verdict::kDone);
  for (const char* item : {"torch", "rope"}) {
    REQUIRE(play(ItemEvent("a", "use_item", item, {{"quantity", int64_t{2}}}), 0).verdict ==
            Verdict::kDone);
  }
  CHECK(state.PartitionBytes(0) < 1'000);
  CHECK(play(buy("a", "bread"), 0).verdict == Verdict::kDone);
}

TEST_CASE("what one user can have is bounded") {
  Table table;
  for (size_t i = 0; i < kCartLinesMax; ++i) {
    table.Do(ItemEvent("u", "add_to_cart", "thing" + std::to_string(i)));
  }
  CHECK(table.Refused(ItemEvent("u", "add_to_cart", "more")) == "a cart has at most 100 lines");
  for (size_t i = 0; i < kStacksMax; ++i) {
    table.Do(Event("u", "purchase_thing" + std::to_string(i), {{"user", "u"}}));
  }
  CHECK(table.Refused(Event("u", "purchase_more", {{"user", "u"}})) ==
        "an inventory has at most 1000 different things");
  table.Do(Event("u", "purchase_thing1", {{"user", "u"}}));
  for (size_t i = 0; i < kGuildsMax; ++i) {
    table.Do(Event("u", "join_a_guild",
                   {{"user_name", "u"}, {"joined_guild", "g" + std::to_string(i)}}));
  }
  CHECK(table.Refused(Event("u", "join_a_guild", {{"user_name", "u"}, {"joined_guild", "h"}})) ==
        "a user can be in at most 100 guilds");
}

}  // namespace
}  // namespace gamevents::state
