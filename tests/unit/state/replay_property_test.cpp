// Goal: the fold does what its rules say, however the log is cut into runs, whatever snapshots lie
// between, and when events come twice. Method: random logs, printed with their seed; a model of
// the rules that was written apart from the fold, over plain maps; the fold run whole, in chunks
// through snapshots, and with duplicates, and all compared.

#include "core/state/replica.h"
#include "core/state/snapshot.h"
#include "core/state/views.h"
#include "tests/support/temp_folder.h"
#include "tests/unit/catch.h"
#include "tests/unit/state/events.h"

#include <algorithm>
#include <map>
#include <memory>
#include <random>
#include <set>

namespace gamevents::state {
namespace {

/// What a random event was meant to be, before it became JSON.
struct Planned {
  std::string verb, user, item, type, guild;
  int quantity = 0;  // 0: none named
  int price = 0;
  int limit = 0;
  bool unique = false;
};

/// The rules over again: an inventory is a map from (item, type) to a number.
class Model {
 public:
  bool Play(const Planned& event) {
    Player& player = players[event.user];
    if (event.verb == "purchase") return Buy(player, {Line{event}});
    if (event.verb == "add_to_cart") return Put(player, Line{event});
    if (event.verb == "remove_from_cart") {
      const auto key = Meant(player.cart, event);
      if (!key) return false;
      int& have = player.cart[*key].quantity;
      const int wanted = event.quantity == 0 ? have : event.quantity;
      if (wanted > have) return false;
      have -= wanted;
      if (have == 0) player.cart.erase(*key);
      return true;
    }
    if (event.verb == "clear_cart") return player.cart.clear(), true;
    if (event.verb == "checkout") {
      if (player.cart.empty()) return false;
      std::vector<Line> lines;
      for (const auto& [key, line] : player.cart) lines.push_back(line);
      if (!Buy(player, lines)) return false;
      return player.cart.clear(), true;
    }
    if (event.verb == "use_item") {
      const auto key = Meant(player.owned, event);
      const int wanted = std::max(event.quantity, 1);
      if (!key || wanted > player.owned[*key].quantity) return false;
      player.owned[*key].quantity -= wanted;
      if (player.owned[*key].quantity == 0) player.owned.erase(*key);
      return true;
    }
    if (event.verb == "join_a_guild") return player.guilds.insert(event.guild), true;
    return player.guilds.erase(event.guild) == 1;
  }

  struct Line {
    Line() = default;
    explicit Line(const Planned& event)
        : key(event.item, event.type),
          quantity(std::max(event.quantity, 1)),
          price(event.price),
          limit(event.limit),
          unique(event.unique) {}
    std::pair<std::string, std::string> key;
    int quantity = 0;
    int price = 0;
    int limit = 0;
    bool unique = false;
  };
  using Lines = std::map<std::pair<std::string, std::string>, Line>;
  struct Player {
    Lines owned, cart;
    std::set<std::string> guilds;
  };
  std::map<std::string, Player> players;

 private:
  static int OwnedOf(const Lines& owned, const std::string& item) {
    int count = 0;
    for (const auto& [key, line] : owned) count += key.first == item ? line.quantity : 0;
    return count;
  }

  static bool Put(Player& player, const Line& line) {
    if (line.quantity > line.limit) return false;
    if (line.unique && (line.quantity > 1 || OwnedOf(player.owned, line.key.first) > 0)) {
      return false;
    }
    player.cart[line.key] = line;
    return true;
  }

  static bool Buy(Player& player, const std::vector<Line>& lines) {
    Lines after = player.owned;
    for (const Line& line : lines) {
      if (line.unique && OwnedOf(after, line.key.first) + line.quantity > 1) return false;
      // A unique line leaves no room for its item's other types, whichever comes first.
      for (const Line& other : lines) {
        if (line.unique && other.key != line.key && other.key.first == line.key.first) return false;
      }
      Line& have = after[line.key];
      have.quantity += line.quantity;
      if (have.quantity > line.limit) return false;
    }
    player.owned = after;
    return true;
  }

