#pragma once

#include "core/generate/random.h"
#include "core/generate/rhythm.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace gamevents::generate {

/// That a player does something now.
struct Turn {
  std::chrono::microseconds time{0};  ///< since the world began
  uint64_t player = 0;
  uint64_t session = 0;  ///< its number, from 1
  bool begins = false;   ///< whether it is the session's first
  bool ends = false;     ///< whether it is the last
};

/// What all players of a rhythm do, in the order of time, day after day. Holds the sessions of one
/// day, 32 bytes each, and 16 bytes a player. Not thread-safe.
class Calendar {
 public:
  explicit Calendar(std::shared_ptr<const Rhythm> rhythm);

  /// Whether the span is over.
  bool ended() const { return playing_.empty() && next_ == today_.size(); }

  /// Requires: !ended().
  Turn Next();

  const Life& LifeOf(uint64_t player) const { return lives_[player]; }

 private:
  // A session that goes on, with its next event.
  struct Playing {
    std::chrono::microseconds time;
    std::chrono::microseconds end;
    uint64_t player;
    uint64_t session;
    uint64_t left;  // events after the next one
    Draws draws;
  };
  static bool IsLater(const Playing& a, const Playing& b);

  void BeginDays();
  void GoOn(Playing playing);

  std::shared_ptr<const Rhythm> rhythm_;
  std::vector<Life> lives_;
  std::vector<uint32_t> newcomers_;  // all players, by their first days
  size_t arrived_ = 0;               // how many of them have come
  std::vector<uint32_t> alive_;
  int64_t day_ = 0;
  std::vector<PlannedSession> today_;  // by begin
  size_t next_ = 0;
  std::vector<Playing> playing_;  // a heap, the earliest on top
  uint64_t sessions_ = 0;
};

}  // namespace gamevents::generate
