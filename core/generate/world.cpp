#include "core/generate/world.h"

#include "core/base/check.h"
#include "core/base/clock.h"
#include "core/event/event_writer.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <utility>

namespace gamevents::generate {
namespace {

// One player in so many is in a session.
constexpr uint64_t kPlayersPerSession = 10;
constexpr uint64_t kSessionsMax = 100'000;
constexpr size_t kEventBytes = 320;  // a hint
// What a player has in mind at once.
constexpr size_t kCartLinesMax = 5;
constexpr size_t kOwnedMax = 8;
// Nobody buys more of one thing at once, though the catalogue may allow it.
constexpr int64_t kQuantityAtOnceMax = 3;

constexpr auto kAdjectives = std::to_array<std::string_view>(
    {"bold",   "brave", "calm",  "clever", "dark",   "fierce", "gentle",
     "golden", "grim",  "iron",  "lucky",  "mighty", "quiet",  "red",
     "silver", "sly",   "swift", "wild",   "wise",   "young"});
constexpr auto kAnimals = std::to_array<std::string_view>(
    {"badger", "bear",   "boar",  "crow", "dragon", "eagle", "falcon", "fox",   "hare", "hawk",
     "lynx",   "marten", "otter", "owl",  "raven",  "stag",  "tiger",  "viper", "wolf", "wren"});
constexpr auto kGuildNames = std::to_array<std::string_view>(
    {"masadons", "nightwatch", "ironhands", "wanderers", "lanterns", "stormborn", "oakenshields",
     "seafarers", "ashwalkers", "goldseekers"});

}  // namespace

// What an event consists of while it is made.
struct World::Fields {
  event::EventWriter json{kEventBytes};
  std::string user;
  std::string path;
};

// A row a kind of event: how often it is played where it can be, when that is, what it does.
struct World::Kind {
  uint64_t weight;
  bool has_classic_route;
  bool (*can_be)(const World& world, const Player& player);
  void (*play)(World& world, Player& player, Fields& fields);
};

const World::Kind World::kKinds[] = {
    // The first begins each session, too.
    {5, true, Always, Open},
    {45, true, Always, Buy},
    {18, false, HasRoom, AddToCart},
    {3, false, HasCart, RemoveFromCart},
    // Seldom enough that many a cart is left alone when its player goes.
    {7, false, HasCart, CheckOut},
    {10, false, OwnsSomething, Use},
    {10, true, CanJoin, Join},
    {5, false, CanLeave, Leave},
};

World::World(WorldOptions options)
    : options_(std::move(options)), random_(options_.seed), players_(options_.players) {
  INVARIANT(options_.players >= 1 && options_.players <= kPlayersMax);
  INVARIANT(options_.guilds >= 1 && options_.guilds <= kGuildsMax);
  INVARIANT(!options_.items.empty());
  sessions_.resize(std::clamp<uint64_t>(options_.players / kPlayersPerSession, 1, kSessionsMax));
  spacing_ =
      std::chrono::duration<double, std::micro>(kThinkTime) / static_cast<double>(sessions_.size());
  for (PlayerSession& session : sessions_) BeginSession(session);
}

// Whoever plays much comes often. A player who is there already stays, and the next free one of
// the table comes: there are always more players than sessions, but for a world of one.
void World::BeginSession(PlayerSession& session) {
  uint64_t player = random_.SkewedBelow(options_.players);
  while (players_[player].playing) player = (player + 1) % options_.players;
  players_[player].playing = true;
  session = {++sessions_begun_, player, false};
}

const World::Kind& World::ChooseKind(const PlayerSession& session) {
  const bool classic = options_.routes == Routes::kClassic;
  const Player& player = players_[session.player];
  const auto weight = [&](const Kind& kind) {
    return (kind.has_classic_route || !classic) && kind.can_be(*this, player) ? kind.weight : 0;
  };
  uint64_t all = 0;
  for (const Kind& kind : kKinds) all += weight(kind);
  uint64_t at = random_.Below(all);
  for (const Kind& kind : kKinds) {
    if (at < weight(kind)) return kind;
    at -= weight(kind);
  }
  return kKinds[0];
}

GameEvent World::Next() {
  PlayerSession& session = sessions_[random_.Below(sessions_.size())];
  time_ += spacing_ * random_.Exponential();
  const Kind& kind = session.begun ? ChooseKind(session) : kKinds[0];
  session.begun = true;
  GameEvent event = Make(kind, session);
  if (random_.Below(kSessionEvents) == 0) {
    players_[session.player].playing = false;
    BeginSession(session);
  }
  return event;
}

GameEvent World::Make(const Kind& kind, const PlayerSession& session) {
  Player& player = players_[session.player];
  Fields fields;
  fields.user = PlayerName(session.player);
  kind.play(*this, player, fields);

  GameEvent event;
  event.time = std::chrono::duration_cast<std::chrono::microseconds>(time_);
  const auto since_begin = std::chrono::duration_cast<std::chrono::milliseconds>(event.time);
  const TimestampMs time(kWorldBegin.value + since_begin.count());
  const uint64_t high = random_.Bits();
  event.id = MakeUuidV7(time, {high, random_.Bits()});
  event.player = session.player;
  event.user = std::move(fields.user);
  if (!event.user.empty()) event.number = player.events++;
  fields.json.Add("session", session.number);
  fields.json.Add("event_time", FormatTimestamp(time));
  fields.json.Add("event_id", FormatUuid(event.id));
  event.json = fields.json.Finish();
  event.path = std::move(fields.path);
  return event;
}

bool World::Always(const World& /*world*/, const Player& /*player*/) { return true; }

bool World::CanJoin(const World& world, const Player& player) {
  return player.guild == 0 || world.options_.routes == Routes::kClassic;
}

bool World::CanLeave(const World& /*world*/, const Player& player) { return player.guild != 0; }

void World::Open(World& world, Player& /*player*/, Fields& fields) {
  fields.json.Add("event_type", "default");
  fields.json.Add("user_name", fields.user);
  fields.path = "/";
  // The route does not know who asks.
  if (world.options_.routes == Routes::kClassic) fields.user.clear();
}

World::Goods World::Choose() {
  const uint64_t item = options_.mix == ItemMix::kSkewed
                            ? random_.SkewedBelow(options_.items.size())
                            : random_.Below(options_.items.size());
  const event::Item& chosen = options_.items[item];
  Goods goods{static_cast<uint32_t>(item), 0, 1};
  if (!chosen.types.empty()) {
    goods.type = static_cast<uint32_t>(1 + random_.Below(chosen.types.size()));
  }
  const int64_t most = chosen.unique ? 1 : std::min(chosen.stack_limit, kQuantityAtOnceMax);
  goods.quantity = static_cast<uint32_t>(1 + random_.Below(static_cast<uint64_t>(most)));
  return goods;
}

World::Bag& World::BagOf(Player& player) {
  if (!player.bag) player.bag = std::make_unique<Bag>();
  return *player.bag;
}

void World::Keep(Bag& bag, const Goods& goods) {
  if (bag.owned.size() < kOwnedMax) bag.owned.push_back(goods);
}

// The fields that the state knows goods by; with facts, also what the catalogue says of them.
void World::AddGoods(Fields& fields, const Goods& goods, bool with_facts) const {
  const event::Item& item = options_.items[goods.item];
  fields.json.Add("item", item.name);
  fields.json.Add("kind", item.kind);
  if (goods.type != 0) fields.json.Add("type", item.types[goods.type - 1]);
  fields.json.Add("quantity", goods.quantity);
  if (!with_facts) return;
  fields.json.Add("price", item.price);
  fields.json.Add("stack_limit", item.stack_limit);
  fields.json.Add("unique", item.unique);
}

bool World::HasCart(const World& /*world*/, const Player& player) {
  return player.bag && !player.bag->cart.empty();
}

bool World::HasRoom(const World& /*world*/, const Player& player) {
  return !player.bag || player.bag->cart.size() < kCartLinesMax;
}

bool World::OwnsSomething(const World& /*world*/, const Player& player) {
  return player.bag && !player.bag->owned.empty();
}

void World::Buy(World& world, Player& player, Fields& fields) {
  const Goods goods = world.Choose();
  fields.json.Add("event_type", "purchase_" + world.options_.items[goods.item].name);
  fields.json.Add("purchase_user", fields.user);
  fields.json.Add("user", fields.user);
  world.AddGoods(fields, goods, true);
  fields.path = "/purchase_a_sword/" + fields.user;
  if (world.options_.routes == Routes::kEvents) Keep(BagOf(player), goods);
}

void World::AddToCart(World& world, Player& player, Fields& fields) {
  const Goods goods = world.Choose();
  fields.json.Add("event_type", "add_to_cart");
  fields.json.Add("user", fields.user);
  world.AddGoods(fields, goods, true);
  std::vector<Goods>& cart = BagOf(player).cart;
  const auto line = std::ranges::find_if(
      cart, [&](const Goods& each) { return each.item == goods.item && each.type == goods.type; });
  if (line == cart.end()) {
    cart.push_back(goods);
  } else {
    *line = goods;
  }
}

void World::RemoveFromCart(World& world, Player& player, Fields& fields) {
  std::vector<Goods>& cart = player.bag->cart;
  const auto at = static_cast<std::ptrdiff_t>(world.random_.Below(cart.size()));
  fields.json.Add("event_type", "remove_from_cart");
  fields.json.Add("user", fields.user);
  world.AddGoods(fields, cart[static_cast<size_t>(at)], false);
  cart.erase(cart.begin() + at);
}

void World::CheckOut(World& /*world*/, Player& player, Fields& fields) {
  fields.json.Add("event_type", "checkout");
  fields.json.Add("user", fields.user);
  for (const Goods& goods : player.bag->cart) Keep(*player.bag, goods);
  player.bag->cart.clear();
}

void World::Use(World& world, Player& player, Fields& fields) {
  std::vector<Goods>& owned = player.bag->owned;
  const auto at = static_cast<std::ptrdiff_t>(world.random_.Below(owned.size()));
  Goods& goods = owned[static_cast<size_t>(at)];
  fields.json.Add("event_type", "use_item");
  fields.json.Add("user", fields.user);
  world.AddGoods(fields, {goods.item, goods.type, 1}, false);
  if (--goods.quantity == 0) owned.erase(owned.begin() + at);
}

void World::Join(World& world, Player& player, Fields& fields) {
  const uint64_t guild = world.random_.SkewedBelow(world.options_.guilds);
  player.guild = static_cast<uint32_t>(guild + 1);
  fields.json.Add("event_type", "join_a_guild");
  fields.json.Add("user_name", fields.user);
  fields.json.Add("joined_guild", GuildName(guild));
  fields.path = "/join_a_guild/" + fields.user + "/" + GuildName(guild);
}

void World::Leave(World& /*world*/, Player& player, Fields& fields) {
  fields.json.Add("event_type", "leave_a_guild");
  fields.json.Add("user_name", fields.user);
  fields.json.Add("left_guild", GuildName(player.guild - 1));
  player.guild = 0;
}

std::string PlayerName(uint64_t player) {
  std::string name(kAdjectives[player % kAdjectives.size()]);
  name += kAnimals[player / kAdjectives.size() % kAnimals.size()];
  const uint64_t round = player / (kAdjectives.size() * kAnimals.size());
  return round == 0 ? name : name + std::to_string(round);
}

std::string GuildName(uint64_t guild) {
  std::string name(kGuildNames[guild % kGuildNames.size()]);
  const uint64_t round = guild / kGuildNames.size();
  return round == 0 ? name : name + std::to_string(round);
}

}  // namespace gamevents::generate
