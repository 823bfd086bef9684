#pragma once

// The generate room: traffic as a game's players make it, from a seed number, sent and accounted
// for. It knows nothing of how a server or a broker stores it.

#include "core/base/uuid.h"
#include "core/event/catalogue.h"
#include "core/generate/calendar.h"
#include "core/generate/goods.h"
#include "core/generate/random.h"
#include "core/generate/rhythm.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::generate {

/// How the events reach a server, and so what events there can be.
enum class Routes : uint8_t {
  kEvents,   ///< POST /events: JSON of any kind
  kClassic,  ///< the assignment's GET routes: only kinds that have one
};

/// Everything that decides which events there are: equal options, equal events.
struct WorldOptions {
  uint64_t seed = 0;                   ///< of all that is drawn
  uint64_t players = kPlayersDefault;  ///< in [1, kPlayersMax]
  uint64_t guilds = 100;               ///< in [1, kGuildsMax]
  std::vector<event::Item> items;      ///< what can be bought; at least one
  ItemMix mix = ItemMix::kSkewed;      ///< which items are bought more often
  Routes routes = Routes::kEvents;     ///< decides which kinds of events there are
  /// When players come, play and stay away; null: without a span. Its seed and players are those
  /// above. Not on the classic routes, whose events have no time.
  std::shared_ptr<const Rhythm> rhythm;
};

inline constexpr uint64_t kGuildsMax = 1'000'000;

/// One event, whole before anything is sent.
struct GameEvent {
  Uuid id{};
  uint64_t player = 0;
  std::string user;    ///< whose it is, the record's key; empty: nobody's (a classic default event)
  int64_t number = 0;  ///< of the user's events, from 0
  /// When it happened in the world, since the world began.
  std::chrono::microseconds time{0};
  /// The time that its record is to have; nothing: that at which it is sent.
  std::optional<TimestampMs> record_time;
  std::string json;  ///< for kEvents
  std::string path;  ///< for kClassic
};

/// The moment at which a world begins that is not told another: 2026-01-01T00:00:00Z. A fixed one,
/// because `event_time` and the ids, which begin with a time, are to be the same whenever a seed is
/// played.
inline constexpr TimestampMs kWorldBegin{1'767'225'600'000};

/// Players who come and go. At any time some of them are in a session: it begins with a default
/// event, goes on with purchases, a cart that is filled and checked out or left alone, the use of
/// what was bought, and with joining or leaving a guild, ends after about kSessionEvents, and
/// another player comes. Some play far more often than others. The events of all follow each other
/// as a Poisson process in the world's own time.
/// A player joins no second guild (on the classic routes, which have no way to leave, it does), and
/// uses only what it has bought; what it may own of one thing it does not know, so that the state
/// refuses a purchase now and then.
/// With a rhythm a world has an end, and its events have the times that the rhythm says. Only
/// buyers buy, and never more than they may own; all that was bought is thought of until it is
/// used. Memory: some 24 bytes a player, and some 200 for one who has shopped; with a rhythm also
/// what Calendar takes. Not thread-safe.
class World {
 public:
  /// Requires: players in [1, kPlayersMax], guilds in [1, kGuildsMax], an item; with a rhythm, its
  /// players and its seed, and Routes::kEvents.
  explicit World(WorldOptions options);

  /// Whether there is no further event: with a rhythm, behind its span.
  bool ended() const { return calendar_ && calendar_->ended(); }

  /// The next event. Requires: !ended().
  GameEvent Next();

  /// The mean time between two events.
  std::chrono::duration<double, std::micro> spacing() const { return spacing_; }

  static constexpr uint64_t kSessionEvents = 12;
  /// How long a player in a session thinks between two events, on average.
  static constexpr std::chrono::seconds kThinkTime{20};

 private:
  struct Player {
    uint32_t events = 0;  // so far
    uint32_t guild = 0;   // 1 + its number; 0: in none
    bool playing = false;
    bool buyer = true;
    bool has_bought = false;
    // Null until something is bought or put into the cart. Has at most kOwnedMax things that are
    // owned, for what else was bought is not thought of again; with a rhythm all.
    std::unique_ptr<Bag> bag;
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
  GameEvent NextOfMany();
  GameEvent NextOfSpan();
  static bool MustBuy(const Turn& turn, const Player& player);

  std::optional<Goods> ChooseFor(const Player& player);
  static Bag& BagOf(Player& player);
  void Keep(Bag& bag, const Goods& goods) const;
  void AddGoods(Fields& fields, const Goods& goods, bool with_facts) const;

  static bool Always(const World& world, const Player& player);
  static bool Buys(const World& world, const Player& player);
  static bool HasCart(const World& world, const Player& player);
  static bool CanCheckOut(const World& world, const Player& player);
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
  const Shelf shelf_;
  std::vector<Player> players_;
  std::vector<PlayerSession> sessions_;
  uint64_t sessions_begun_ = 0;
  std::chrono::duration<double, std::micro> spacing_{};
  std::chrono::duration<double, std::micro> time_{0};
  std::optional<Calendar> calendar_;  // with a rhythm only
};

}  // namespace gamevents::generate