  static std::optional<std::pair<std::string, std::string>> Meant(const Lines& lines,
                                                                  const Planned& event) {
    const std::pair exact(event.item, event.type);
    if (lines.contains(exact)) return exact;
    if (!event.type.empty()) return std::nullopt;
    std::vector<std::pair<std::string, std::string>> found;
    for (const auto& [key, line] : lines) {
      if (key.first == event.item) found.push_back(key);
    }
    return found.size() == 1 ? std::optional(found[0]) : std::nullopt;
  }
};

Planned Plan(std::mt19937& random) {
  const auto below = [&](int bound) {
    return static_cast<int>(random() % static_cast<unsigned>(bound));
  };
  static const std::vector<std::string> kVerbs = {
      "purchase",         "purchase",     "add_to_cart",  "add_to_cart", "add_to_cart",
      "remove_from_cart", "clear_cart",   "checkout",     "checkout",    "use_item",
      "use_item",         "join_a_guild", "leave_a_guild"};
  Planned event;
  event.verb = kVerbs[static_cast<size_t>(below(static_cast<int>(kVerbs.size())))];
  event.user = "user" + std::to_string(below(6));
  const int item = below(4);
  event.item = "item" + std::to_string(item);
  const int type = below(3);
  event.type = type == 0 ? "" : "type" + std::to_string(type);
  event.guild = "guild" + std::to_string(below(3));
  event.quantity = below(4);
  event.price = below(100);
  event.unique = item == 3;
  event.limit = 3 + below(3);
  return event;
}

Made Write(const Planned& event, int id) {
  Extra fields = {{"event_id", "event-" + std::to_string(id)}};
  if (event.verb == "join_a_guild" || event.verb == "leave_a_guild") {
    fields.emplace_back("user_name", event.user);
    fields.emplace_back(event.verb == "join_a_guild" ? "joined_guild" : "left_guild", event.guild);
    return Event(event.user, event.verb, fields);
  }
  fields.emplace_back("user", event.user);
  if (event.verb == "clear_cart" || event.verb == "checkout") {
    return Event(event.user, event.verb, fields);
  }
  if (!event.type.empty()) fields.emplace_back("type", event.type);
  if (event.quantity > 0) fields.emplace_back("quantity", int64_t{event.quantity});
  fields.emplace_back("price", int64_t{event.price});
  fields.emplace_back("stack_limit", int64_t{event.limit});
  fields.emplace_back("unique", event.unique);
  if (event.verb == "purchase") return Event(event.user, "purchase_" + event.item, fields);
  fields.emplace_back("item", event.item);
  return Event(event.user, event.verb, fields);
}

/// What the model and the state have, in one form.
std::string ShownOf(const Model& model) {
  std::string text;
  for (const auto& [name, player] : model.players) {
    // Who owns nothing is not kept for long, if at all.
    if (player.owned.empty() && player.cart.empty() && player.guilds.empty()) continue;
    text += name + ":";
    for (const auto& [key, line] : player.owned) {
      text += " " + key.first + "/" + key.second + "=" + std::to_string(line.quantity);
    }
    text += ";";
    for (const auto& [key, line] : player.cart) {
      text += " " + key.first + "/" + key.second + "=" + std::to_string(line.quantity) + "@" +
              std::to_string(line.price);
    }
    text += ";";
    for (const std::string& guild : player.guilds) text += " " + guild;
    text += "\n";
  }
  return text;
}

std::string ShownOf(State& state) {
  Model model;
  for (const User& user : state.users()) {
    Model::Player& player = model.players[std::string(user.name)];
    for (const Stack& stack : user.stacks) {
      const Goods& goods = state.goods(stack.goods);
      player.owned[{goods.item, goods.type}].quantity = static_cast<int>(stack.quantity);
    }
    if (user.cart) {
      for (const CartLine& line : user.cart->lines) {
        const Goods& goods = state.goods(line.goods);
        player.cart[{goods.item, goods.type}].quantity = static_cast<int>(line.quantity);
        player.cart[{goods.item, goods.type}].price = static_cast<int>(line.price);
      }
    }
    for (const Membership& each : user.guilds) player.guilds.insert(state.guild(each.guild).name);
  }
  return ShownOf(model);
}

/// The log folded in random runs, each from the snapshot that the one before it left.
std::string InChunks(const std::vector<Made>& log, std::mt19937& random,
                     const std::string& folder) {
  size_t offset = 0;
  std::string shown;
  while (offset < log.size()) {
    auto file = SnapshotFile::Open(folder + "/state.sqlite", "t");
    REQUIRE(file);
    auto loaded = (*file)->Load();
    const bool first = offset == 0;
    REQUIRE((loaded || first));
    Replica fresh;
    Replica& replica = first ? fresh : **loaded;
    if (!first) REQUIRE(replica.Starts().at(0) <= static_cast<int64_t>(offset));
    // Read again from where the snapshot says; what was folded before is passed over.
    Fold fold;
    const size_t end = std::min(log.size(), offset + 1 + random() % 200);
    for (size_t i = first ? 0 : static_cast<size_t>(replica.Starts().at(0)); i < end; ++i) {
      REQUIRE(replica.Take(RecordOf(log[i], static_cast<int64_t>(i)), fold));
    }
    REQUIRE((*file)->Save((*file)->TakeChanges(replica)));
    offset = end;
    shown = ShownOf(replica.state);
  }
  return shown;
}

TEST_CASE("any log folds to what the rules say, however it is replayed") {
  int refused = 0;
  int done = 0;
  for (unsigned seed = 1; seed <= 40; ++seed) {
    INFO("seed " << seed);
    std::mt19937 random(seed);
    Model model;
    std::vector<Made> log;
    Replica whole;
    Fold fold;
    for (int i = 0; i < 600; ++i) {
      const Planned event = Plan(random);
      log.push_back(Write(event, i));
      bool as_said = false;
      bool seen = false;
      REQUIRE(whole.Take(
          RecordOf(log.back(), i), fold,
          [&](const kafka::RecordView&, const Fold&, const Outcome& outcome, const State&) {
            seen = outcome.verdict == Verdict::kDone || outcome.verdict == Verdict::kRefused;
            as_said = outcome.verdict == Verdict::kDone;
          }));
      INFO(log.back().json);
      REQUIRE(seen);
      REQUIRE(as_said == model.Play(event));
      ++(as_said ? done : refused);
    }
    REQUIRE(ShownOf(whole.state) == ShownOf(model));

    const TempFolder folder;
    REQUIRE(InChunks(log, random, folder.path()) == ShownOf(model));

    // Retries: an event again, at most as many of its user's events later as are remembered.
    Replica twice;
    int64_t offset = 0;
    for (const Made& made : log) {
      REQUIRE(twice.Take(RecordOf(made, offset), fold));
      if (random() % 3 == 0) REQUIRE(twice.Take(RecordOf(made, ++offset), fold));
      ++offset;
    }
    REQUIRE(ShownOf(twice.state) == ShownOf(model));
    REQUIRE(Differences(whole.state, twice.state, 5).empty());
  }
  // The random logs reach both kinds of outcome.
  CHECK(done > 5'000);
  CHECK(refused > 5'000);
}

/// A log of three partitions, each user in one of them, folded in any order that keeps the order
/// within each: what several servers see.
std::unique_ptr<State> FoldSomehow(const std::vector<Made>& log, std::mt19937& random,
                                   const StateLimits& limits) {
  std::vector<std::vector<Entry>> partitions(3);
  for (const Made& made : log) {
    const auto partition = static_cast<size_t>(made.key.back()) % partitions.size();
    Entry entry = made.entry();
    entry.place = {static_cast<int32_t>(partition),
                   static_cast<int64_t>(partitions[partition].size())};
    partitions[partition].push_back(entry);
  }
  auto state = std::make_unique<State>(limits);
  Fold fold;
  std::vector<size_t> next(partitions.size(), 0);
  for (size_t left = log.size(); left > 0;) {
    const size_t partition = random() % partitions.size();
    if (next[partition] == partitions[partition].size()) continue;
    fold.Apply(partitions[partition][next[partition]++], *state);
    --left;
  }
  return state;
}

TEST_CASE("every server forgets and refuses the same, whatever order it reads partitions in") {
  const StateLimits limits{.partition_bytes_max = 1'500, .idle_offsets_max = 15};
  int64_t full = 0;
  for (unsigned seed = 1; seed <= 30; ++seed) {
    INFO("seed " << seed);
    std::mt19937 random(seed);
    std::vector<Made> log;
    for (int i = 0; i < 600; ++i) {
      Planned event = Plan(random);
      event.user = "user" + std::to_string(random() % 30);
      log.push_back(Write(event, i));
    }
    const auto one = FoldSomehow(log, random, limits);
    const auto two = FoldSomehow(log, random, limits);
    REQUIRE(Differences(*one, *two, 5).empty());
    REQUIRE(one->counts.done == two->counts.done);
    REQUIRE(one->counts.refused == two->counts.refused);
    REQUIRE(one->user_count() == two->user_count());
    for (int32_t partition = 0; partition < 3; ++partition) {
      REQUIRE(one->PartitionBytes(partition) == two->PartitionBytes(partition));
    }
    const auto roomy = FoldSomehow(log, random, {});
    full += roomy->counts.done - one->counts.done;
  }
  CHECK(full > 1'000);  // The limits were reached.
}

}  // namespace
}  // namespace gamevents::state
