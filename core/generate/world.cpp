#include "core/generate/world.h"

#include "core/base/check.h"
#include "core/base/clock.h"
#include "core/event/event_writer.h"
#include "core/generate/curves.h"
#include "core/generate/names.h"

#include <algorithm>
#include <array>
#include <iterator>
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
// How often a player who may not own what was chosen looks at something else.
constexpr int kChoicesMax = 4;

}  // namespace

// What an event consists of while it is made.
struct World::Fields {
  event::EventWriter json{kEventBytes};
  std::string user;
  std::string path;
};

// A row a kind of event: how often it is played where it can be, without a rhythm and with one,
// when that is, what it does.
struct World::Kind {
  uint64_t weight;
  uint64_t weight_of_span;
  bool has_classic_route;
  bool (*can_be)(const World& world, const Player& player);
  void (*play)(World& world, Player& player, Fields& fields);
};

// Places in the table below.
constexpr size_t kBuyKind = 1;
constexpr size_t kCheckOutKind = 4;

const World::Kind World::kKinds[] = {
    // The first begins each session, too.
    {5, 60, true, Always, Open},
    {45, 6, true, Buys, Buy},
    {18, 5, false, HasRoom, AddToCart},
    {3, 2, false, HasCart, RemoveFromCart},
    // Seldom enough that many a cart is left alone when its player goes.
    {7, 10, false, CanCheckOut, CheckOut},
    {10, 10, false, OwnsSomething, Use},
    {10, 5, true, CanJoin, Join},
    {5, 1, false, CanLeave, Leave},
};

World::World(WorldOptions options)
    : options_(std::move(options)),
      random_(options_.seed),
      shelf_(options_.items, options_.mix),
      players_(options_.players) {
  INVARIANT(options_.players >= 1 && options_.players <= kPlayersMax);
  INVARIANT(options_.guilds >= 1 && options_.guilds <= kGuildsMax);
  if (options_.rhythm) {
    INVARIANT(options_.routes == Routes::kEvents);
    INVARIANT(options_.rhythm->players() == options_.players);
    calendar_.emplace(options_.rhythm);
    const std::chrono::hours span(24 * options_.rhythm->days());
    spacing_ = std::chrono::duration<double, std::micro>(span) /
               static_cast<double>(std::max<int64_t>(options_.rhythm->events(), 1));
    return;
  }
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
  const auto column = calendar_ ? &Kind::weight_of_span : &Kind::weight;
  std::array<uint64_t, std::size(kKinds)> weights{};
  uint64_t all = 0;
  for (size_t kind = 0; kind < weights.size(); ++kind) {
    const Kind& one = kKinds[kind];
    if ((one.has_classic_route || !classic) && one.can_be(*this, player)) {
      weights[kind] = one.*column;
      all += weights[kind];
    }
  }
  uint64_t at = random_.Below(all);
  for (size_t kind = 0; kind < weights.size(); ++kind) {
    if (at < weights[kind]) return kKinds[kind];
    at -= weights[kind];
  }
  return kKinds[0];
}

GameEvent World::Next() { return calendar_ ? NextOfSpan() : NextOfMany(); }

