#pragma once

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/generate/random.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace gamevents::generate {

/// Which days a world with a span has, and who lives in it.
struct SpanOptions {
  uint64_t seed = 0;
  TimestampMs begin{0};  ///< rounded down to its day in UTC
  int64_t days = 0;      ///< in [1, kSpanDaysMax]
  /// In [1, kPlayersMax]; nothing: as many as make `count` events, or kPlayersDefault without it.
  std::optional<uint64_t> players;
  std::optional<int64_t> count;  ///< events at most
  bool experiment = false;       ///< players are in variants, and events name them
};

inline constexpr int64_t kSpanDaysMax = 3'650;
inline constexpr uint64_t kPlayersMax = 10'000'000;
inline constexpr uint64_t kPlayersDefault = 10'000;

/// What one player is and will do, as far as it does not depend on what happens in the world.
struct Life {
  uint16_t first_day = 0;
  uint16_t last_day = 0;  ///< on which it may still play
  uint8_t zone = 0;       ///< its place in kZoneShares
  bool buyer = false;
  uint8_t variant = 0;  ///< its place in kVariants, with an experiment
};

/// A session as it is planned, in microseconds since the world began.
struct PlannedSession {
  std::chrono::microseconds begin{0};
  std::chrono::microseconds end{0};
  uint64_t player = 0;
  uint64_t events = 0;  ///< at least 2: the first at its begin, the last at its end
};

/// When the players of a world with a span play: each player's days and sessions follow from the
/// seed and the player's number alone, by the numbers of curves.h. Sessions end on the day on which
/// they begin. Immutable, so thread-safe. Memory: 1 KB a day.
class Rhythm {
 public:
  /// Takes some microseconds a player, because it counts what they will do.
  /// Errors: kBadInput when kPlayersMax players make fewer events than `count` says; kNotFound or
  /// kUnavailable where the system lacks a time zone.
  static Result<std::shared_ptr<const Rhythm>> Make(const SpanOptions& options);

  TimestampMs begin() const { return begin_; }
  int64_t days() const { return days_; }
  uint64_t seed() const { return seed_; }
  bool experiment() const { return experiment_; }
  uint64_t players() const { return players_; }
  /// How many events there are: exactly `count` where players were not given.
  int64_t events() const { return events_; }

  Life LifeOf(uint64_t player) const;

  /// Adds what a player does on a day of its life, in the order of time. The same each time.
  void AddSessions(uint64_t player, const Life& life, int64_t day,
                   std::vector<PlannedSession>& sessions) const;

 private:
  explicit Rhythm(const SpanOptions& options);

  Status ReadZones();
  Status CountEvents(const SpanOptions& options);
  int64_t EventsOf(uint64_t player, std::vector<PlannedSession>& buffer) const;
  std::chrono::microseconds BeginOf(Draws& draws, const Life& life, int64_t day) const;

  uint64_t seed_;
  TimestampMs begin_;
  int64_t days_;
  bool experiment_;
  uint64_t players_ = 0;
  int64_t events_ = 0;
  std::vector<double> arrived_;  // by day: the share of players that has come by its end
  // By zone, day and hour of UTC: how often sessions begin then.
  std::vector<double> hour_weights_;
};

}  // namespace gamevents::generate
