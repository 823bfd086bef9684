#pragma once

#include "core/generate/world.h"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <vector>

namespace gamevents::generate {

/// How much there is to send, and when.
struct FeedOptions {
  std::optional<int64_t> count;  ///< events in all; nothing: no limit
  /// From `begin` on; nothing: no limit.
  std::optional<std::chrono::milliseconds> duration;
  /// Events a second on average; nothing: each lane takes its next event when it is done with the
  /// one before.
  std::optional<double> rate;
  size_t lanes = 1;  ///< the callers of Take, each with its own number
};

/// Events that wait for their lanes, all together: what a lane that is stuck lets pile up before
/// the others wait for it.
inline constexpr size_t kWaitingMax = 100'000;

/// Deals the world's events to lanes, a player's always to the same one, so that a lane that sends
/// one after another keeps each player's in order. With a rate, an event is due when it happened
/// in the world, with the world's time stretched to that rate; a lane
/// that falls behind can tell by how much.
/// Which events there are, and which lane gets which, does not depend on how fast lanes are.
/// Thread-safe.
class Feed {
 public:
  using Time = std::chrono::steady_clock::time_point;

  struct Item {
    GameEvent event;
    Time due{};  ///< only with a rate
  };

  /// The duration, and what is due, count from `begin`.
  Feed(World world, const FeedOptions& options, Time begin);

  /// The lane's next events, at most `count`; empty at the end, or when the process is told to
  /// stop. Does not wait until they are due; waits while too much waits for other lanes.
  std::vector<Item> Take(size_t lane, size_t count);

  /// Whether events are due at a time.
  bool has_rate() const { return options_.rate.has_value(); }

 private:
  bool Deal();

  const FeedOptions options_;
  const Time begin_;
  const Time end_;
  std::mutex mutex_;
  std::condition_variable room_;
  World world_;
  int64_t dealt_ = 0;
  bool ended_ = false;
  size_t waiting_ = 0;
  std::vector<std::deque<Item>> lanes_;
};

}  // namespace gamevents::generate