// Whichever session is next, for there is no end to them.
GameEvent World::NextOfMany() {
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

// Whoever buys at all has bought by the end of the first session.
bool World::MustBuy(const Turn& turn, const Player& player) {
  return turn.ends && player.buyer && !player.has_bought;
}

GameEvent World::NextOfSpan() {
  const Turn turn = calendar_->Next();
  Player& player = players_[turn.player];
  player.buyer = calendar_->LifeOf(turn.player).buyer;
  time_ = turn.time;
  const PlayerSession session{turn.session, turn.player, true};
  if (turn.begins) return Make(kKinds[0], session);
  if (!MustBuy(turn, player)) return Make(ChooseKind(session), session);
  return Make(kKinds[CanCheckOut(*this, player) ? kCheckOutKind : kBuyKind], session);
}

GameEvent World::Make(const Kind& kind, const PlayerSession& session) {
  Player& player = players_[session.player];
  Fields fields;
  fields.user = PlayerName(session.player);
  kind.play(*this, player, fields);

  GameEvent event;
  event.time = std::chrono::duration_cast<std::chrono::microseconds>(time_);
  const auto since_begin = std::chrono::duration_cast<std::chrono::milliseconds>(event.time);
  const TimestampMs begin = options_.rhythm ? options_.rhythm->begin() : kWorldBegin;
  const TimestampMs time(begin.value + since_begin.count());
  const uint64_t high = random_.Bits();
  event.id = MakeUuidV7(time, {high, random_.Bits()});
  event.player = session.player;
  event.user = std::move(fields.user);
  if (!event.user.empty()) event.number = player.events++;
  fields.json.Add("session", session.number);
  if (calendar_) {
    event.record_time = time;
    const Life& life = calendar_->LifeOf(session.player);
    fields.json.Add("time_zone", kZoneShares[life.zone].name);
    if (options_.rhythm->experiment()) fields.json.Add("variant", kVariants[life.variant]);
  }
  fields.json.Add("event_time", FormatTimestamp(time));
  fields.json.Add("event_id", FormatUuid(event.id));
  event.json = fields.json.Finish();
  event.path = std::move(fields.path);
  return event;
}

bool World::Always(const World& /*world*/, const Player& /*player*/) { return true; }

bool World::Buys(const World& /*world*/, const Player& player) { return player.buyer; }

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

Bag& World::BagOf(Player& player) {
  if (!player.bag) player.bag = std::make_unique<Bag>();
  return *player.bag;
}

// Something that the player may own, or put into the cart; nothing when that is too seldom found.
// Without a rhythm whatever is chosen first.
std::optional<Goods> World::ChooseFor(const Player& player) {
  for (int choice = 0; choice < kChoicesMax; ++choice) {
    const Goods goods = shelf_.Choose(random_);
    if (!calendar_ || !player.bag || MayOwn(*player.bag, goods, shelf_.at(goods.item))) {
      return goods;
    }
  }
  return std::nullopt;
}

void World::Keep(Bag& bag, const Goods& goods) const {
  if (calendar_) return KeepAll(bag, goods);
  if (bag.owned.size() < kOwnedMax) bag.owned.push_back(goods);
}

// The fields that the state knows goods by; with facts, also what the catalogue says of them.
void World::AddGoods(Fields& fields, const Goods& goods, bool with_facts) const {
  const event::Item& item = shelf_.at(goods.item);
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

bool World::CanCheckOut(const World& world, const Player& player) {
  return player.buyer && HasCart(world, player);
}

bool World::HasRoom(const World& /*world*/, const Player& player) {
  return !player.bag || player.bag->cart.size() < kCartLinesMax;
}

bool World::OwnsSomething(const World& /*world*/, const Player& player) {
  return player.bag && !player.bag->owned.empty();
}

void World::Buy(World& world, Player& player, Fields& fields) {
  const auto chosen = world.ChooseFor(player);
  if (!chosen) return Open(world, player, fields);
  const Goods goods = *chosen;
  player.has_bought = true;
  fields.json.Add("event_type", "purchase_" + world.shelf_.at(goods.item).name);
  fields.json.Add("purchase_user", fields.user);
  fields.json.Add("user", fields.user);
  world.AddGoods(fields, goods, true);
  fields.path = "/purchase_a_sword/" + fields.user;
  if (world.options_.routes == Routes::kEvents) world.Keep(BagOf(player), goods);
}

void World::AddToCart(World& world, Player& player, Fields& fields) {
  const auto chosen = world.ChooseFor(player);
  if (!chosen) return Open(world, player, fields);
  const Goods goods = *chosen;
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

void World::CheckOut(World& world, Player& player, Fields& fields) {
  fields.json.Add("event_type", "checkout");
  fields.json.Add("user", fields.user);
  player.has_bought = true;
  for (const Goods& goods : player.bag->cart) world.Keep(*player.bag, goods);
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

}  // namespace gamevents::generate
