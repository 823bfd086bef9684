#pragma once

// The generate room: traffic as a game's players make it, from a seed number, sent and accounted
// for. It knows nothing of how a server or a broker stores it.

#include "core/base/uuid.h"
#include "core/event/catalogue.h"
#include "core/generate/random.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::generate {

/// How the events reach a server, and so what events there can be.
enum class Routes : uint8_t {
  kEvents,   ///< POST /events: JSON of any kind
  kClassic,  ///< the assignment's GET routes: only kinds that have one
};

/// How often one item is bought beside another.
enum class ItemMix : uint8_t {
  kSkewed,   ///< the first often, the last seldom: Random::SkewedBelow
  kUniform,  ///< each as often as any other
};

/// Everything that decides which events there are: equal options, equal events.
struct WorldOptions {
  uint64_t seed = 0;                ///< of all that is drawn
  uint64_t players = 10'000;        ///< in [1, kPlayersMax]
  uint64_t guilds = 100;            ///< in [1, kGuildsMax]
  std::vector<event::Item> items;   ///< what can be bought; at least one
  ItemMix mix = ItemMix::kSkewed;   ///< which items are bought more often
  Routes routes = Routes::kEvents;  ///< decides which kinds of events there are
};

inline constexpr uint64_t kPlayersMax = 10'000'000;
inline constexpr uint64_t kGuildsMax = 1'000'000;

/// One event, whole before anything is sent.
struct GameEvent {
  Uuid id{};
  uint64_t player = 0;
  std::string user;    ///< whose it is, the record's key; empty: nobody's (a classic default event)
  int64_t number = 0;  ///< of the user's events, from 0
  /// When it happened in the world, since the world began.
  std::chrono::microseconds time{0};
  std::string json;  ///< for kEvents
  std::string path;  ///< for kClassic
};

/// The moment at which every world begins: 2026-01-01T00:00:00Z. A fixed one, because `event_time`
/// and the ids, which begin with a time, are to be the same whenever a seed is played.
inline constexpr TimestampMs kWorldBegin{1'767'225'600'000};

/// Players who come and go. At any time some of them are in a session: it begins with a default
/// event, goes on with purchases, a cart that is filled and checked out or left alone, the use of
/// what was bought, and with joining or leaving a guild, ends after about kSessionEvents, and
/// another player comes. Some play far more often than others. The events of all follow each other
/// as a Poisson process in the world's own time.
/// A player joins no second guild (on the classic routes, which have no way to leave, it does), and
/// uses only what it has bought; what it may own of one thing it does not know, so that the state
/// refuses a purchase now and then.
/// Memory: some 24 bytes a player, and some 200 for one who has shopped. Not thread-safe.
class World {
 public:
  /// Requires: players in [1, kPlayersMax], guilds in [1, kGuildsMax], an item.
  explicit World(WorldOptions options);

  /// The next event. There is always one more.
  GameEvent Next();

  /// The mean time between two events.
  std::chrono::duration<double, std::micro> spacing() const { return spacing_; }

  static constexpr uint64_t kSessionEvents = 12;
  /// How long a player in a session thinks between two events, on average.
  static constexpr std::chrono::seconds kThinkTime{20};

 private:
  // So many of an item in one of its types.
  struct Goods {
    uint32_t item = 0;  // its place in the options' items
    uint32_t type = 0;  // 1 + its place in the item's types; 0: it has none
    uint32_t quantity = 0;
  };
  struct Bag {
    std::vector<Goods> cart;   // at most kCartLinesMax
    std::vector<Goods> owned;  // at most kOwnedMax: what else was bought is not thought of again
  };
  struct Player {
    uint32_t events = 0;  // so far
    uint32_t guild = 0;   // 1 + its number; 0: in none
    bool playing = false;
    std::unique_ptr<Bag> bag;  // null until something is bought or put into the cart
  };
  struct PlayerSession {
    uint64_t number = 0;
    uint64_t player = 0;
    bool begun = false;
  };
  struct Kind;
  struct Fields;
  static const Kind kKinds[];

  void BeginSession(PlayerSession& session);
  const Kind& ChooseKind(const PlayerSession& session);
  GameEvent Make(const Kind& kind, const PlayerSession& session);

  Goods Choose();
  static Bag& BagOf(Player& player);
  static void Keep(Bag& bag, const Goods& goods);
  void AddGoods(Fields& fields, const Goods& goods, bool with_facts) const;

  static bool Always(const World& world, const Player& player);
  static bool HasCart(const World& world, const Player& player);
  static bool HasRoom(const World& world, const Player& player);
  static bool OwnsSomething(const World& world, const Player& player);
  static bool CanJoin(const World& world, const Player& player);
  static bool CanLeave(const World& world, const Player& player);
  static void Open(World& world, Player& player, Fields& fields);
  static void Buy(World& world, Player& player, Fields& fields);
  static void AddToCart(World& world, Player& player, Fields& fields);
  static void RemoveFromCart(World& world, Player& player, Fields& fields);
  static void CheckOut(World& world, Player& player, Fields& fields);
  static void Use(World& world, Player& player, Fields& fields);
  static void Join(World& world, Player& player, Fields& fields);
  static void Leave(World& world, Player& player, Fields& fields);

  const WorldOptions options_;
  Random random_;
  std::vector<Player> players_;
  std::vector<PlayerSession> sessions_;
  uint64_t sessions_begun_ = 0;
  std::chrono::duration<double, std::micro> spacing_{};
  std::chrono::duration<double, std::micro> time_{0};
};

/// The name of a player or a guild: "swiftotter17", each number another. ASCII letters and digits.
std::string PlayerName(uint64_t player);
std::string GuildName(uint64_t guild);

}  // namespace gamevents::generate
